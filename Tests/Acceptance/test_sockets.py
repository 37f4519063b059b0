# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Sockets that are handed over, passed by a supervisor, or for local administration."""

import contextlib
import os
import signal
import ssl
import socket
import subprocess
import sys
import threading
import time

import pytest
from conftest import needs
from exercise import CONFIG, CORDOND, free_port


# Callers here make more connections than one address may.
MANY = ["--set", "limits.handshakes_per_address_per_second=100000", "--set", "limits.handshake_burst_per_address=100000"]


def command(exercise, *flags):
    return [str(CORDOND), "serve", "--data", str(exercise.folder), "--config", str(CONFIG), "--port", str(exercise.port), *MANY, *flags]


@pytest.fixture
def called(prepared, tmp_path):
    """An exercise of this test's own, running, that takes many connections from one address."""
    from exercise import copy_exercise
    exercise = copy_exercise(prepared, tmp_path / "exercise")
    exercise.start(*MANY, "--set", "handover_seconds=5")
    yield exercise
    exercise.stop()


class Callers(threading.Thread):
    """Makes one new connection after the other and asks on it, until told to stop."""

    def __init__(self, exercise):
        super().__init__()
        self.exercise, self.failures, self.answers, self.going = exercise, [], 0, True

    def run(self):
        context = ssl.create_default_context(cafile=self.exercise.folder / "ca.pem")
        while self.going:
            try:
                with socket.create_connection(("127.0.0.1", self.exercise.port), timeout=30) as raw:
                    with context.wrap_socket(raw, server_hostname="localhost") as secured:
                        secured.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        answer = secured.recv(64)
                if not answer.startswith(b"HTTP/1.1 200"):
                    raise AssertionError(answer)
                self.answers += 1
            except Exception as error:
                self.failures.append(repr(error))


@contextlib.contextmanager
def calling(exercise):
    """Three callers meanwhile, who go on for 10 answers each after the body is done; then none of them may have failed."""
    callers = [Callers(exercise) for _ in range(3)]
    for caller in callers:
        caller.start()
    try:
        yield
        before = [caller.answers for caller in callers]
        deadline = time.monotonic() + 30
        while any(caller.answers < count + 10 for caller, count in zip(callers, before)):
            assert time.monotonic() < deadline, [caller.failures for caller in callers]
            time.sleep(0.1)
    finally:
        for caller in callers:
            caller.going = False
        for caller in callers:
            caller.join()
    assert [caller.failures for caller in callers] == [[], [], []]


def wait_for(said, log):
    deadline = time.monotonic() + 30
    while said not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def succeed(exercise, tmp_path):
    """Another process takes over and serves; returns it."""
    predecessor = exercise.process
    with open(tmp_path / "successor.log", "w") as log:
        successor = subprocess.Popen(command(exercise, "--take-over"), stdout=log, stderr=log)
    assert predecessor.wait(30) == 0
    assert "listening sockets" in (tmp_path / "successor.log").read_text()
    return successor


def test_a_successor_takes_over_and_no_connection_is_refused(called, tmp_path):
    with calling(called):
        successor = succeed(called, tmp_path)
    successor.terminate()
    assert successor.wait(30) == 0


# Says what a successor says, and then does what its argument tells.
SUCCESSOR = """
import os, socket, sys, time
line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[1])
octets, sockets, _, _ = socket.recv_fds(line, 1, 256)
assert octets == b"L" and sockets
if sys.argv[2].startswith("store"):
    line.sendall(b"r")
    assert line.recv(1) == b"f"
if sys.argv[2].endswith("hangs"):
    time.sleep(600)
"""


def starts(exercise):
    return exercise.log.read_text().count("cordond: serving")


def test_successors_that_die_or_hang_cost_no_connection(called, tmp_path):
    process = called.process
    with calling(called):
        for what in ["dies", "hangs", "store-dies", "store-hangs"]:
            began, said = starts(called), called.log.read_text().count("serves on")
            successor = subprocess.Popen([sys.executable, "-c", SUCCESSOR, str(called.folder / "handover.sock"), what])
            assert successor.wait(30) == (-signal.SIGKILL if what.endswith("hangs") else 0), what
            deadline = time.monotonic() + 30
            while (starts(called) == began if what.startswith("store") else called.log.read_text().count("serves on") == said):
                assert time.monotonic() < deadline, called.log.read_text()
                time.sleep(0.05)
    assert process.poll() is None
    # All is as before: what is written is kept, and the next successor may come.
    called.list_names("afterwards.example")
    called.process = succeed(called, tmp_path)
    called.wait_until_ready()
    assert ".afterwards.example" in called.entries()


def test_a_successor_that_fails_when_it_has_the_store_costs_no_connection(called):
    with calling(called):
        done = subprocess.run(
            command(called, "--take-over", "--set", "admin_socket=/nowhere/admin.sock"), capture_output=True, text=True)
        assert done.returncode == 1 and "/nowhere/admin.sock" in done.stderr
        wait_for("starts anew", called.log)
    called.list_names("after-failure.example")


def test_of_two_successors_the_second_is_turned_away(exercise, tmp_path):
    first = subprocess.Popen([sys.executable, "-c", SUCCESSOR, str(exercise.folder / "handover.sock"), "hangs"])
    try:
        wait_for("has the sockets", exercise.log)
        done = subprocess.run(command(exercise, "--take-over"), capture_output=True, text=True)
        assert done.returncode == 1 and "another successor" in done.stderr
    finally:
        first.kill()
        first.wait()
    wait_for("serves on", exercise.log)
    successor = succeed(exercise, tmp_path)
    successor.terminate()
    assert successor.wait(30) == 0


def test_reads_are_answered_from_memory_while_a_successor_opens_the_store(exercise, tmp_path):
    exercise.list_names("before.example")
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(exercise.folder / "handover.sock"))
        octets, sockets, _, _ = socket.recv_fds(line, 1, 256)
        line.sendall(b"r")
        assert line.recv(1) == b"f"
        reader = exercise.person("isp-coral")
        assert reader.get("/v1/lists/worst-of/latest/entries.txt").status == 200
        answer = exercise.person("police-jm").post(
            "/v1/submissions", {"list": "worst-of", "items": [{"url": "https://x.example/", "case_reference": "JM-1"}]},
            check=False)
        assert answer.status == 503 and answer.fields["retry-after"]
        for descriptor in sockets:
            os.close(descriptor)
    wait_for("starts anew", exercise.log)
    exercise.wait_until_ready()
    exercise.list_names("afterwards.example")


def test_taking_over_from_nobody_is_a_start(prepared, tmp_path):
    from exercise import copy_exercise
    exercise = copy_exercise(prepared, tmp_path / "exercise")
    with open(tmp_path / "log", "w") as log:
        process = subprocess.Popen(command(exercise, "--take-over"), stdout=log, stderr=log)
    try:
        exercise.wait_until_ready()
    finally:
        process.terminate()
    assert process.wait(30) == 0
    assert "nobody to take over from" in (tmp_path / "log").read_text()


def test_a_successor_with_a_mistake_leaves_the_predecessor_be(exercise):
    done = subprocess.run(command(exercise, "--take-over", "--set", "tls.certificate=missing.pem"), capture_output=True, text=True)
    assert done.returncode == 1 and "missing.pem" in done.stderr
    assert exercise.anyone.get("/healthz").status == 200


@needs("systemd-socket-activate")
def test_a_supervisor_passes_the_socket(prepared, tmp_path):
    from exercise import copy_exercise
    exercise = copy_exercise(prepared, tmp_path / "exercise")
    port = free_port()
    exercise.port = port
    # It listens itself, and starts the service at the first connection.
    process = subprocess.Popen(
        ["systemd-socket-activate", "-l", f"127.0.0.1:{port}", *command(exercise, "--port", "1")],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        exercise.wait_until_ready()
        assert exercise.anyone.get("/healthz").status == 200
    finally:
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=30)[0]
    assert f"serving https://127.0.0.1:{port}" in output


def test_local_administration(prepared, tmp_path):
    from exercise import copy_exercise
    exercise = copy_exercise(prepared, tmp_path / "exercise")
    place = f"/tmp/cordon-{os.getpid()}.sock"
    exercise.start("--set", f"admin_socket={place}")
    try:
        def ask(path, *arguments):
            return subprocess.run(
                ["curl", "-sS", "--unix-socket", place, "-w", "%{http_code}", "-o", "/dev/null", *arguments,
                 f"http://localhost{path}"], capture_output=True, text=True).stdout
        assert ask("/metrics") == "200" and ask("/readyz") == "200"
        assert ask("/v1/audit") == "401"
        token = exercise.token_file("auditor").read_text().strip()
        assert ask("/v1/audit", "-H", f"Authorization: Bearer {token}") == "200"
    finally:
        exercise.stop()
        os.unlink(place)
