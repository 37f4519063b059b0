# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""What the server's TLS takes and refuses."""

import signal
import socket
import ssl
import subprocess
import time

import pytest

from exercise import CHECKOUT, CONFIG, CORDOND, LIST


def handshake(exercise, **settings):
    context = ssl.create_default_context(cafile=exercise.folder / "ca.pem")
    if "seclevel" in settings:
        context.set_ciphers(f"ALL:@SECLEVEL={settings.pop('seclevel')}")
    for name, value in settings.items():
        setattr(context, name, value)
    with socket.create_connection(("127.0.0.1", exercise.port), timeout=10) as raw:
        with context.wrap_socket(raw, server_hostname="localhost") as secured:
            secured.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return secured.version(), secured.recv(64)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_modern_versions_are_spoken(shared_exercise, version):
    spoken, answer = handshake(shared_exercise, minimum_version=version, maximum_version=version)
    assert spoken == version.name.replace("_", ".") and answer.startswith(b"HTTP/1.1 200")


def test_older_versions_are_refused(shared_exercise):
    with pytest.warns(DeprecationWarning), pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(shared_exercise, seclevel=0, minimum_version=ssl.TLSVersion.TLSv1,
                  maximum_version=ssl.TLSVersion.TLSv1_1)


def test_plain_http_gets_no_answer(shared_exercise):
    with socket.create_connection(("127.0.0.1", shared_exercise.port), timeout=10) as raw:
        raw.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        raw.settimeout(10)
        try:
            assert b" 200 " not in raw.recv(1000)
        except ConnectionError:
            pass


def test_a_certificate_of_another_authority_is_worth_nothing(shared_exercise, tmp_path):
    script = (f'. "{CHECKOUT}/scripts/lib/authority.sh"; make_authority "{tmp_path}"; '
              f'make_certificate "{tmp_path}" "{tmp_path}/isp" isp-coral client')
    subprocess.run(["bash", "-euo", "pipefail", "-c", script], check=True, capture_output=True)
    done = subprocess.run(
        ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", shared_exercise.folder / "ca.pem",
         "--cert", tmp_path / "isp.pem", "--key", tmp_path / "isp.key", f"{shared_exercise.url}/v1/lists/{LIST}"],
        capture_output=True, text=True)
    assert done.stdout in ("000", "401")


def test_a_resumed_session_still_knows_who_is_asking(shared_exercise):
    context = ssl.create_default_context(cafile=shared_exercise.folder / "ca.pem")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(shared_exercise.certificate("isp-coral"), shared_exercise.key("isp-coral"))
    session = None
    for turn in range(2):
        with socket.create_connection(("127.0.0.1", shared_exercise.port), timeout=10) as raw:
            with context.wrap_socket(raw, server_hostname="localhost", session=session) as secured:
                request = f"GET /v1/lists/{LIST} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                secured.sendall(request.encode())
                assert secured.recv(64).startswith(b"HTTP/1.1 200"), turn
                session = secured.session
                assert turn == 0 or secured.session_reused


def heeds(process, number):
    """Whether the signal is ignored or caught: it ends the process no more."""
    for line in open(f"/proc/{process.pid}/status"):
        if line.startswith(("SigIgn:", "SigCgt:")) and int(line.split()[1], 16) >> (number - 1) & 1:
            return True
    return False


def test_a_reload_that_is_asked_for_during_the_start_does_not_end_it(exercise):
    exercise.stop()
    command = [CORDOND, "serve", "--data", exercise.folder, "--config", CONFIG, "--port", exercise.port]
    with open(exercise.log, "ab") as log:
        exercise.process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not heeds(exercise.process, signal.SIGHUP):
        assert exercise.process.poll() is None and time.monotonic() < deadline
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", exercise.port))
    exercise.process.send_signal(signal.SIGHUP)
    exercise.wait_until_ready()
    exercise.process.send_signal(signal.SIGHUP)
    exercise.wait_until_ready()
