# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A full disk, or a reader that has gone, behind standard output and standard error: nothing ends by it that should go on."""

import os
import subprocess
import time

import pytest

from exercise import CONFIG, CORDON, CORDOND
from test_limits import Kept


def start(exercise, log):
    command = [CORDOND, "serve", "--data", exercise.folder, "--config", CONFIG, "--port", exercise.port]
    exercise.process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    exercise.wait_until_ready()


def lost(exercise):
    return Kept(exercise).engine("log_lines_lost")


def serves_on(exercise):
    for _ in range(20):
        assert exercise.person("isp-coral").get("/v1/criteria").status == 200
    deadline = time.monotonic() + 20
    while lost(exercise) < 20 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert lost(exercise) >= 20
    assert exercise.process.poll() is None


@pytest.fixture
def stopped(exercise):
    exercise.stop()
    return exercise


def test_a_full_disk_under_the_log_ends_nothing_and_lines_are_counted(stopped):
    with open("/dev/full", "wb") as full:
        start(stopped, full)
    serves_on(stopped)
    stopped.stop()


def test_a_reader_of_the_log_that_has_gone_ends_nothing_and_lines_are_counted(stopped):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        start(stopped, writing)
    finally:
        os.close(writing)
    serves_on(stopped)
    stopped.stop()


COMMANDS = [[CORDOND, "problems"], [CORDOND, "help"], [CORDON, "--help"], [CORDON, "follow", "--help"]]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join([command[0].name, *command[1:]]))
def test_a_command_that_could_not_say_all_does_not_end_well(command):
    heard = subprocess.run(command, capture_output=True, timeout=30)
    assert heard.returncode == 0 and heard.stdout and not heard.stderr
    with open("/dev/full", "wb") as full:
        unheard = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=30)
    assert unheard.returncode == 1
    assert unheard.stderr.decode().strip() == f"{command[0].name}: cannot write to standard output: No space left on device"
    reading, writing = os.pipe()
    os.close(reading)
    # SIGPIPE is at its default there: `restore_signals` is true unless told otherwise.
    gone = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, timeout=30)
    os.close(writing)
    assert gone.returncode == 1 and not gone.stderr


def test_both_ends_may_be_lost():
    with open("/dev/full", "wb") as full:
        assert subprocess.run([CORDOND, "problems"], stdout=full, stderr=full, timeout=30).returncode == 1
        assert subprocess.run([CORDON, "nonsense"], stdout=full, stderr=full, timeout=30).returncode == 1
