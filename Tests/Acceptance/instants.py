# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Random instants within a process that is to be killed."""

import collections
import os
import random
import select
import statistics
import time


class Instants:
    """Instants drawn evenly over how long a whole run takes at present, and a little beyond.

    The load of a machine changes over hundreds of rounds, and with it how long a run takes: what counts is the median of the last
    few that were seen to their end. CORDON_KILL_SEED repeats the draws of an earlier run.
    """

    def __init__(self, beyond=1.2):
        seed = os.environ.get("CORDON_KILL_SEED") or str(random.randrange(1 << 32))
        print(f"CORDON_KILL_SEED={seed}")
        self.source, self.beyond, self.seen = random.Random(seed), beyond, collections.deque(maxlen=5)
        self.rounds = self.killed = 0

    def whole(self, run, counts=True):
        """Does what is given, and notes how long it took, unless it is not to count: one with nothing to do is over sooner."""
        began = time.monotonic()
        run()
        if counts:
            self.seen.append(time.monotonic() - began)

    def kill(self, process, ends=(0,)):
        """Kills the process, begun just now, at such an instant; answers whether it was still running."""
        began = time.monotonic()
        watched = os.pidfd_open(process.pid)
        try:
            instant = self.source.uniform(0, self.beyond * statistics.median(self.seen))
            over, _, _ = select.select([watched], [], [], instant)
        finally:
            os.close(watched)
        if over:
            self.seen.append(time.monotonic() - began)
        process.kill()
        status = process.wait()
        assert status in (*ends, -9), f"a round ended by itself with status {status}"
        was_cut = status == -9
        self.rounds += 1
        self.killed += was_cut
        return was_cut

    def check(self):
        print(f"{self.killed} of {self.rounds} rounds were cut short")
        assert self.killed > self.rounds // 4, "the rounds were over before they could be killed"
