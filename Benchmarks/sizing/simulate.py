# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A day of many followers, from what one round costs here.

  simulate.py COSTS.json ENTRIES

Followers poll every five minutes, a tenth more or less as `cordon follow` does, each from a random moment on; a release comes
every hour. Each round is played, and its octets and processor time land in the second it falls into. One in 2,000 rounds is a
first one: a new machine, or one that was off for too long. A machine has 4 cores of the kind measured on, and is
sized so that its busiest ten seconds use half of them.
"""

import json
import math
import random
import sys

COSTS, ENTRIES = json.load(open(sys.argv[1])), int(sys.argv[2])
INTERVAL, RELEASES_A_DAY, FIRST, CORES, SHARE = 300, 24, 1 / 2000, 4, 0.5
HOURS = 3


def play(followers, costs):
    """Seconds of three hours, each (rounds, server µs, mirror µs, server octets, mirror octets)."""
    chance = random.Random(followers)
    length = HOURS * 3600
    releases = [3600 * (number + 0.5) for number in range(HOURS)]
    seconds = [[0, 0.0, 0.0, 0.0, 0.0, 0] for _ in range(length)]
    for _ in range(followers):
        moment, seen = chance.random() * INTERVAL, 0
        while moment < length:
            newest = sum(1 for each in releases if each <= moment)
            kind = "first" if chance.random() < FIRST else "release" if newest > seen else "idle"
            seen = newest
            cost, at = costs[kind], seconds[int(moment)]
            at[0] += 1
            at[1] += cost["server_us"]
            at[2] += cost["mirror_us"]
            at[3] += cost["server_in"] + cost["server_out"]
            at[4] += cost["mirror_in"] + cost["mirror_out"]
            at[5] += kind != "idle"
            moment += INTERVAL * chance.uniform(0.9, 1.1)
    return seconds


def busiest(seconds, column):
    window = sum(each[column] for each in seconds[:10])
    most = window
    for index in range(10, len(seconds)):
        window += seconds[index][column] - seconds[index - 10][column]
        most = max(most, window)
    return most / 10


def machines(microseconds):
    return max(1, math.ceil(microseconds / 1e6 / (CORES * SHARE)))


def row(name, followers, costs, by_mirror):
    seconds = play(followers, costs)
    day = 86_400 / len(seconds)
    rounds = sum(each[0] for each in seconds)
    server, mirror = busiest(seconds, 1), busiest(seconds, 2)
    octets = [sum(each[column] for each in seconds) for column in (3, 4)]
    peak = busiest(seconds, 4 if by_mirror else 3) * 8 / 1e6
    receipts = busiest(seconds, 5)
    print(f"{name:<30} {rounds / len(seconds):8.1f} {sum(each[1] for each in seconds) / len(seconds) / 1e6:9.4f} {server / 1e6:9.4f} "
          f"{mirror / 1e6:9.4f} {peak:9.2f} {octets[0] * day / 1e9:9.2f} {octets[1] * day / 1e9:9.2f} {receipts:9.1f} "
          f"{machines(server):5d} {machines(mirror) if by_mirror else 0:7d}")


print(f"One round, as measured here with {ENTRIES} entries:")
print(f"{'':<18} {'server us':>10} {'mirror us':>10} {'octets in':>10} {'out':>10} {'connections':>12}")
for where in ("server", "mirror"):
    for kind, cost in COSTS[where].items():
        print(f"{where + ' ' + kind:<18} {cost['server_us']:10.0f} {cost['mirror_us']:10.0f} {cost['server_in'] + cost['mirror_in']:10.0f} "
              f"{cost['server_out'] + cost['mirror_out']:10.0f} {cost['server_connections'] + cost['mirror_connections']:12.2f}")
print()
print(f"A day, {HOURS} hours of it played; cores busy on average, and in the busiest ten seconds, which follow a release:")
print(f"{'followers':<30} {'rounds/s':>8} {'cores':>9} {'busiest':>9} {'mirrors':>9} {'Mbit/s':>9} {'GB/day':>9} {'mirrors':>9} {'writes/s':>9} "
      f"{'boxes':>5} {'mirrors':>7}")
for followers in (100, 1_000, 10_000, 100_000):
    row(f"{followers:,} on the server", followers, COSTS["server"], False)
for followers in (10_000, 100_000):
    row(f"{followers:,} on mirrors", followers, COSTS["mirror"], True)
