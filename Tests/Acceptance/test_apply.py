# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Running resolvers are told what changed: they never read the list again, and never stop answering."""

import subprocess
import threading
import time

import pytest

from conftest import needs
from following import Follower

resolvers = pytest.importorskip("resolvers", reason="the Python package dnspython could not be installed")

KINDS = [
    pytest.param("DynamicBind", marks=[needs("named", "nsupdate", "dig")]),
    pytest.param("ControlledUnbound", marks=[needs("unbound", "unbound-control", "named")]),
]


@pytest.fixture
def world(exercise, tmp_path):
    world = World(exercise, tmp_path)
    yield world
    world.stop()


class World:
    def __init__(self, exercise, folder):
        self.exercise, self.folder, self.running = exercise, folder, []
        self.follower = Follower(exercise, folder / "isp")
        self.conf = folder / "isp" / "unbound.conf"
        self.authority = self.keep(resolvers.Authority(folder / "world"))

    def keep(self, program):
        self.running.append(program)
        return program

    def resolver(self, kind):
        self.conf.touch()
        return self.keep(getattr(resolvers, kind)(self.folder / "resolver", self.conf, self.authority))

    def poll(self, resolver, *options, **more):
        return self.follower.poll("--output", f"unbound.conf={self.conf}", *resolver.apply, *options, **more)

    def stop(self):
        for program in reversed(self.running):
            program.stop()


class Stream:
    """A steady stream of queries; what it saw is its longest silence."""

    def __init__(self, resolver):
        self.resolver, self.longest, self.over = resolver, 0.0, threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        last = time.monotonic()
        while not self.over.is_set():
            try:
                self.resolver.ask("steady.example", timeout=5)
            except resolvers.dns.exception.Timeout:
                pass
            else:
                self.longest, last = max(self.longest, time.monotonic() - last), time.monotonic()
            time.sleep(0.005)

    def end(self):
        self.over.set()
        self.thread.join()
        return self.longest


@pytest.mark.parametrize("kind", KINDS)
def test_a_running_resolver_is_told_what_changed_and_answers_all_through(world, kind):
    resolver = world.resolver(kind)
    world.poll(resolver)  # the whole list, into a resolver that had none
    subtrees = [entry[1:] for entry in world.follower.names() if entry.endswith(".example") and entry[0] == "."]
    assert len(subtrees) > 50 and all(resolver.blocks(name) for name in subtrees)

    process = resolver.process.pid
    stream = Stream(resolver)
    world.exercise.list_names("newly-listed.example")
    world.poll(resolver)
    # The round ends only when the resolver itself has said which release it has in force.
    assert resolver.blocks("newly-listed.example") and resolver.blocks("deep.newly-listed.example")
    assert not resolver.blocks("not-newly-listed.example")
    world.exercise.suspend("newly-listed.example")
    world.poll(resolver)
    assert not resolver.blocks("newly-listed.example") and not resolver.blocks("deep.newly-listed.example")
    assert all(resolver.blocks(name) for name in subtrees)
    stream.end()
    assert resolver.process.poll() is None and resolver.process.pid == process


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_resolver_lost_or_gained_otherwise_is_put_right(world, kind):
    resolver = world.resolver(kind)
    world.poll(resolver)
    known = next(entry[1:] for entry in world.follower.names() if entry.endswith(".example") and entry[0] == ".")
    if kind == "DynamicBind":
        script = (f"server 127.0.0.1 {resolver.port}\nzone rpz.cordon.invalid.\n"
                  f"update delete {known}.rpz.cordon.invalid. CNAME\nupdate delete *.{known}.rpz.cordon.invalid. CNAME\n"
                  "update add stranger.example.rpz.cordon.invalid. 60 CNAME .\n"
                  "update delete worst-of.version.cordon.example.rpz.cordon.invalid. TXT\nsend\n")
        subprocess.run(["nsupdate", "-k", resolver.folder / "session"], input=script, text=True, check=True)
        assert resolver.await_change("stranger.example", True) and resolver.await_change(known, False)
    else:
        world.conf.write_text("")  # a restart from a file that somebody emptied
        resolver.restart()
        assert not resolver.blocks(known)
    world.poll(resolver)
    assert resolver.blocks(known) and resolver.blocks(f"below.{known}")
    if kind == "DynamicBind":
        assert not resolver.blocks("stranger.example")
        # The administrator's own record is no stranger.
        question = resolvers.dns.message.make_query("*.rpz.cordon.invalid", "CNAME")
        answer = resolvers.dns.query.udp(question, "127.0.0.1", port=resolver.port, timeout=5)
        assert [str(item) for rrset in answer.answer for item in rrset] == ["rpz-passthru."], answer


@pytest.mark.parametrize("kind", KINDS)
def test_a_resolver_that_is_down_is_told_when_it_is_back(world, kind):
    resolver = world.resolver(kind)
    world.poll(resolver)
    world.exercise.list_names("meanwhile.example")
    resolver.stop()
    done = world.poll(resolver, check=False)
    assert done.returncode == 1 and resolver.apply[1].split("=")[0] in done.stderr, done.stderr
    assert world.follower.status().returncode == 1
    if kind == "DynamicBind":
        return  # a BIND on the same port again is the same code
    resolver.restart()
    world.poll(resolver)
    assert resolver.blocks("meanwhile.example")
    assert world.follower.status().returncode == 0


@needs("named", "nsupdate", "dig", "unbound", "unbound-control")
def test_a_resolver_that_is_down_keeps_no_other_from_being_told_or_reloaded(world):
    down, told = world.resolver("DynamicBind"), world.keep(
        resolvers.ControlledUnbound(world.folder / "second", world.conf, world.authority))
    reading = world.follower.poll() and world.keep(
        resolvers.Bind(world.folder / "third", world.follower.zone, world.authority))
    options = (*down.apply, *told.apply)
    world.poll(down, *told.apply, reload=reading.reload_command)
    world.exercise.list_names("meanwhile.example")
    down.stop()
    verify = "--verify", f"127.0.0.1:{reading.port}", "--verify", f"127.0.0.1:{down.port}", "--verify-timeout", "5"
    done = world.follower.poll(
        "--output", f"unbound.conf={world.conf}", *options, *verify, reload=reading.reload_command, check=False)
    # Each failure in a line of its own: the resolver that could not be told, and that it gave no answer when asked.
    assert done.returncode == 1 and f"nsupdate@127.0.0.1:{down.port}: " in done.stderr, done.stderr
    assert f"127.0.0.1:{down.port}: no answer" in done.stderr and "back in place" not in done.stderr, done.stderr
    assert told.blocks("meanwhile.example") and reading.blocks("meanwhile.example")
    # A reload that fails on top of it.
    world.exercise.suspend("meanwhile.example")
    done = world.follower.poll(
        "--output", f"unbound.conf={world.conf}", *options, reload=f"{reading.reload_command}; exit 3", check=False)
    assert done.returncode == 1 and "ended with 3" in done.stderr, done.stderr
    assert not told.blocks("meanwhile.example") and reading.await_change("meanwhile.example", False)
    status = world.follower.status()
    assert status.returncode == 1 and f"nsupdate@127.0.0.1:{down.port}" in status.stdout, status
@needs("named", "nsupdate", "dig")
def test_no_name_is_open_while_a_bind_is_put_right(world):
    """What covers a name is taken away only when the name has its own record, however many messages lie between. Not in one message
    either: BIND would show neither for some milliseconds."""
    resolver = world.resolver("DynamicBind")
    world.exercise.list_host("x.aaa-guard.example")
    world.poll(resolver)
    zone, marker = "rpz.cordon.invalid.", "worst-of.version.cordon.example"
    batches = [[f"update add stranger-{number}.example.{zone} 60 CNAME ." for number in range(start, start + 500)]
               for start in range(0, 20_000, 500)]
    # Covered by another record, with many strangers and without a marker.
    batches.append([f"update add *.aaa-guard.example.{zone} 60 CNAME ."])
    batches.append([f"update delete x.aaa-guard.example.{zone} CNAME", f"update delete {marker}.{zone} TXT"])
    script = f"server 127.0.0.1 {resolver.port}\nzone {zone}\n" + "".join("\n".join(batch) + "\nsend\n" for batch in batches)
    subprocess.run(["nsupdate", "-k", resolver.folder / "session"], input=script, text=True, check=True)
    assert resolver.blocks("stranger-19999.example") and resolver.blocks("other.aaa-guard.example")

    answers, over = [], threading.Event()

    def ask():
        while not over.is_set():
            answers.append(resolver.blocks("x.aaa-guard.example"))
    stream = threading.Thread(target=ask)
    stream.start()
    try:
        world.poll(resolver)
    finally:
        over.set()
        stream.join()
    assert len(answers) > 100 and all(answers), (len(answers), answers.count(False))
    assert not resolver.blocks("stranger-19999.example") and not resolver.blocks("other.aaa-guard.example")


PAGE, OTHER = "192.0.2.45", "192.0.2.46"
PAGES = ("--stop-page", f"stop-one.example,{PAGE},2001:db8::45"), ("--stop-page", f"stop-two.example,{OTHER}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_stop_page_comes_changes_and_goes_on_a_running_resolver(world, kind):
    """What was told before has the new answer too: subtrees, hosts alone and the canary."""
    resolver = world.resolver(kind)
    host = "alone.host-only.example"
    world.exercise.list_host(host)
    world.poll(resolver)
    subtree = next(entry[1:] for entry in world.follower.names() if entry.endswith(".example") and entry[0] == ".")
    # BIND answers with an alias of the page's name, whose addresses are the world's business.
    pages = {"DynamicBind": (["stop-one.example."], ["stop-two.example."]), "ControlledUnbound": ([PAGE], [OTHER])}[kind]

    def answer(name, type="A"):
        query = resolvers.dns.message.make_query(name, type)
        found = resolvers.dns.query.udp(query, "127.0.0.1", port=resolver.port, timeout=5)
        records = [str(item) for rrset in found.answer for item in rrset]
        if kind == "DynamicBind":
            return found.rcode(), [item for item in records if item.startswith("stop-")]
        return found.rcode(), records

    def see(expected, *options, change=lambda: None):
        change()
        world.poll(resolver, *options)
        names = subtree, host, "worst-of.canary.cordon.example"
        assert [answer(name) for name in names] == expected, (options, [answer(name) for name in names])
        assert resolver.ask(f"below.{host}") == (0, [resolvers.ADDRESS])  # a host alone
        assert answer(f"below.{subtree}") == expected[0]

    see([(0, pages[0])] * 3, *PAGES[0])
    if kind == "ControlledUnbound":
        assert answer(host, "AAAA") == (0, ["2001:db8::45"]) == answer(subtree, "AAAA")
    see([(0, pages[1])] * 3, *PAGES[1])
    if kind == "ControlledUnbound":
        assert answer(host, "AAAA") == (0, []) == answer(subtree, "AAAA")
    # With a release in the same round, which alone would be told as a change.
    see([(0, pages[0])] * 3, *PAGES[0], change=lambda: world.exercise.list_names("newly-listed.example"))
    assert answer("newly-listed.example") == (0, pages[0])
    # Without it again: Unbound says of a host alone that it has no data.
    none = [(3, []), (0 if kind == "ControlledUnbound" else 3, []), (0 if kind == "ControlledUnbound" else 3, [])]
    see(none)
    assert answer("newly-listed.example") == (3, [])
    world.exercise.suspend("newly-listed.example")
    world.poll(resolver)
    assert resolver.ask("newly-listed.example") == (0, [resolvers.ADDRESS])
    assert world.follower.status().returncode == 0


@needs("unbound", "unbound-control", "named")
def test_what_an_unbound_was_told_in_part_is_not_forgotten_when_the_next_attempt_breaks_off_too(world):
    resolver = world.resolver("ControlledUnbound")
    world.poll(resolver)
    left = world.folder / "left"  # so many commands are carried out, those after it fail
    short = world.folder / "short"
    short.write_text(f'#!/bin/sh\nn=$(cat {left}); [ "$n" -gt 0 ] || exit 1\necho $((n - 1)) >{left}\nexec unbound-control "$@"\n')
    short.chmod(0o755)
    broken = resolver.apply[1].replace("=unbound-control", f"={short}")
    options = ("--output", f"unbound.conf={world.conf}", "--apply", broken)
    world.exercise.list_names("hardly-listed.example")
    left.write_text("3\n")  # the marker goes, another comes, the zone comes; then it breaks off
    assert world.follower.poll(*options, check=False).returncode == 1
    assert resolver.blocks("hardly-listed.example")
    world.exercise.suspend("hardly-listed.example")
    left.write_text("2\n")
    assert world.follower.poll(*options, check=False).returncode == 1
    world.poll(resolver)
    assert not resolver.blocks("hardly-listed.example")


@needs("unbound", "unbound-control", "named")
def test_an_unbound_that_restarts_has_the_list_from_its_file_and_is_told_nothing(world):
    resolver = world.resolver("ControlledUnbound")
    world.poll(resolver)
    world.exercise.list_names("newly-listed.example")
    world.poll(resolver)
    resolver.restart()
    assert resolver.blocks("newly-listed.example")
    # A command that would fail is not run.
    broken = resolver.apply[1].replace("=unbound-control", "=false unbound-control")
    world.follower.poll("--output", f"unbound.conf={world.conf}", "--apply", broken)


def but_for_the_serial(zone):
    """A zone without its serial, which never goes back: secondaries would not take it."""
    return [line for line in zone.read_bytes().splitlines() if b" SOA " not in line]


@needs("named")
def test_outputs_that_a_resolver_does_not_take_are_taken_back(world):
    resolver = world.keep(resolvers.Bind(world.folder / "resolver", world.follower.zone, world.authority)) \
        if world.follower.poll() else None
    verify = ("--verify", f"127.0.0.1:{resolver.port}", "--verify-open", "kept.example", "--verify-timeout", "20")
    world.follower.poll(*verify, reload=resolver.reload_command)
    before = but_for_the_serial(world.follower.zone)
    world.exercise.list_names("newly-listed.example")
    # The reload does nothing: the resolver goes on with the release before.
    done = world.follower.poll(*verify[:4], "--verify-timeout", "1", reload="true", check=False)
    assert done.returncode == 1 and "back in place" in done.stderr, done
    assert but_for_the_serial(world.follower.zone) == before
    assert world.follower.status().returncode == 2
    # A name that must stay open is blocked by the next release.
    world.exercise.list_names("kept.example")
    done = world.follower.poll(*verify[:4], "--verify-timeout", "5", reload=resolver.reload_command, check=False)
    assert done.returncode == 1 and "must stay open" in done.stderr, done
    assert but_for_the_serial(world.follower.zone) == before
    assert resolver.await_change("kept.example", False)
    world.exercise.suspend("kept.example")
    world.follower.poll(*verify, reload=resolver.reload_command)
    assert resolver.blocks("newly-listed.example") and world.follower.status().returncode == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_release_that_blocks_a_name_kept_open_is_taken_back_from_a_running_resolver(world, kind):
    resolver = world.resolver(kind)
    verify = "--verify-open", "kept.example", "--verify-timeout", "1"
    world.poll(resolver, *verify[:2])
    world.exercise.list_names("other.example", "kept.example")
    done = world.poll(resolver, *verify, check=False)
    assert done.returncode == 1 and "must stay open" in done.stderr and "brought back to version" in done.stderr, done
    assert not resolver.blocks("kept.example") and not resolver.blocks("other.example")
    assert world.follower.status().returncode == 2
    # It is left at that until something else comes.
    done = world.poll(resolver, *verify, check=False)
    assert done.returncode == 1 and not resolver.blocks("kept.example"), done
    world.exercise.suspend("kept.example")
    world.poll(resolver, *verify[:2])
    assert resolver.blocks("other.example") and not resolver.blocks("kept.example")
    assert world.follower.status().returncode == 0
