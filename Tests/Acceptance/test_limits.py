# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""The engine's limits, set by an operator and reached from outside."""

import http.client
import os
import re
import resource
import socket
import ssl
import time

import pytest


class Kept:
    """One TLS connection, kept."""

    def __init__(self, exercise):
        context = ssl.create_default_context(cafile=exercise.folder / "ca.pem")
        self.http = http.client.HTTPSConnection("127.0.0.1", exercise.port, context=context, timeout=30)
        self.http.connect()

    def get(self, path):
        self.http.request("GET", path)
        answer = self.http.getresponse()
        return answer, answer.read().decode()

    def engine(self, name):
        _, text = self.get("/metrics")
        found = re.search(rf"^cordon_engine_{re.escape(name)} (\d+)$", text, re.MULTILINE)
        assert found, f"no {name} among the metrics"
        return int(found.group(1))


def restart(exercise, *settings):
    exercise.stop()
    exercise.start(*(part for setting in settings for part in ("--set", setting)))


def processor_seconds(exercise):
    fields = open(f"/proc/{exercise.process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def knock(path):
    knocking = socket.socket(socket.AF_UNIX)
    knocking.connect(str(path))
    return knocking


def test_running_out_of_descriptors_pauses_accepting_without_spinning_and_heals(exercise):
    restart(exercise, "admin_socket=admin.sock")
    kept = Kept(exercise)
    open_now = len(os.listdir(f"/proc/{exercise.process.pid}/fd"))
    # The hard limit stays: without privilege over the system nobody may raise it again.
    before = resource.prlimit(exercise.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(exercise.process.pid, resource.RLIMIT_NOFILE, (open_now + 8, before[1]))
    crowd = [socket.create_connection(("127.0.0.1", exercise.port)) for _ in range(60)]
    local = [knock(exercise.folder / name) for name in ("admin.sock", "handover.sock") for _ in range(3)]
    began, used, pauses = time.monotonic(), processor_seconds(exercise), kept.engine("accept_pauses")
    time.sleep(2)
    assert kept.get("/readyz")[0].status == 200, "those that are in go on"
    waited, used, pauses = (
        time.monotonic() - began, processor_seconds(exercise) - used, kept.engine("accept_pauses") - pauses)
    assert pauses > 0, "the descriptors did not run out"
    # A pause is a tick of 50 ms, for each reactor and for the local socket of the first.
    assert pauses <= (waited / 0.05 + 2) * (os.cpu_count() + 1)
    assert used < waited / 2, "the server spun"
    for one in crowd + local:
        one.close()
    resource.prlimit(exercise.process.pid, resource.RLIMIT_NOFILE, before)
    assert Kept(exercise).get("/readyz")[0].status == 200
    again = knock(exercise.folder / "admin.sock")
    again.sendall(b"GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n")
    again.settimeout(10)
    assert again.recv(100).startswith(b"HTTP/1.1 200")
    again.close()


def test_a_full_server_says_so_in_tls_and_counts_it(exercise):
    restart(exercise, "limits.connections=2", "limits.retry_after_seconds=7")
    kept = Kept(exercise)
    kept.get("/healthz")
    second = Kept(exercise)
    second.get("/healthz")
    answer, _ = Kept(exercise).get("/healthz")
    assert answer.status == 503 and answer.headers["Retry-After"] == "7"
    assert kept.engine('limits_reached{limit="connections"}') == 1
    second.http.close()
    deadline = time.monotonic() + 10
    while kept.engine("connections_open") > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert Kept(exercise).get("/healthz")[0].status == 200


@pytest.mark.parametrize("setting, beginning", [
    ("limits.connections=0", "limits.connections: a whole number from 1"),
    ("limits.conections=5", "limits.conections: no such key"),
    ("limits.handshake_burst_per_address=5", "limits.handshake_burst_per_address: at least"),
])
def test_a_limit_that_is_none_is_refused_by_its_key(exercise, setting, beginning):
    exercise.stop()
    with pytest.raises(AssertionError, match=re.escape(beginning)):
        exercise.start("--set", setting)
    exercise.process = None


def test_too_few_descriptors_are_said_at_the_start(exercise):
    exercise.stop()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    exercise.start("--set", f"limits.connections={hard}")
    assert f"the limit of {hard} descriptors is less than limits.connections needs" in exercise.log.read_text()


def test_a_reader_of_the_log_that_stands_still_holds_nobody_up(exercise):
    exercise.stop()
    log = exercise.log
    log.unlink(missing_ok=True)
    os.mkfifo(log)
    reader = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
    try:
        exercise.start()
        kept = Kept(exercise)
        # Each is a line of its own; a pipe takes 64 KiB of them.
        count = 3000
        for number in range(count):
            answer, _ = kept.get(f"/v1/nothing-here?{number}")
            assert answer.status == 401
        assert kept.engine("log_lines_lost") == 0
        text = b""
        deadline = time.monotonic() + 30
        while text.count(b" 401 ") < count:
            assert time.monotonic() < deadline, f"{text.count(b' 401 ')} of {count} lines came"
            try:
                text += os.read(reader, 1 << 20)
            except BlockingIOError:
                time.sleep(0.01)
        assert len(text) > 1 << 17
        # Nor does it hold up the end.
        for number in range(count):
            kept.get(f"/v1/nothing-here?{number}")
        exercise.stop()
    finally:
        os.close(reader)
