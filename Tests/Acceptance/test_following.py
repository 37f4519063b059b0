# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""`cordon follow --once`: what it writes, and everything it refuses, file by file (`--plain`); `test_compact.py` has the other form."""

import pytest

from conftest import needs  # noqa: F401  (the shared fixtures live there)
from flipping import FlippingProxy
from following import Follower
from keys import rotate


@pytest.fixture
def proxy(exercise):
    proxy = FlippingProxy(exercise)
    yield proxy
    proxy.close()


def test_the_first_round_takes_the_list_and_the_next_ones_the_changes(exercise, proxy, tmp_path):
    follower = Follower(exercise, tmp_path / "isp", server=proxy.url)
    assert follower.status().returncode == 3  # never synced
    follower.poll("--plain")
    assert follower.names() == exercise.entries()
    assert any("/repository/targets/" in path for path in proxy.seen)
    exercise.list_names("by-delta.example")
    proxy.pass_on()
    follower.poll("--plain")
    assert follower.names() == exercise.entries() and ".by-delta.example" in follower.names()
    assert any("/changes?" in path for path in proxy.seen)
    assert not any("/repository/targets/" in path for path in proxy.seen)
    assert follower.status().returncode == 0


def test_a_round_with_nothing_new_changes_nothing(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    before = follower.zone.stat().st_mtime_ns, follower.zone.read_bytes()
    marker = tmp_path / "reloaded"
    follower.poll(reload=f"touch {marker}")
    assert (follower.zone.stat().st_mtime_ns, follower.zone.read_bytes()) == before
    assert not marker.exists()


def test_an_unreachable_server_leaves_the_last_good_output(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    before = follower.zone.read_bytes()
    exercise.stop()
    done = follower.poll(check=False)
    assert done.returncode == 1 and done.stderr.strip()
    assert follower.zone.read_bytes() == before
    exercise.start()
    follower.poll()


# What is changed, which part of the path it is in, and a word that the refusal must carry.
PARTS = {
    "the root": ("/repository/metadata/2.root.json", "root"),
    "the timestamp": ("/repository/metadata/timestamp.json", "timestamp"),
    "the snapshot": (".snapshot.json", "snapshot"),
    "the releases": (".releases.json", "releases"),
    "the list": ("/repository/targets/", "list-digest"),
    "the changes": ("/changes?", "delta-digest"),
}
POSITIONS = [0, 1, 40, 101, 257, 350, -1, -2, -3, -40, -150]


@pytest.mark.parametrize("part", PARTS)
def test_one_flipped_byte_is_refused_and_the_last_good_output_kept(exercise, proxy, tmp_path, part):
    path, word = PARTS[part]
    follower = Follower(exercise, tmp_path / "isp", server=proxy.url)
    if part != "the list":
        follower.poll("--plain")
        assert ".before.example" not in follower.names()
    else:
        # The list itself is only fetched by someone who has none; give them an older output to keep.
        for file in (follower.zone, follower.entries):
            file.write_text("; of an earlier day\n")
    exercise.list_names("before.example")
    if part == "the root":
        rotate(exercise, tmp_path)
    before = follower.zone.read_bytes(), follower.entries.read_bytes()
    positions = POSITIONS[::3] if part == "the list" else POSITIONS if part != "the changes" else [3]
    for position in positions:
        proxy.flip(path, position)
        done = follower.poll("--plain", check=False)
        assert proxy.changed, f"{part} was not asked for: {proxy.seen}"
        assert done.returncode == 2, (position, done)
        assert word in (done.stdout + done.stderr).lower(), (position, done)
        assert (follower.zone.read_bytes(), follower.entries.read_bytes()) == before, position
        if part not in ("the list",):
            assert follower.status().returncode == 2
    proxy.pass_on()
    follower.poll("--plain")
    assert follower.names() == exercise.entries() and ".before.example" in follower.names()
    assert follower.status().returncode == 0


@pytest.mark.parametrize("position", [0, 1, 2, 9, -1, -2])
def test_any_byte_of_the_changes_counts(exercise, proxy, tmp_path, position):
    follower = Follower(exercise, tmp_path / "isp", server=proxy.url)
    follower.poll()
    exercise.list_names("delta.example")
    before = follower.zone.read_bytes()
    proxy.flip("/changes?", position)
    done = follower.poll("--plain", check=False)
    assert proxy.changed and done.returncode == 2, done
    assert follower.zone.read_bytes() == before
    proxy.pass_on()
    follower.poll()
    assert follower.names() == exercise.entries()


def test_yesterdays_metadata_is_refused(exercise, proxy, tmp_path):
    """A rollback: a server that was once honest, replayed."""
    follower = Follower(exercise, tmp_path / "isp", server=proxy.url)
    old = exercise.person("isp-coral").get("/repository/metadata/timestamp.json").body
    exercise.list_names("newer.example")
    follower.poll()
    proxy.change = lambda path, body: old if path.endswith("/timestamp.json") else body
    done = follower.poll("--plain", check=False)
    assert done.returncode == 2 and "timestamp" in (done.stdout + done.stderr).lower()
    assert ".newer.example" in follower.names()


def test_the_holder_of_another_root_believes_nothing(exercise, prepared, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    text = follower.root.read_bytes()
    at = text.index(b'"sig"') + 12
    follower.root.write_bytes(text[:at] + (b"0" if text[at:at + 1] != b"0" else b"1") + text[at + 1:])
    done = follower.poll(check=False)
    assert done.returncode in (1, 2) and "root" in (done.stdout + done.stderr).lower()
    assert not follower.zone.exists()


def test_it_goes_on_through_a_rotation_and_catches_up_after_two(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    rotate(exercise, tmp_path)
    exercise.list_names("after-one.example")
    follower.poll()
    assert ".after-one.example" in follower.names()
    late = Follower(exercise, tmp_path / "late")  # has root.json of the first day, and was off
    rotate(exercise, tmp_path)
    rotate(exercise, tmp_path)
    exercise.list_names("after-three.example")
    follower.poll()
    late.poll()
    assert follower.names() == late.names() == exercise.entries()
    assert ".after-three.example" in late.names()
