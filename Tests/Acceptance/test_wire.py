# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""What an update costs on the wire: octets are no timing, so they can be held to a bound."""

import os
import random
import subprocess
import time

import pytest

from exercise import BUILD, CORDON
from following import Follower
from counting import Wire

SYLLABLES = "ba co di fe gu ha ji ko lu me no pi qua ro su ta vi we xo zy".split()


def made_up(count, seed=3):
    source = random.Random(seed)
    return ["".join(source.choice(SYLLABLES) for _ in range(source.randint(3, 6))) + f"{source.randint(0, 99)}.example" for _ in range(count)]


def sizes(*arguments):
    """What Benchmarks/delivery finds, by name."""
    bench = BUILD / "release" / "bench-delivery"
    if not bench.exists():
        pytest.skip("bench-delivery is not built")
    made = subprocess.run([bench, *map(str, arguments)], check=True, capture_output=True, text=True).stdout
    return {name: int(number) for name, number in (line.split() for line in made.splitlines())}


def test_changes_on_a_million_names_and_the_full_list_keep_their_bounds(tmp_path):
    """All of them, in a minute, with CORDON_LONG_TESTS=1; else the smallest change alone."""
    made = sizes("make", tmp_path, 1_000_000, 100)
    assert made["changes"] == 100 and made["bound"] < made["delta"] <= 1_300, made
    if os.environ.get("CORDON_LONG_TESTS") == "1":
        made = sizes("make", tmp_path, 1_000_000, 1_000)
        assert made["changes"] == 1_000 and made["bound"] < made["delta"] <= 10_500, made
        full = sizes("full", 1_000_000)
        assert full["full19"] <= 4_800_000 and full["plain"] > 20_000_000, full


@pytest.mark.parametrize("by", ["token", "certificate"])
def test_a_hundred_names_reach_a_waiting_follower_in_one_round_trip_below_four_kilobytes(exercise, tmp_path, by):
    wire = Wire(exercise.port)
    follower = Follower(exercise, tmp_path / "isp")
    names = made_up(100)
    for submission in exercise.submit(*(f"https://{name}/page" for name in names)):
        for reviewer in ("police-tt", "police-bb"):
            assert exercise.approve(submission, reviewer).status == 201
    arguments = [str(part) for part in follower.round if part != "--once"]
    process = subprocess.Popen(
        [str(CORDON), *arguments], env=exercise.environment("isp-coral", by, f"https://127.0.0.1:{wire.port}"),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not follower.entries.exists():
            assert time.monotonic() < deadline and process.poll() is None, "no first round"
            time.sleep(0.05)
        wire.await_rest()
        before = wire.totals()
        exercise.publish()
        while f".{names[-1]}" not in follower.names():
            assert time.monotonic() < deadline + 30, "not updated"
            time.sleep(0.05)
        wire.await_rest()
        spent = wire.since(before)
        # The poll that was waiting, and its answer: records of TLS, fields, metadata, change.
        assert 2_000 < spent["exchange"] <= 4_000, spent
        # With the receipt and the next poll, and nothing else, on the connection that was there.
        assert (spent["connections"], spent["trips"]) == (0, 2) and spent["up"] + spent["down"] <= 4_000, spent
    finally:
        process.terminate()
        process.wait(10)
        wire.close()
