# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""What the programs hold in memory, keys and names, goes into no core file and no log when they crash."""

import os
import re
import resource
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from exercise import CONFIG, CORDON, CORDOND
from following import Follower


def core_limit(process):
    for line in open(f"/proc/{process}/limits"):
        if line.startswith("Max core file size"):
            return line.split()[4]
    raise AssertionError("no such limit")


def allowing_core_files(command):
    """The command, begun with whatever core files may be had here."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    if most == 0:
        pytest.skip("core files are forbidden here for good")
    limit = "unlimited" if most == resource.RLIM_INFINITY else most
    return ["prlimit", f"--core={limit}:{limit}", *(str(part) for part in command)]


def leaves_core(process):
    """Whether the kernel made a core file of a process that is ended for it; nobody's limit keeps it from that."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.prlimit(process.pid, resource.RLIMIT_CORE, (most, most))
    process.send_signal(signal.SIGSEGV)
    deadline = time.monotonic() + 60
    while (ended := os.waitpid(process.pid, os.WNOHANG)) == (0, 0):
        assert time.monotonic() < deadline, f"a crash did not end it:\n{told(process)}"
        time.sleep(0.02)
    process.returncode = os.waitstatus_to_exitcode(ended[1])
    assert process.returncode == -signal.SIGSEGV
    return os.WCOREDUMP(ended[1])


def told(process):
    """What the kernel tells of a process and its threads."""
    lines = []
    for thread in sorted(Path(f"/proc/{process.pid}/task").iterdir()):
        try:
            status = (thread / "status").read_text().splitlines()
            lines.append(f"{(thread / 'wchan').read_text()}: " + ", ".join(
                line for line in status if re.match("Name|State|Sig|Shd", line)))
        except OSError as gone:
            lines.append(str(gone))
    return "\n".join(lines)


@pytest.mark.parametrize("debugging", [False, True])
def test_the_service_leaves_no_core_file_unless_told_to(exercise, tmp_path, debugging):
    exercise.stop()
    command = [CORDOND, "serve", "--data", exercise.folder, "--config", CONFIG, "--port", exercise.port]
    folder = tmp_path / "cores"
    folder.mkdir()
    with open(exercise.log, "ab") as log:
        exercise.process = subprocess.Popen(
            allowing_core_files(command + (["--set", "debug.core=true"] if debugging else [])), cwd=folder,
            stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    process = exercise.process
    try:
        exercise.wait_until_ready()
        assert (core_limit(process.pid) == "0") == (not debugging)
        if not debugging:
            assert not leaves_core(process) and list(folder.iterdir()) == []
            # Where Swift's runtime finds its backtracer, that would write what the registers point at.
            assert not re.search("[Bb]acktrac|^rip ", exercise.log.read_text(), re.MULTILINE)
    finally:
        exercise.process = None
        if process.returncode is None:
            process.kill()
            process.wait()


@pytest.mark.parametrize("debugging", [False, True])
def test_the_other_commands_leave_none_either(prepared, debugging):
    # A database that takes the connection and never says anything: whoever asks it waits.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        store = f'{{ postgresql: "host=127.0.0.1 port={silent.getsockname()[1]} dbname=none user=nobody" }}'
        command = [CORDOND, "check", "--data", prepared, "--config", CONFIG, "--set", f"store={store}"]
        process = subprocess.Popen(
            allowing_core_files(command + (["--set", "debug.core=true"] if debugging else [])),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            silent.accept()
            assert (core_limit(process.pid) == "0") == (not debugging)
        finally:
            process.kill()
            process.wait()


@pytest.mark.parametrize("debugging", [False, True])
def test_a_follower_leaves_no_core_file_unless_told_to(exercise, tmp_path, debugging):
    follower = Follower(exercise, tmp_path / "isp")
    environment = exercise.environment("isp-coral") | ({"CORDON_CORE_DUMPS": "1"} if debugging else {})
    words = [word for word in follower.round if word != "--once"]
    process = subprocess.Popen(
        allowing_core_files([CORDON, *words]), env=environment, cwd=tmp_path, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not follower.entries.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert follower.entries.exists()
        assert (core_limit(process.pid) == "0") == (not debugging)
        if not debugging:
            assert not leaves_core(process)
    finally:
        if process.returncode is None:
            process.kill()
            process.wait()
