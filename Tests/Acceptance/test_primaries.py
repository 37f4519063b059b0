# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Primary name servers that take the list by dynamic updates, and resolvers that transfer it from them."""

import pytest

from conftest import needs
from exercise import free_port
from following import Follower

resolvers = pytest.importorskip("resolvers", reason="the Python package dnspython could not be installed")


def expected(follower):
    """What the zone holds: the list and the canary. A name too long for the zone is left out."""
    origin = len(".rpz.cordon.invalid")
    fitting = [name for name in follower.names() if len(name.lstrip(".")) + 2 * name.startswith(".") + origin <= 253]
    return sorted([*fitting, "worst-of.canary.cordon.example"])


@pytest.mark.parametrize("kind", [
    pytest.param("KnotPrimary", marks=needs("knotd", "nsupdate", "dig")),
    pytest.param("PowerDNSPrimary", marks=needs("pdns_server", "pdnsutil", "sqlite3", "nsupdate", "dig")),
])
def test_a_primary_holds_exactly_the_list_and_is_told_what_changes(exercise, tmp_path, kind):
    follower = Follower(exercise, tmp_path / "isp")
    primary = getattr(resolvers, kind)(tmp_path / "primary")
    try:
        follower.poll(*primary.apply)
        assert primary.names() == expected(follower) and len(expected(follower)) > 50
        exercise.list_names("newly-listed.example")
        exercise.list_host("alone.host-only.example")
        follower.poll(*primary.apply)
        assert primary.names() == expected(follower)
        assert {".newly-listed.example", "alone.host-only.example"} <= set(primary.names())
        exercise.suspend("newly-listed.example")
        follower.poll(*primary.apply)
        assert primary.names() == expected(follower) and ".newly-listed.example" not in primary.names()
        assert follower.status().returncode == 0
        # Somebody else's changes are put right.
        known = next(name[1:] for name in follower.names() if name.startswith(".") and name.endswith(".example"))
        primary.update(
            f"update delete {known}.rpz.cordon.invalid. CNAME", "update add stranger.example.rpz.cordon.invalid. 60 CNAME .",
            "update delete worst-of.version.cordon.example.rpz.cordon.invalid. TXT")
        assert primary.names() != expected(follower)
        follower.poll(*primary.apply)
        assert primary.names() == expected(follower)
    finally:
        primary.stop()


@needs("knotd", "nsupdate", "dig", "unbound", "named")
def test_a_resolver_has_what_a_primary_was_told_as_soon_as_it_is_notified(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    authority = resolvers.Authority(tmp_path / "world")
    running = [authority]
    try:
        port = free_port()
        primary = resolvers.KnotPrimary(tmp_path / "primary", notified=port)
        running.append(primary)
        follower.poll(*primary.apply)
        unbound = resolvers.SecondaryUnbound(tmp_path / "resolver", primary.port, authority, port=port)
        running.append(unbound)
        known = next(name[1:] for name in follower.names() if name.startswith(".") and name.endswith(".example"))
        assert unbound.await_change(known, True)
        exercise.list_names("newly-listed.example")
        follower.poll(*primary.apply)
        assert unbound.await_change("newly-listed.example", True) and unbound.blocks("deep.newly-listed.example")
        exercise.suspend("newly-listed.example")
        follower.poll(*primary.apply)
        assert unbound.await_change("newly-listed.example", False) and unbound.blocks(known)
    finally:
        for program in reversed(running):
            program.stop()
