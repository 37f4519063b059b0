# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Sockets that are handed over, passed by a supervisor, or for local administration."""

import os
import signal
import ssl
import socket
import subprocess
import threading
import time

from conftest import needs
from exercise import CONFIG, CORDOND, free_port


def command(exercise, *flags):
    return [str(CORDOND), "serve", "--data", str(exercise.folder), "--config", str(CONFIG), "--port", str(exercise.port), *flags]


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


def test_a_successor_takes_over_and_no_connection_is_refused(exercise, tmp_path):
    callers = [Callers(exercise) for _ in range(3)]
    for caller in callers:
        caller.start()
    time.sleep(0.5)
    predecessor = exercise.process
    with open(tmp_path / "successor.log", "w") as log:
        successor = subprocess.Popen(command(exercise, "--take-over"), stdout=log, stderr=log)
    try:
        assert predecessor.wait(30) == 0
        before = [caller.answers for caller in callers]
        deadline = time.monotonic() + 30
        while any(caller.answers < count + 20 for caller, count in zip(callers, before)):
            assert time.monotonic() < deadline, (tmp_path / "successor.log").read_text()
            time.sleep(0.1)
    finally:
        for caller in callers:
            caller.going = False
        for caller in callers:
            caller.join()
        successor.terminate()
    assert successor.wait(30) == 0
    assert [caller.failures for caller in callers] == [[], [], []]
    assert "took over" in (tmp_path / "successor.log").read_text()


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
