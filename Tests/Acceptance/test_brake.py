# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""An ISP's brake, met by a follower that runs for good."""

import signal
import subprocess
import time

from exercise import CORDON
from following import Follower

NARROW = ("--max-additions", "1", "--max-additions-percent", "0")


def wait_for(what, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.1)
    return False


def start(follower, log, *options):
    command = [str(part) for part in (CORDON, "follow", *follower.round[2:], *NARROW, *options)]
    return subprocess.Popen(
        command, env=follower.exercise.environment(follower.name), stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def test_a_suspension_behind_a_large_release_comes_through_and_the_additions_wait_for_a_word(exercise, tmp_path):
    exercise.list_names("wrong.example")
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    before = follower.names()
    assert ".wrong.example" in before
    with open(tmp_path / "log", "wb") as log:
        process = start(follower, log)
        try:
            exercise.list_names("many.example", "more.example")
            assert wait_for(lambda: "refused (brake)" in follower.status().stdout), (tmp_path / "log").read_text()
            exercise.suspend("wrong.example")
            assert wait_for(lambda: ".wrong.example" not in follower.names()), (tmp_path / "log").read_text()
            assert follower.names() == [name for name in before if name != ".wrong.example"]
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(30)
        status = follower.status()
        assert status.returncode == 2 and "2 additions are held back" in status.stdout, status.stdout
        done = follower.poll(*NARROW, check=False)
        assert done.returncode == 2 and ".many.example" not in follower.names(), done

        # The word is given while the server is away: it counts when there is something to use it for.
        exercise.stop()
        process = start(follower, log, "--accept-large-change")
        try:
            assert wait_for(lambda: follower.status().returncode != 2), (tmp_path / "log").read_text()
            exercise.start()
            assert wait_for(lambda: follower.names() == exercise.entries(), 60), (tmp_path / "log").read_text()
            # It is used up.
            assert wait_for(lambda: follower.status().returncode == 0)
            exercise.list_names("third.example", "fourth.example")
            assert wait_for(lambda: "refused (brake)" in follower.status().stdout), (tmp_path / "log").read_text()
            assert ".third.example" not in follower.names()
        finally:
            process.terminate()
            process.wait(30)


def test_a_word_that_no_round_could_use_yet_is_kept(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    exercise.list_names("many.example", "more.example")
    exercise.stop()
    with open(tmp_path / "log", "wb") as log:
        process = start(follower, log, "--accept-large-change")
        try:
            assert wait_for(lambda: "unreachable" in follower.status().stdout), (tmp_path / "log").read_text()
            exercise.start()
            assert wait_for(lambda: follower.names() == exercise.entries(), 60), (tmp_path / "log").read_text()
        finally:
            process.terminate()
            process.wait(30)
    assert follower.status().returncode == 0
