# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Whoever sends too much reads why: with curl over either version of HTTP, asked to wait for a 100 or not, by length or in chunks."""

import json
import subprocess

import pytest

from exercise import LIST

LIMIT = 1 << 20
SENT = 24 << 20


@pytest.fixture(scope="module")
def limited(shared_exercise, tmp_path_factory):
    """The exercise with a limit that is quickly passed, and a file of far more."""
    exercise = shared_exercise
    exercise.stop()
    exercise.start("--set", f"submissions.body_octets={LIMIT}")
    file = tmp_path_factory.mktemp("body") / "body.txt"
    file.write_bytes(b"https://a.example/\n" * (SENT // 19))
    return exercise, file


def send(exercise, file, *options, token=True, person="police-jm", path=f"/v1/submissions?list={LIST}", kind="text/plain"):
    """Status, problem, and what curl itself says of the transfer."""
    command = ["curl", "--silent", "--show-error", "--max-time", "60", "--noproxy", "*", "--cacert", exercise.folder / "ca.pem",
               "-H", f"Content-Type: {kind}", "-w", "\n%{http_code} %{exitcode}", *options]
    if token:
        command += ["-H", "Authorization: Bearer " + exercise.token_file(person).read_text().strip()]
    with open(file, "rb") as body:
        done = subprocess.run([*command, exercise.url + path], stdin=body, capture_output=True, timeout=90)
    text, _, outcome = done.stdout.decode().rpartition("\n")
    return outcome, json.loads(text).get("type") if text else done.stderr.decode()


@pytest.mark.parametrize("framing", ["length", "chunks"])
@pytest.mark.parametrize("expect", ["Expect:", "Expect: 100-continue"])
@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_a_body_above_the_limit_is_answered_413_and_curl_shows_it(limited, version, expect, framing):
    exercise, file = limited
    body = ["--data-binary", f"@{file}"] if framing == "length" else ["-X", "POST", "-T", "-"]
    for _ in range(3):
        assert send(exercise, file, version, "-H", expect, *body) == ("413 0", "/problems/content-too-large")


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_who_has_no_credential_reads_of_the_limit_too(limited, version):
    exercise, file = limited
    assert send(exercise, file, version, "-H", "Expect:", "--data-binary", f"@{file}", token=False) == (
        "413 0", "/problems/content-too-large")


def lines_of(octets):
    """A report in so many octets, the rest of them remarks."""
    body = b"https://a.example/\n"
    body += (b"#" * 99 + b"\n") * ((octets - len(body)) // 100)
    return body + b"#" * (octets - len(body))


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
@pytest.mark.parametrize("route", ["submissions", "guard", "agencies"])
def test_a_body_of_as_many_octets_as_may_be_is_taken_and_one_more_is_not(limited, route, version, tmp_path):
    exercise, _ = limited
    agency = {"id": f"unit{version}".replace(".", "").replace("--", "-"), "name": "Unit", "country": "JM", "kind": "police"}
    limit, start, ask = {
        "submissions": (LIMIT, None, {}),
        # What follows the JSON is white space.
        "guard": (8 << 20, {"items": [{"name": "padded.example", "level": "never"}]},
                  {"person": "admin-one", "path": "/v1/guard", "kind": "application/json"}),
        "agencies": (1 << 16, agency, {"person": "admin-one", "path": "/v1/agencies", "kind": "application/json"}),
    }[route]
    whole, more = tmp_path / "whole", tmp_path / "more"
    for file, octets in ((whole, limit), (more, limit + 1)):
        file.write_bytes(json.dumps(start).encode().ljust(octets) if start else lines_of(octets))
    assert send(exercise, more, version, "-H", "Expect:", "--data-binary", f"@{more}", **ask) == (
        "413 0", "/problems/content-too-large")
    assert send(exercise, whole, version, "-H", "Expect:", "--data-binary", f"@{whole}", **ask)[0] == "201 0"


@pytest.fixture(scope="module")
def crowded(shared_exercise, tmp_path_factory):
    """The exercise with little room for uploads, and a file that has no room there."""
    exercise = shared_exercise
    exercise.stop()
    exercise.start("--set", f"submissions.body_octets={15 << 20}", "--set", "submissions.spool_mebibytes=1")
    file = tmp_path_factory.mktemp("crowded") / "body.txt"
    file.write_bytes(b"https://a.example/\n" * ((14 << 20) // 19))
    return exercise, file


@pytest.mark.parametrize("framing", ["length", "chunks"])
@pytest.mark.parametrize("expect", ["Expect:", "Expect: 100-continue"])
@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_a_body_that_finds_no_room_is_answered_503_before_all_of_it_is_sent(crowded, version, expect, framing):
    exercise, file = crowded
    body = ["--data-binary", f"@{file}"] if framing == "length" else ["-X", "POST", "-T", "-"]
    outcome, problem = send(exercise, file, version, "-H", expect, "-w", "\n%{http_code} %{exitcode} %{size_upload}", *body)
    status, code, sent = outcome.split()
    assert (status, code, problem) == ("503", "0", "/problems/uploads-full")
    assert int(sent) < file.stat().st_size
    # Who comes next, with little, is served.
    little = send(exercise, file, version, "-H", "Expect:", "--data-binary", "https://b.example/")
    assert little[0] == "201 0"
