# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""`cordon follow --once` by updates in one body: what they spare, and what of them is refused."""

import pytest

from conftest import needs  # noqa: F401  (the shared fixtures live there)
from flipping import FlippingProxy
from following import Follower
from keys import rotate

UPDATE = "&timestamp="


@pytest.fixture
def proxy(exercise):
    proxy = FlippingProxy(exercise)
    yield proxy
    proxy.close()


def asked(proxy):
    """The requests of a round, without the receipt."""
    return [path for path in proxy.seen if not path.endswith("/receipts")]


def test_the_first_round_takes_the_list_packed_and_the_next_ones_one_body(exercise, proxy, tmp_path):
    follower = Follower(exercise, tmp_path / "isp", server=proxy.url)
    follower.poll()
    assert follower.names() == exercise.entries()
    assert any("/changes?since=0&to=" in path for path in proxy.seen)
    assert not any("/repository/targets/" in path for path in proxy.seen)
    exercise.list_names("by-one-body.example")
    rotate(exercise, tmp_path)
    proxy.pass_on()
    follower.poll()
    assert follower.names() == exercise.entries() and ".by-one-body.example" in follower.names()
    assert len(asked(proxy)) == 1 and UPDATE in asked(proxy)[0]
    proxy.pass_on()
    assert "current" in follower.poll().stdout
    assert len(asked(proxy)) == 1
    assert follower.status().returncode == 0


def test_any_flipped_byte_of_an_update_is_refused_and_the_next_round_heals(exercise, proxy, tmp_path):
    follower = Follower(exercise, tmp_path / "isp", server=proxy.url)
    follower.poll()
    refused = healed = 0
    for step in range(24):
        exercise.list_names(f"flipped-{step}.example")
        before = follower.zone.read_bytes(), follower.entries.read_bytes()
        # Each octet of the head, then places spread over the whole body, the last octet among them.
        proxy.flip(UPDATE, step if step < 12 else -1 - (step - 12) * 97)
        done = follower.poll(check=False)
        assert proxy.changed, proxy.seen
        if done.returncode == 2:
            refused += 1
            assert (follower.zone.read_bytes(), follower.entries.read_bytes()) == before, step
            assert follower.status().returncode == 2
        else:
            # Harmless places: a file that is held already or fetched by itself, octets that unpack to the same. What
            # is in force is the signed release to the last name, or the round would have been refused.
            assert done.returncode == 0 and follower.names() == exercise.entries(), (step, done)
        proxy.pass_on()
        follower.poll()
        assert follower.names() == exercise.entries(), step
        healed += 1
    assert healed == 24 and refused >= 18, (healed, refused)


def test_a_flipped_byte_of_the_packed_list_is_not_taken(exercise, proxy, tmp_path):
    follower = Follower(exercise, tmp_path / "isp", server=proxy.url)
    proxy.flip("&to=", -20)
    follower.poll()
    assert proxy.changed and any("/repository/targets/" in path for path in proxy.seen)
    assert follower.names() == exercise.entries()


def test_yesterdays_update_is_refused(exercise, proxy, tmp_path):
    """A rollback: bodies that were once honest, replayed."""
    follower = Follower(exercise, tmp_path / "isp", server=proxy.url)
    follower.poll()
    taken = []
    proxy.change = lambda path, body: (taken.append(body) if UPDATE in path else None) or body
    exercise.list_names("yesterday.example")
    follower.poll()
    exercise.list_names("newer.example")
    follower.poll()
    assert len(taken) == 2
    exercise.list_names("newest.example")
    held = follower.names()
    proxy.change = lambda path, body: taken[0] if UPDATE in path else body
    done = follower.poll(check=False)
    assert done.returncode == 2 and "timestamp" in (done.stdout + done.stderr).lower(), done
    assert follower.names() == held and ".newer.example" in held
    assert follower.status().returncode == 2
    proxy.pass_on()
    follower.poll()
    assert follower.names() == exercise.entries()


def test_a_bundle_of_such_a_server_has_the_whole_list(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    bundle = tmp_path / "worst-of.bundle"
    exercise.cordon("isp-coral", "bundle", "make", "--root", follower.root, "--out", bundle)
    exercise.stop()
    exercise.cordon(
        "isp-coral", "bundle", "apply", bundle, "--state", follower.folder / "state", "--root", follower.root,
        "--output", f"entries.txt={follower.entries}")
    exercise.start()
    assert follower.names() == exercise.entries()
