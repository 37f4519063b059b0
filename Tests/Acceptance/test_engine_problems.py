# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""What the engine refuses before the service sees it: each with its problem type, in words, with its limit, and documented."""

import json
import socket
import ssl
import time

import pytest

REQUEST = b"GET /v1/lists HTTP/1.1\r\nHost: cordon.example\r\n"
POST = b"POST /v1/submissions HTTP/1.1\r\nHost: cordon.example\r\nContent-Type: text/plain\r\n"


def connect(exercise):
    context = ssl.create_default_context(cafile=exercise.folder / "ca.pem")
    return context.wrap_socket(socket.create_connection(("127.0.0.1", exercise.port), timeout=30), server_hostname="127.0.0.1")


def answer(connection):
    """Status, fields and content of the one answer, after which the connection has ended."""
    octets = b""
    while True:
        more = connection.recv(65536)
        if not more:
            break
        octets += more
    head, _, content = octets.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), fields, json.loads(content)


CASES = {
    "bare line feed": (b"GET /v1/lists HTTP/1.1\nHost: a\n\n", 400, "unreadable-request", "bare-line-feed", None),
    "two lengths": (POST + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400, "unreadable-request", "conflicting-framing", None),
    "folded": (REQUEST + b"X: a\r\n b\r\n\r\n", 400, "unreadable-request", "folded-field", None),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400, "unreadable-request", "missing-host", None),
    # Without a credential; what somebody known may send is in test_refused_bodies.
    "content": (POST + b"Content-Length: 65537\r\n\r\n", 413, "content-too-large", "body-too-large", 65536),
    "content of a GET": (REQUEST + b"Content-Length: 65537\r\n\r\n", 413, "content-too-large", "body-too-large", 65536),
    "target": (b"GET /" + b"a" * 8192 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414, "target-too-long", "request-line-too-long", 8192),
    "expectation": (POST + b"Expect: more\r\n\r\n", 417, "expectation-failed", "unknown-expectation", None),
    "header octets": (REQUEST + b"X: " + b"a" * 16384 + b"\r\n\r\n", 431, "header-too-large", "header-too-large", 16384),
    "header fields": (REQUEST + b"X: a\r\n" * 64 + b"\r\n", 431, "header-too-large", "too-many-fields", 64),
    "method": (b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501, "not-implemented", "unknown-method", None),
    "coding": (POST + b"Transfer-Encoding: gzip\r\n\r\n", 501, "not-implemented", "unsupported-transfer-coding", None),
    "version": (b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505, "version-not-supported", "unsupported-version", None),
}


def expect(exercise, received, status, kind, rule, limit):
    code, fields, problem = received
    assert (code, fields["content-type"], fields["connection"]) == (status, "application/problem+json", "close")
    assert problem["type"] == "/problems/" + kind
    assert (problem["status"], problem["rule"], problem.get("limit")) == (status, rule, limit)
    assert len(problem["detail"]) > 20
    # The page that the type leads to, the table and the contract know it.
    page = exercise.anyone.get(problem["type"])
    assert page.status == 200 and problem["title"] in page.text and f"status: {status}" in page.text
    assert f"| `{kind}` | {status} | {problem['title']} |" in exercise.anyone.get("/problems").text
    contract = exercise.anyone.get("/openapi.json").json
    for path in contract["paths"].values():
        for operation in path.values():
            described = operation["responses"][str(status)]
            if "$ref" in described:
                described = contract["components"]["responses"][described["$ref"].rsplit("/", 1)[1]]
            assert problem["type"] in described["x-problem-types"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.replace(" ", "-"))
def test_each_refusal_of_the_engine_is_a_documented_problem(shared_exercise, case):
    octets, *expected = CASES[case]
    with connect(shared_exercise) as connection:
        connection.sendall(octets)
        expect(shared_exercise, answer(connection), *expected)


@pytest.fixture(scope="module")
def hurried(shared_exercise):
    exercise = shared_exercise
    exercise.stop()
    exercise.start("--set", "limits.header_seconds=1", "--set", "limits.body_pause_seconds=1", "--set", "limits.connections=2")
    yield exercise
    exercise.stop()
    exercise.start()


@pytest.mark.parametrize("octets", [b"GET / HTTP/1.1\r\n", POST + b"Content-Length: 9\r\n\r\nx"], ids=["head", "body"])
def test_who_is_too_slow_is_told_at_what_pace(hurried, octets):
    with connect(hurried) as connection:
        connection.sendall(octets)
        expect(hurried, answer(connection), 408, "request-timeout", "too-slow", None)


def test_who_finds_no_room_is_told_when_to_come_again(hurried):
    waiting = [connect(hurried), connect(hurried)]
    with connect(hurried) as connection:
        code, fields, problem = answer(connection)
    for one in waiting:
        one.close()
    time.sleep(0.2)
    assert fields["retry-after"] == "5"
    expect(hurried, (code, fields, problem), 503, "overloaded", "limit-reached", None)
