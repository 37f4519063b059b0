# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""kill -9 of the follower at random instants: each time its outputs are whole ones of a signed release.

CORDON_KILL_ROUNDS sets how many rounds (8); CORDON_KILL_SEED repeats the instants of an earlier run.
"""

import os
import subprocess

import pytest

from conftest import needs
from following import Follower
from instants import Instants

ROUNDS = int(os.environ.get("CORDON_KILL_ROUNDS", "8"))
pytestmark = pytest.mark.timeout(600 + 20 * ROUNDS)


@pytest.mark.slow
@needs("named-checkzone")
def test_a_follower_killed_at_random_instants_leaves_whole_signed_outputs(exercise, tmp_path):
    instants = Instants()
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    released = {tuple(exercise.entries()): exercise.about()["version"]}
    held = max(released.values())
    exercise.list_names("first.example")
    released[tuple(exercise.entries())] = exercise.about()["version"]
    instants.whole(follower.poll)

    for number in range(ROUNDS):
        if number % 2 == 0:
            exercise.list_names(f"round-{number}.example")
        else:
            exercise.suspend(f"round-{number - 1}.example")
        released[tuple(exercise.entries())] = exercise.about()["version"]
        was_cut = instants.kill(follower.start())

        names = tuple(follower.names())
        assert names in released, "the output is no release"
        assert released[names] >= held, "the output went back"
        held = released[names]
        loaded = subprocess.run(
            ["named-checkzone", "-q", "-i", "none", "rpz.cordon.invalid", str(follower.zone)], stdin=subprocess.DEVNULL)
        assert loaded.returncode == 0, "the zone cannot be loaded"
        if number % 3 == 2:
            # What was cut short is finished by the next round, from whatever is left.
            instants.whole(follower.poll, counts=was_cut)
            assert tuple(follower.names()) == tuple(exercise.entries())
            assert follower.status().returncode == 0
            held = max(released.values())
    instants.check()
    follower.poll()
    assert tuple(follower.names()) == tuple(exercise.entries())
    assert follower.status().returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", [
    pytest.param("DynamicBind", marks=[needs("named", "nsupdate", "dig")]),
    pytest.param("ControlledUnbound", marks=[needs("unbound", "unbound-control", "named")]),
])
def test_a_follower_killed_while_it_tells_a_resolver_puts_it_right_in_the_next_round(exercise, tmp_path, kind):
    resolvers = pytest.importorskip("resolvers", reason="the Python package dnspython could not be installed")
    instants = Instants()
    follower = Follower(exercise, tmp_path / "isp")
    conf = tmp_path / "isp" / "unbound.conf"
    conf.touch()
    authority = resolvers.Authority(tmp_path / "world")
    resolver = getattr(resolvers, kind)(tmp_path / "resolver", conf, authority)
    try:
        options = ("--output", f"unbound.conf={conf}", *resolver.apply)
        follower.poll(*options)
        known = next(entry[1:] for entry in follower.names() if entry.startswith(".") and entry.endswith(".example"))
        exercise.list_names("first.example")
        instants.whole(lambda: follower.poll(*options))
        for number in range(ROUNDS):
            if number % 2 == 0:
                exercise.list_names(f"round-{number}.example")
            else:
                exercise.suspend(f"round-{number - 1}.example")
            was_cut = instants.kill(follower.start(*options))
            # Whatever it was told or not, it answers, and what it was told long ago holds.
            assert resolver.blocks(known) and not resolver.blocks("never-listed.example")
            if number % 2 == 0 or number % 3 == 2:
                instants.whole(lambda: follower.poll(*options), counts=was_cut)
                for earlier in range(0, number + 1, 2):
                    listed = earlier == number
                    assert resolver.blocks(f"round-{earlier}.example") == listed, (number, earlier)
                assert resolver.blocks("first.example") and resolver.blocks(f"below.{known}")
        instants.check()
    finally:
        resolver.stop()
        authority.stop()


@pytest.mark.slow
@needs("named")
def test_a_follower_killed_between_writing_and_verifying_finds_the_way_back(exercise, tmp_path):
    """Each bad release blocks a name that is to stay open; the outputs before are put back, by that round or the next."""
    resolvers = pytest.importorskip("resolvers", reason="the Python package dnspython could not be installed")
    instants = Instants()
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    authority = resolvers.Authority(tmp_path / "world")
    resolver = resolvers.Bind(tmp_path / "resolver", follower.zone, authority)
    try:
        def outputs():
            # But for the serial, which never goes back.
            zone = [line for line in follower.zone.read_bytes().splitlines() if b" SOA " not in line]
            return zone, follower.entries.read_bytes()

        for number in range(-1, max(3, ROUNDS // 2)):
            kept = f"kept-{number + 1}.example"
            verify = ("--verify", f"127.0.0.1:{resolver.port}", "--verify-open", kept,
                      "--reload", resolver.reload_command, "--verify-timeout")

            def refuse():
                done = follower.poll(*verify, "1", check=False)
                assert done.returncode == 1 and "back in place" in done.stderr, done

            exercise.list_names(f"round-{number + 1}.example")
            follower.poll(*verify, "20")
            confirmed = outputs()
            exercise.list_names(kept)
            if number < 0:
                instants.whole(refuse)
            else:
                instants.kill(follower.start(*verify, "1"), ends=(0, 1))
                refuse()
            assert outputs() == confirmed, number
            assert not list(follower.zone.parent.glob(".*.previous"))
            assert resolver.await_change(kept, False) and resolver.blocks(f"round-{number + 1}.example")
            exercise.suspend(kept)
        instants.check()
        follower.poll(*verify, "20")
        assert follower.status().returncode == 0
    finally:
        resolver.stop()
        authority.stop()
