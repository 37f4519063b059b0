# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""What a running dnsmasq reads again, without a restart."""

import pytest

from conftest import needs
from following import Follower

resolvers = pytest.importorskip("resolvers", reason="the Python package dnspython could not be installed")


@pytest.fixture
def world(exercise, tmp_path):
    authority = resolvers.Authority(tmp_path / "world")
    running = [authority]

    def start(*options):
        running.append(resolvers.Dnsmasq(tmp_path / "resolver", options, authority))
        return running[-1]

    yield Follower(exercise, tmp_path / "isp"), start
    for program in reversed(running):
        program.stop()


@needs("dnsmasq", "named")
def test_a_servers_file_is_read_again_at_a_signal(exercise, world):
    follower, start = world
    path = follower.folder / "dnsmasq.servers"
    output = "--output", f"dnsmasq.servers={path}"
    exercise.list_host("alone.host-only.example")
    follower.poll(*output)
    resolver = start(f"--servers-file={path}")
    reload = resolver.reload_command
    known = next(name[1:] for name in follower.names() if name.startswith(".") and name.endswith(".example"))
    assert resolver.blocks(known) and resolver.blocks(f"below.{known}")
    assert resolver.blocks("alone.host-only.example") and not resolver.blocks("below.alone.host-only.example")
    exercise.list_names("newly-listed.example")
    follower.poll(*output, reload=reload)
    assert resolver.await_change("newly-listed.example", True) and resolver.blocks("deep.newly-listed.example")
    assert not resolver.blocks("not-newly-listed.example")
    exercise.suspend("newly-listed.example")
    follower.poll(*output, reload=reload)
    assert resolver.await_change("newly-listed.example", False) and resolver.blocks(known)
    assert resolver.process.poll() is None and "illegal option" not in (resolver.folder / "log").read_text()
    # What such a file cannot say is refused, and not left out.
    done = follower.poll(*output, "--stop-page", "stop.example,192.0.2.45", check=False)
    assert done.returncode == 1 and "cannot carry a --stop-page" in done.stderr, done


@needs("dnsmasq", "named")
def test_a_folder_of_hosts_files_is_watched_and_needs_no_signal(exercise, world):
    follower, start = world
    folder = follower.folder / "hosts"
    folder.mkdir()
    output = "--output", f"hosts.txt={folder}/cordon"
    follower.poll(*output)
    resolver = start(f"--hostsdir={folder}")
    known = next(name[1:] for name in follower.names() if name.startswith(".") and name.endswith(".example"))
    blocked, open_ = (0, ["0.0.0.0"]), (0, [resolvers.ADDRESS])
    assert resolver.ask(known) == blocked and resolver.ask(f"below.{known}") == open_
    exercise.list_names("newly-listed.example")
    follower.poll(*output)
    assert resolver.await_answer("newly-listed.example", blocked)
    exercise.suspend("newly-listed.example")
    follower.poll(*output)
    assert resolver.await_answer("newly-listed.example", open_) and resolver.ask(known) == blocked
