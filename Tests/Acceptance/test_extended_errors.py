# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Extended DNS Errors (RFC 8914): what the recipes of the ISP's guide have a resolver say of a blocked name."""

import pytest

from conftest import needs
from following import Follower

resolvers = pytest.importorskip("resolvers", reason="the Python package dnspython could not be installed")

TEXT = "Blocked by the list worst-of: https://stop.isp.example"

# As in docs/isp-guide.md, but for the path and the text.
RECURSOR = """rpzFile("{zone}", {{policyName="cordon", extendedErrorCode=15, extendedErrorExtra="{text}"}})"""
KNOT = """
local text = '{text}'
local function blocked(state, request)
  request:set_extended_error(kres.extended_error.BLOCKED, text)
  return policy.DENY(state, request)
end
policy.add(policy.rpz(blocked, '{zone}', true))
"""


def extended_errors(resolver, name):
    query = resolvers.dns.message.make_query(name, "A", use_edns=0)
    answer = resolvers.dns.query.udp(query, "127.0.0.1", port=resolver.port, timeout=5)
    return answer.rcode(), [(int(option.code), option.text) for option in answer.options if int(option.otype) == 15]


@pytest.mark.parametrize(("kind", "recipe"), [
    pytest.param("Recursor", RECURSOR, marks=needs("pdns_recursor", "named")),
    pytest.param("Knot", KNOT, marks=needs("kresd", "named")),
])
def test_a_blocked_name_is_answered_with_the_code_blocked_and_a_text(exercise, tmp_path, kind, recipe):
    follower = Follower(exercise, tmp_path / "isp")
    exercise.list_host("alone.host-only.example")
    follower.poll()
    authority = resolvers.Authority(tmp_path / "world")
    resolver = getattr(resolvers, kind)(tmp_path / "resolver", recipe.format(zone=follower.zone, text=TEXT), authority)
    try:
        known = next(name[1:] for name in follower.names() if name.startswith(".") and name.endswith(".example"))
        for name in (known, f"below.{known}", "alone.host-only.example"):
            assert extended_errors(resolver, name) == (3, [(15, TEXT)]), name
        for name in ("open.example", "below.alone.host-only.example"):
            assert extended_errors(resolver, name) == (0, []), name
    finally:
        resolver.stop()
        authority.stop()
