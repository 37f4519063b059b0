# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Two followers where one would do: each is told of the other, and none of them works against it."""

import re
import shutil
import signal
import subprocess
import time

import pytest

from conftest import needs
from exercise import CORDON, LIST
from following import Follower

resolvers = pytest.importorskip("resolvers", reason="the Python package dnspython could not be installed")

KINDS = [
    pytest.param("DynamicBind", marks=[needs("named", "nsupdate", "dig")]),
    pytest.param("ControlledUnbound", marks=[needs("unbound", "unbound-control", "named")]),
]


@pytest.fixture
def two(exercise, tmp_path):
    return Follower(exercise, tmp_path / "one"), Follower(exercise, tmp_path / "two")


def number(follower):
    return re.search(r"follower ([0-9a-f]{8})", follower.status().stdout)[1]


def refused(done, *words):
    assert done.returncode == 2 and "other-follower" in done.stderr, done
    for word in words:
        assert word in done.stderr, (word, done.stderr)


def staying(follower, *options):
    """A follower that stays."""
    command = [CORDON, "follow", "--list", LIST, "--state", follower.folder / "state", "--root", follower.root, *options]
    return subprocess.Popen(
        [str(part) for part in command], env=follower.exercise.environment(follower.name), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def await_number(follower):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if follower.status().returncode == 0:
            return number(follower)
        time.sleep(0.1)
    raise AssertionError(follower.status())


def test_the_second_on_one_output_is_refused_and_the_first_goes_on(two):
    one, other = two
    shared = "--output", f"domains.txt={one.folder / 'shared.txt'}"
    first = staying(one, *shared)
    try:
        known = await_number(one)
        written = (one.folder / "shared.txt").stat()
        # By hand and as a service alike, it ends, says which and where the other one is, and monitoring sees it.
        for command in (lambda: other.poll(*shared, check=False), lambda: other.poll(*shared, "--take-over", check=False)):
            refused(command(), "shared.txt", known, str(one.folder / "state"), "is running")
        second = staying(other, *shared)
        said = second.communicate(timeout=20)[0]
        assert second.returncode == 2 and known in said, said
        status = other.status()
        assert status.returncode == 2 and "other-follower" in status.stdout, status
        assert first.poll() is None and one.status().returncode == 0
        assert (one.folder / "shared.txt").stat().st_ino == written.st_ino
        # However the first one ends, its successor is not kept waiting, under whatever name its folder has.
        first.send_signal(signal.SIGKILL)
        first.wait()
        shutil.move(one.folder / "state", one.folder / "renamed")
        shutil.move(one.folder / "renamed", one.folder / "state-again")
        one.exercise.cordon(one.name, "follow", "--once", "--list", LIST, "--state", one.folder / "state-again", *shared)
        # Another state is another follower, until somebody says otherwise.
        refused(other.poll(*shared, check=False), known, "--take-over")
        other.poll(*shared, "--take-over")
        other.poll(*shared)
        back = one.exercise.cordon(
            one.name, "follow", "--once", "--list", LIST, "--state", one.folder / "state-again", *shared, check=False)
        refused(back, number(other))
    finally:
        first.kill()
        first.wait()


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_on_one_resolver_is_refused_and_the_first_tells_on(two, tmp_path, kind):
    one, other = two
    conf = tmp_path / "unbound.conf"
    conf.touch()
    authority = resolvers.Authority(tmp_path / "world")
    resolver = getattr(resolvers, kind)(tmp_path / "resolver", conf, authority)
    try:
        one.poll(*resolver.apply)
        place = f"127.0.0.1:{resolver.port}"
        refused(other.poll(*resolver.apply, check=False), place, number(one), "--take-over")
        assert other.status().returncode == 2
        # The first has nothing to put right: no command is run.
        broken = resolver.apply[1].replace("=", "=false ", 1)
        one.poll("--apply", broken)
        # Nor has it when a release comes: it tells the change, and is not held up.
        one.exercise.list_names("listed-meanwhile.example")
        one.poll(*resolver.apply)
        assert resolver.blocks("listed-meanwhile.example")
        refused(other.poll(*resolver.apply, check=False), number(one))
        # On purpose, the second takes over, and then the first is the one that is refused.
        done = other.poll(*resolver.apply, "--take-over")
        assert f"taken over from the follower {number(one)}" in done.stderr, done
        assert resolver.blocks("listed-meanwhile.example") and not resolver.blocks("never-listed.example")
        one.exercise.suspend("listed-meanwhile.example")
        refused(one.poll(*resolver.apply, check=False), number(other))
        other.poll(*resolver.apply)
        assert not resolver.blocks("listed-meanwhile.example")
        # A state that was lost in its place is the same follower's.
        shutil.rmtree(other.folder / "state")
        other.poll(*resolver.apply)
    finally:
        resolver.stop()
        authority.stop()


@needs("named", "nsupdate", "dig")
def test_two_lists_do_not_share_one_zone(two, tmp_path):
    one, _ = two
    conf = tmp_path / "unbound.conf"
    authority = resolvers.Authority(tmp_path / "world")
    resolver = resolvers.DynamicBind(tmp_path / "resolver", conf, authority)
    try:
        script = (f"server 127.0.0.1 {resolver.port}\nzone rpz.cordon.invalid.\n"
                  "update add other-list.example.rpz.cordon.invalid. 60 CNAME .\n"
                  'update add other.version.cordon.example.rpz.cordon.invalid. 60 TXT "cordon1:1:0123456789abcdef"\nsend\n')
        subprocess.run(["nsupdate", "-k", resolver.folder / "session"], input=script, text=True, check=True)
        assert resolver.await_change("other-list.example", True)
        done = one.poll(*resolver.apply, check=False)
        assert done.returncode == 1 and "carries the list other" in done.stderr and "--zone" in done.stderr, done
        assert resolver.blocks("other-list.example")
    finally:
        resolver.stop()
        authority.stop()
