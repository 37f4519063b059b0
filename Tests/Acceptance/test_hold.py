# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""An ISP's own stop button, pressed while its follower runs."""

import subprocess
import time

from exercise import CORDON
from following import Follower


def wait_for(what, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.1)
    return False


def following(exercise, follower, path):
    """A follower that goes on by itself; what it says goes into a file."""
    command = [str(part) for part in (CORDON, "follow", *follower.round[2:])]
    with open(path, "wb") as log:
        return subprocess.Popen(
            command, env=exercise.environment(follower.name), stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def test_a_running_follower_takes_back_what_hurts_and_shows_it_again_after_the_release(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    exercise.list_names("harmless.example")
    follower.poll()
    process = following(exercise, follower, tmp_path / "log")
    try:
        exercise.list_names("hurting.example")
        assert wait_for(lambda: ".hurting.example" in follower.names()), (tmp_path / "log").read_text()
        hold = ("hold", "--state", follower.folder / "state")
        # It waits by long poll, with the state locked.
        done = exercise.cordon(follower.name, *hold, "it breaks our mail")
        assert "the publisher knows" in done.stdout
        assert wait_for(lambda: ".hurting.example" not in follower.names()), (tmp_path / "log").read_text()
        assert ".harmless.example" in follower.names()
        assert "on hold since" in follower.status().stdout
        [held] = exercise.person("admin-one").get("/v1/lists/worst-of/holds").json["items"]
        assert held["reason"] == "it breaks our mail" and held["version"] == exercise.about()["version"]

        # Additions wait, removals do not.
        exercise.list_names("later.example")
        exercise.suspend("harmless.example")
        assert wait_for(lambda: ".harmless.example" not in follower.names())
        assert ".later.example" not in follower.names()
        exercise.cordon(follower.name, *hold, "--release")
        assert wait_for(lambda: {".hurting.example", ".later.example"} <= set(follower.names()))
        assert follower.names() == exercise.entries()
    finally:
        process.terminate()
        process.wait(30)
    assert follower.status().returncode == 0


def test_a_hold_without_a_publisher_in_reach_holds_all_the_same(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    exercise.list_names("hurting.example")
    follower.poll()
    exercise.stop()
    done = exercise.cordon(follower.name, "hold", "--state", follower.folder / "state", "mail", check=False)
    assert done.returncode == 1 and "not told" in done.stderr
    done = follower.poll(check=False)
    assert done.returncode == 1 and ".hurting.example" not in follower.names(), done
    exercise.start()
    follower.poll()
    assert ".hurting.example" not in follower.names()


def test_a_running_follower_heeds_a_hold_while_the_server_is_down(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    exercise.list_names("hurting.example")
    follower.poll()
    process = following(exercise, follower, tmp_path / "log")
    try:
        exercise.stop()
        assert wait_for(lambda: (tmp_path / "log").read_text()), "it says that the server is down"
        hold = ("hold", "--state", follower.folder / "state", "--local")
        exercise.cordon(follower.name, *hold, "it breaks our mail")
        assert wait_for(lambda: ".hurting.example" not in follower.names()), (tmp_path / "log").read_text()
        exercise.cordon(follower.name, *hold, "--release")
        assert wait_for(lambda: ".hurting.example" in follower.names()), (tmp_path / "log").read_text()
    finally:
        process.terminate()
        process.wait(30)
        exercise.start()


def test_what_cannot_be_held_is_refused(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    hold = ("hold", "--state", follower.folder / "state")
    assert "nothing to hold" in exercise.cordon(follower.name, *hold, "mail", check=False).stderr
    follower.poll()
    version = exercise.about()["version"]
    for words, say in (((), "REASON"), (("x" * 501,), "500"), (("mail", "--last-good", version), "must be before it")):
        done = exercise.cordon(follower.name, *hold, *words, check=False)
        assert done.returncode not in (0, 1) or done.stderr, done
        assert say in done.stderr, done.stderr
