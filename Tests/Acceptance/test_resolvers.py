# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""From the list to real resolvers, and out of them again."""

import re

import pytest

from conftest import needs
from exercise import CHECKOUT
from following import Follower

resolvers = pytest.importorskip("resolvers", reason="the Python package dnspython could not be installed")


@pytest.mark.parametrize("kind", [
    pytest.param("Bind", marks=needs("named")),
    pytest.param("Unbound", marks=[needs("unbound"), needs("named")]),
])
@pytest.mark.parametrize("by", ["token", "certificate"])
def test_a_listed_name_and_all_below_it_stop_resolving_until_it_is_suspended(exercise, tmp_path, kind, by):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll(by=by)
    authority = resolvers.Authority(tmp_path / "world")
    resolver = getattr(resolvers, kind)(tmp_path / "resolver", follower.zone, authority)
    try:
        assert not resolver.blocks("newly-listed.example")
        exercise.list_names("newly-listed.example")
        follower.poll(by=by, reload=resolver.reload_command)
        assert resolver.await_change("newly-listed.example", True)
        assert resolver.blocks("images.deep.newly-listed.example")
        for sibling in ("listed.example", "not-newly-listed.example", "newly-listed-too.example", "kept.example"):
            assert not resolver.blocks(sibling), sibling

        exercise.suspend("newly-listed.example")
        assert resolver.blocks("newly-listed.example")  # the ISP has not polled yet
        follower.poll(by=by, reload=resolver.reload_command)
        assert resolver.await_change("newly-listed.example", False)
        assert not resolver.blocks("images.deep.newly-listed.example")
    finally:
        resolver.stop()
        authority.stop()


@pytest.mark.parametrize("kind", [
    pytest.param("Bind", marks=needs("named")),
    pytest.param("Unbound", marks=[needs("unbound"), needs("named")]),
])
def test_every_seed_entry_is_blocked_exactly_as_far_as_its_scope_says(exercise, tmp_path, kind):
    [narrow] = exercise.submit("https://host-only.example/")
    for reviewer in ("police-tt", "police-bb"):
        assert exercise.approve(narrow, reviewer, scope="host").status == 201
    exercise.publish()
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    authority = resolvers.Authority(tmp_path / "world")
    resolver = getattr(resolvers, kind)(tmp_path / "resolver", follower.zone, authority)
    try:
        assert "host-only.example" in follower.names()
        assert resolver.blocks("host-only.example") and not resolver.blocks("below.host-only.example")
        subtrees = [entry[1:] for entry in follower.names() if entry.startswith(".") and entry.endswith(".example")]
        assert len(subtrees) > 50
        for name in subtrees:
            assert resolver.blocks(name), name
            assert len(name) > 230 or resolver.blocks(f"any.{name}"), name
    finally:
        resolver.stop()
        authority.stop()


@needs("named")
def test_secondaries_take_what_an_isp_changes_within_one_release(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    name = next(entry[1:] for entry in follower.names() if entry.startswith(".") and entry.endswith(".example"))
    authority = resolvers.Authority(tmp_path / "world")
    running = [authority]
    try:
        primary = resolvers.PrimaryBind(tmp_path / "primary", follower.zone, authority)
        running.append(primary)
        secondary = resolvers.SecondaryBind(tmp_path / "secondary", primary, authority)
        running.append(secondary)
        assert secondary.await_change(name, True)
        allow = tmp_path / "allow"
        for text, blocked in ((f"{name}\n", False), ("", True)):
            allow.write_text(text)
            follower.poll("--allow", allow, reload=primary.reload_command)
            assert primary.await_change(name, blocked) and secondary.await_change(name, blocked)
    finally:
        for program in reversed(running):
            program.stop()


def clauses():
    """The logging clauses that the guide has for BIND: for a zone from a file, and for one that is told."""
    guide = (CHECKOUT / "docs" / "isp-guide.md").read_text(encoding="utf-8")
    return re.findall(r"^logging \{.*\};$", guide, re.MULTILINE)


@needs("named", "nsupdate", "dig")
@pytest.mark.parametrize("silenced", [True, False])
def test_bind_logs_no_name_that_it_is_told_or_asked_for_with_the_clause_of_the_guide(exercise, tmp_path, silenced):
    assert len(clauses()) == 2
    follower = Follower(exercise, tmp_path / "isp")
    authority = resolvers.Authority(tmp_path / "world")
    clause = clauses()[1] if silenced else ""
    resolver = resolvers.LoggingBind(tmp_path / "resolver", clause, authority)
    try:
        follower.poll(*resolver.apply)
        told = [f"told-{number}-quietly.example" for number in range(10)]
        exercise.list_names(*told)
        follower.poll(*resolver.apply)
        assert all(resolver.blocks(name) for name in told)
    finally:
        resolver.stop()
        authority.stop()
    log = (resolver.folder / "named.log").read_text() + (resolver.folder / "log").read_text()
    assert "running" in log
    names = {entry.lstrip(".") for entry in exercise.entries()}
    assert set(told) <= names
    # Without it BIND tells them all, so that what is looked for would be found.
    assert [name for name in names if name in log] == [] if silenced else all(name in log for name in told)


@needs("named")
def test_bind_logs_no_name_that_is_asked_for_where_the_zone_is_a_file(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    name = next(entry[1:] for entry in follower.names() if entry.startswith(".") and entry.endswith(".example"))
    authority = resolvers.Authority(tmp_path / "world")
    resolver = resolvers.LoggingFileBind(tmp_path / "resolver", follower.zone, clauses()[0], authority)
    try:
        assert resolver.await_change(name, True)
    finally:
        resolver.stop()
        authority.stop()
    log = (resolver.folder / "named.log").read_text()
    assert "running" in log and name not in log
