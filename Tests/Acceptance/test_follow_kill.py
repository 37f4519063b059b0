# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""kill -9 of the follower at random instants: each time its outputs are whole ones of a signed release.

CORDON_KILL_ROUNDS sets how many rounds (8); CORDON_KILL_SEED repeats the instants of an earlier run.
"""

import os
import random
import subprocess
import time

import pytest

from conftest import needs
from following import Follower

ROUNDS = int(os.environ.get("CORDON_KILL_ROUNDS", "8"))


@pytest.mark.slow
@needs("named-checkzone")
def test_a_follower_killed_at_random_instants_leaves_whole_signed_outputs(exercise, tmp_path):
    seed = os.environ.get("CORDON_KILL_SEED") or str(random.randrange(1 << 32))
    print(f"CORDON_KILL_SEED={seed}")
    instants = random.Random(seed)
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    released = {tuple(exercise.entries()): exercise.about()["version"]}
    held = max(released.values())
    # How long an update takes here, from outside; the instants reach a little beyond it.
    exercise.list_names("first.example")
    released[tuple(exercise.entries())] = exercise.about()["version"]
    began = time.monotonic()
    follower.poll()
    span = 1.2 * (time.monotonic() - began)

    killed = 0
    for number in range(ROUNDS):
        if number % 2 == 0:
            exercise.list_names(f"round-{number}.example")
        else:
            exercise.suspend(f"round-{number - 1}.example")
        released[tuple(exercise.entries())] = exercise.about()["version"]
        process = follower.start()
        time.sleep(instants.uniform(0, span))
        process.kill()
        killed += process.wait() == -9

        names = tuple(follower.names())
        assert names in released, "the output is no release"
        assert released[names] >= held, "the output went back"
        held = released[names]
        loaded = subprocess.run(
            ["named-checkzone", "-q", "-i", "none", "rpz.cordon.invalid", str(follower.zone)], stdin=subprocess.DEVNULL)
        assert loaded.returncode == 0, "the zone cannot be loaded"
        if number % 3 == 2:
            # What was cut short is finished by the next round, from whatever is left.
            follower.poll()
            assert tuple(follower.names()) == tuple(exercise.entries())
            assert follower.status().returncode == 0
            held = max(released.values())
    assert killed > ROUNDS // 4, "the rounds were over before they could be killed"
    follower.poll()
    assert tuple(follower.names()) == tuple(exercise.entries())
    assert follower.status().returncode == 0
