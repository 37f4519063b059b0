# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A spreadsheet of 100,000 rows by one curl; and whatever is cut or killed, all of a batch is there or nothing of it.

CORDON_KILL_ROUNDS sets how many connections are cut and how many servers killed (8 of each unless set)."""

import os
import random
import re
import socket
import ssl
import time

import pytest

from exercise import LIST

ROUNDS = int(os.environ.get("CORDON_KILL_ROUNDS", "8"))
pytestmark = pytest.mark.timeout(600 + 20 * ROUNDS)
TARGET = f"/v1/submissions?list={LIST}"


def sheet(tag, rows):
    lines = ["url,case_reference,evidence_sha256,seen_at,note"]
    lines += [f'https://www.h{row}.s{row % 97}-{tag}.example/a?n={row},JM-{row},{"ab" * 32},2026-01-02T03:04:05Z,"seen, twice"'
              for row in range(rows)]
    return ("\r\n".join(lines) + "\r\n").encode()


def stored(exercise, tag):
    """How many names of a batch the service holds, by its own answer to who reported them."""
    count, after = 0, 0
    officer = exercise.person("police-jm")
    while after is not None:
        page = officer.get(f"/v1/submissions?mine=true&limit=1000&after={after}").json
        count += sum(f"-{tag}.example" in item["entry"] for item in page["items"])
        after = page["next"]
    return count


def connect(exercise):
    context = ssl.create_default_context(cafile=exercise.folder / "ca.pem")
    return context.wrap_socket(socket.create_connection(("127.0.0.1", exercise.port)), server_hostname="127.0.0.1")


def request(exercise, body, key=None):
    token = exercise.token_file("police-jm").read_text().strip()
    head = (f"POST {TARGET} HTTP/1.1\r\nHost: cordon\r\nAuthorization: Bearer {token}\r\nContent-Type: text/csv\r\n"
            f"Content-Length: {len(body)}\r\n" + (f"Idempotency-Key: {key}\r\n" if key else "") + "\r\n")
    return head.encode() + body, len(head)


def status(connection):
    try:
        answer = connection.recv(65536)
    except OSError:
        return None
    return int(answer.split()[1]) if answer.startswith(b"HTTP/1.1 ") else None


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_one_request(exercise):
    answer = exercise.person("police-jm").post(TARGET, sheet("bulk", 100_000), content_type="text/csv")
    assert answer.status == 201, answer
    assert (answer.json["accepted"], answer.json["joined"], answer.json["refused"]) == (100_000, 0, 0)
    items = answer.json["items"]
    assert [item["line"] for item in items] == list(range(2, 100_002))
    assert len({item["id"] for item in items}) == 100_000
    one_more = exercise.person("police-jm").post(TARGET, sheet("more", 100_001), content_type="text/csv")
    assert (one_more.status, one_more.problem) == (413, "too-many-items")
    assert one_more.json["line"] == 100_002


def resident(exercise):
    with open(f"/proc/{exercise.process.pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+) kB", file.read())[1]) // 1024


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_batches(exercise):
    sizes = []
    for number in range(8):
        body = sheet(f"flat{number}", 20_000)
        assert exercise.person("police-jm").post(TARGET, body, content_type="text/csv").status == 201
        sizes.append(resident(exercise))
    # 20,000 items that were kept would be some 20 MiB each time.
    assert sizes[-1] - sizes[2] < 40, sizes


def test_a_connection_cut_at_any_octet_leaves_nothing(exercise):
    body = sheet("cut", 500)
    whole, head = request(exercise, body)
    places = [head - 1, head, head + 1, len(whole) - 1, len(whole) - 2]
    chance = random.Random(5)
    places += [chance.randrange(len(whole)) for _ in range(max(0, ROUNDS - len(places)))]
    for place in places:
        connection = connect(exercise)
        connection.sendall(whole[:place])
        if place % 2:
            # A reset in place of an orderly end.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
    connection = connect(exercise)
    connection.sendall(request(exercise, sheet("after", 10))[0])
    assert status(connection) == 201
    assert stored(exercise, "cut") == 0 and stored(exercise, "after") == 10


def test_a_request_whose_answer_nobody_heard_counts_once_when_it_is_sent_again(exercise):
    whole, _ = request(exercise, sheet("gone", 500), key="gone")
    connection = connect(exercise)
    connection.sendall(whole)
    connection.close()
    time.sleep(1)
    assert stored(exercise, "gone") in (0, 500)
    answer = exercise.person("police-jm").post(
        TARGET, sheet("gone", 500), {"Idempotency-Key": "gone"}, content_type="text/csv")
    assert (answer.status, answer.json["accepted"], answer.json["joined"]) == (201, 500, 0)
    assert stored(exercise, "gone") == 500


@pytest.mark.slow
def test_a_server_killed_at_any_moment_holds_a_batch_whole_or_not_at_all(exercise):
    chance = random.Random(7)
    outcomes = {"nothing": 0, "whole": 0, "acknowledged": 0}
    for number in range(ROUNDS):
        rows, tag = 2_000, f"kill{number}"
        whole, _ = request(exercise, sheet(tag, rows))
        # Half of them while the request is on its way, half while it is worked on.
        place = chance.randrange(len(whole)) if number % 2 else len(whole)
        connection = connect(exercise)
        connection.sendall(whole[:place])
        heard = None
        if place == len(whole):
            # Most are killed while they are worked on, some after the answer.
            connection.settimeout(chance.uniform(0, 2))
            heard = status(connection)
        exercise.kill()
        connection.close()
        exercise.start()
        found = stored(exercise, tag)
        assert found in (0, rows), f"round {number}: {found} of {rows}"
        assert found == rows or heard is None, f"round {number}: acknowledged and lost"
        assert found == 0 or place == len(whole), f"round {number}: a part of the request was taken for the whole"
        outcomes["acknowledged" if heard else "whole" if found else "nothing"] += 1
    print(outcomes)
