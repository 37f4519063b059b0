# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""See run. measure.py FOLLOWER FOLDER ENTRIES CHANGES"""

import os
import random
import socket
import struct
import subprocess
import sys
import time

from feed import LIST, Feed, made_up
from link import HERE, Link

FOLLOWER, WORK, ENTRIES, CHANGES = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
INTERRUPTIONS = 5

link = Link(f"cordon-link-{os.getpid()}")
try:
    entries = made_up(ENTRIES)
    feed = Feed(entries, tls_folder=WORK, address=HERE)
    with open(f"{WORK}/root.json", "wb") as file:
        file.write(feed.root)

    def follow(state, *options):
        return link.inside(FOLLOWER, "follow", "--once", "--server", feed.url, "--ca", f"{WORK}/feed.pem", "--list", LIST,
                           "--state", f"{WORK}/{state}", "--root", f"{WORK}/root.json", "--output",
                           f"entries.txt={WORK}/{state}.txt", *options)

    def written(state):
        with open(f"{WORK}/{state}.txt") as file:
            return file.read().splitlines()

    def whole(state, breaks):
        """Takes the whole list, its connection broken so many times; answers seconds and octets that came over the link."""
        size = sum(len(entry) + 1 for entry in entries)
        begun, before = time.monotonic(), link.octets["down"]
        process = subprocess.Popen(follow(state), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        broken = 0
        while process.poll() is None:
            if broken < breaks and link.octets["down"] - before > size * (broken + 1) / (breaks + 1):
                for connection in list(feed.connections):
                    # Reset, not closed: what was not sent yet never will be.
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.close()
                broken += 1
            time.sleep(0.05)
        assert process.returncode == 0 and broken == breaks, process.stderr.read()
        assert written(state) == feed.lines
        return time.monotonic() - begun, link.octets["down"] - before

    took, plain = whole("plain", 0)
    print(f"whole list of {ENTRIES}: {took:.0f} s, {plain} octets came over the link", flush=True)
    took, octets = whole("whole", INTERRUPTIONS)
    print(f"the same, the connection broken {INTERRUPTIONS} times: {took:.0f} s, {octets} octets, {100 * (octets - plain) / plain:.1f} % more",
          flush=True)

    # The day's changes.
    source = random.Random(5)
    gone = set(source.sample(feed.lines, CHANGES * 2 // 5))
    come = made_up(CHANGES - len(gone), seed=99) - set(feed.lines)
    feed.publish(come, gone)
    before = dict(link.octets)
    begun = time.monotonic()
    done = subprocess.run(follow("whole"), capture_output=True, text=True)
    took = time.monotonic() - begun
    assert done.returncode == 0 and written("whole") == feed.lines, done.stderr
    octets = sum(link.octets.values()) - sum(before.values())
    print(f"{len(come) + len(gone)} changes: applied in {took:.1f} s; {octets} octets on the link both ways, {link.lost} packets lost in all")
finally:
    link.close()
