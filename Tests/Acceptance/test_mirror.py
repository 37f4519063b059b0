# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A mirror directory served by nginx: a TUF client that is not ours and our follower both live from it."""

import json
import subprocess
import time

import pytest

from conftest import needs
from following import Follower
from keys import rotate
from mirroring import Mirror

pytest.importorskip("tuf", reason="the Python package tuf could not be installed")

from test_tuf_client import ForeignClient  # noqa: E402

pytestmark = needs("nginx")

NOWHERE = "https://127.0.0.1:1"


class At:
    """The exercise as its clients see it through a mirror."""

    def __init__(self, mirror):
        self.folder, self.url = mirror.exercise.folder, mirror.url
        self.certificate, self.key = mirror.certificate, mirror.key


def follow(follower, mirror, *flags, server=None, check=True):
    return follower.exercise.cordon(
        follower.name, *follower.round, "--mirror", mirror.url, *flags, by="cert", server=server, check=check)


def test_a_foreign_client_and_our_follower_live_from_it_alone(exercise, tmp_path):
    mirror = Mirror(exercise, tmp_path / "mirror")
    mirror.update()
    with mirror:
        foreign, ours = ForeignClient(At(mirror), tmp_path / "foreign"), Follower(exercise, tmp_path / "ours")
        assert foreign.download() == exercise.entries()
        assert len(foreign.download("rpz.zone")) >= len(exercise.entries())
        follow(ours, mirror, "--no-receipt", server=NOWHERE)
        rotate(exercise, tmp_path)
        for name in ("first", "second"):
            exercise.list_names(f"{name}.example")
            mirror.update()
        exercise.suspend("first.example")
        mirror.update()
        follow(ours, mirror, "--no-receipt", server=NOWHERE)
        assert ours.names() == foreign.download() == exercise.entries()
        assert foreign.root_version == 2
        late = ForeignClient(At(mirror), tmp_path / "late")
        assert late.download() == exercise.entries()
        # The follower took three releases as one change, from a file.
        changes = [line for line in mirror.requests if "/changes?since=" in line]
        assert len(changes) == 1 and '" 200 ' in changes[0]
        assert "current" in mirror.update().stdout


def test_every_signed_file_is_served_as_the_server_has_it(exercise, tmp_path):
    mirror = Mirror(exercise, tmp_path / "mirror")
    mirror.update()
    exercise.list_names("newer.example")
    mirror.update()
    with mirror:
        client = ForeignClient(At(mirror), tmp_path / "client")
        client.download()
        version = exercise.about()["version"]
        signed = json.loads((client.metadata / "releases.json").read_bytes())["signed"]["targets"]
        formats = [path.split("/")[2] for path in signed if path.startswith(f"worst-of/{version}/")]
        assert len(formats) == 11 and "approvals" in formats  # the ten formats, and what agencies signed
        for name in formats:
            path = "approvals" if name == "approvals" else f"latest/{name}"
            rest = exercise.person("isp-coral").get(f"/v1/lists/worst-of/{path}").text
            assert client.download(name) == rest.splitlines(), name


def test_nobody_reads_it_without_a_certificate(exercise, tmp_path):
    mirror = Mirror(exercise, tmp_path / "mirror")
    mirror.update()
    with mirror:
        for path in ("/repository/metadata/timestamp.json", "/repository/metadata/1.root.json", "/v1/lists/worst-of/changes?since=1"):
            done = subprocess.run(
                ["curl", "-sS", "--cacert", exercise.folder / "ca.pem", "-o", "/dev/null", "-w", "%{http_code}", mirror.url + path],
                capture_output=True, text=True, stdin=subprocess.DEVNULL)
            assert done.stdout == "400", done


def test_readers_of_every_instant_find_a_whole_state(exercise, tmp_path):
    mirror = Mirror(exercise, tmp_path / "mirror")
    mirror.update()
    seen = {tuple(exercise.entries())}
    with mirror:
        client = ForeignClient(At(mirror), tmp_path / "client")
        updating = mirror.start_updating()
        try:
            for number in range(3):
                exercise.list_names(f"moving-{number}.example")
                newest = tuple(exercise.entries())
                seen.add(newest)
                deadline = time.monotonic() + 30
                while (held := tuple(client.download())) != newest:
                    assert held in seen, "half a release"
                    assert time.monotonic() < deadline
        finally:
            updating.terminate()
            assert updating.wait(30) == 0


def test_what_a_slow_client_is_at_stays_for_as_long_as_told(exercise, tmp_path):
    mirror = Mirror(exercise, tmp_path / "mirror")
    mirror.update()
    old = [path.name for path in mirror.files("repository/metadata/*.releases.json")]
    lists = [path.name for path in mirror.files("repository/targets/worst-of/*/*.entries.txt")]
    exercise.list_names("one.example")
    mirror.update()
    exercise.list_names("two.example")
    mirror.update()
    assert set(old) < {path.name for path in mirror.files("repository/metadata/*.releases.json")}
    assert set(lists) < {path.name for path in mirror.files("repository/targets/worst-of/*/*.entries.txt")}
    assert len(mirror.files("v1/lists/worst-of/changes/*")) == 2
    # Two states at most, however many there were; their files are one and the same.
    assert len(list((mirror.directory / "states").iterdir())) == 2
    exercise.list_names("three.example")
    mirror.update("--keep-hours", "0", "--changes", "1")
    assert len(mirror.files("repository/metadata/*.releases.json")) == 1
    assert len(mirror.files("repository/targets/worst-of/*/*.entries.txt")) == 1
    assert len(mirror.files("v1/lists/worst-of/changes/*")) == 1
    assert mirror.files("repository/metadata/1.root.json")


def test_a_stale_mirror_is_found_out(exercise, tmp_path):
    mirror = Mirror(exercise, tmp_path / "mirror")
    mirror.update()
    with mirror:
        follower = Follower(exercise, tmp_path / "ours")
        follow(follower, mirror)
        exercise.list_names("unseen-by-the-mirror.example")
        said = [follow(follower, mirror).stderr for _ in range(4)]
        assert not any("stale" in text for text in said[:2])
        assert "is stale" in said[-1] + said[-2]
        assert follower.names() == exercise.entries()


def test_a_lying_mirror_is_passed_over_for_the_server(exercise, tmp_path):
    mirror = Mirror(exercise, tmp_path / "mirror")
    mirror.update()
    with mirror:
        follower, fresh = Follower(exercise, tmp_path / "ours"), Follower(exercise, tmp_path / "fresh")
        follow(follower, mirror)
        exercise.list_names("wanted.example")
        mirror.update()
        # Same length, another name: of what changed, of the whole list, and then of what is signed.
        for pattern in ("v1/lists/*/changes/*", "repository/targets/*/*/*.entries.txt"):
            for path in mirror.files(pattern):
                path.write_bytes(path.read_bytes().replace(b".example", b".exbmple"))
        for each in (follower, fresh):
            said = follow(each, mirror)
            assert f"{mirror.url}: refused (" in said.stderr
            assert each.names() == exercise.entries()
        exercise.list_names("more.example")
        timestamp = mirror.directory / "current/repository/metadata/timestamp.json"
        timestamp.write_bytes(timestamp.read_bytes().replace(b'"version":', b'"version":9'))
        # Who was lied to asks the server first now; who comes anew asks the mirror.
        asked = len(mirror.requests)
        follow(follower, mirror)
        newcomer = Follower(exercise, tmp_path / "newcomer")
        assert len(mirror.requests) == asked
        said = follow(newcomer, mirror)
        assert "refused (metadata)" in said.stderr
        assert follower.names() == newcomer.names() == exercise.entries()


def test_a_dead_mirror_is_passed_over_for_the_next(exercise, tmp_path):
    dead, alive = Mirror(exercise, tmp_path / "dead"), Mirror(exercise, tmp_path / "alive")
    alive.update()
    with alive:
        follower = Follower(exercise, tmp_path / "ours")
        said = follow(follower, dead, "--mirror", alive.url, "--no-receipt", server=NOWHERE)
        assert f"{dead.url}: cannot reach the server" in said.stderr
        assert follower.names() == exercise.entries()


def test_a_mirror_of_a_lying_mirror_writes_nothing(exercise, tmp_path):
    first = Mirror(exercise, tmp_path / "first")
    first.update()
    with first:
        second = Mirror(exercise, tmp_path / "second", server=first.url)
        second.update()
        before = {path.name: path.read_bytes() for path in second.files("repository/*/*.json")}
        exercise.list_names("wanted.example")
        first.update()
        for path in first.files("v1/lists/*/changes/*") + first.files("repository/targets/*/*/*.entries.txt"):
            path.write_bytes(path.read_bytes().replace(b"wanted", b"forged"))
        done = second.update(check=False)
        assert done.returncode != 0
        assert before == {path.name: path.read_bytes() for path in second.files("repository/*/*.json")}
        assert not any(b"forged" in path.read_bytes() for path in second.files("**/*.txt"))
