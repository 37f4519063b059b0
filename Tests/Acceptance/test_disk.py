# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A real disk that is full, and one that cannot be written: nothing acknowledged is lost, and it is said in one line."""

import os
import shutil
import subprocess

import pytest

from exercise import CONFIG, CORDOND, LIST, Exercise
from following import Follower

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")


@pytest.fixture
def small(prepared, tmp_path):
    """An exercise alone on a disk of 24 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=0700", "cordon-test", folder], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        shutil.copytree(prepared, folder / "exercise", ignore=shutil.ignore_patterns(".lock", "cordond.pid", "cordond.log"))
        exercise = Exercise(folder / "exercise")
        yield exercise
        if exercise.process:
            exercise.kill()
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def report(exercise, number):
    return exercise.person("police-jm").post("/v1/submissions", {"list": LIST, "items": [
        {"url": f"https://d{number}-{part}.example/{'page/' * 300}", "case_reference": "A"} for part in range(200)]})


def test_a_full_disk_puts_writes_off_and_heals_by_itself(small):
    small.start("--set", "log.access=false")
    version = small.list_names("standing.example")["version"]
    assert [alarm["cause"] for alarm in small.anyone.get("/readyz").json["alarms"]] == ["disk-nearly-full"]
    ballast = small.folder.parent / "ballast"
    free = os.statvfs(small.folder).f_bavail * os.statvfs(small.folder).f_frsize
    ballast.write_bytes(b"x" * (free - (256 << 10)))
    kept = []
    for number in range(40):
        answer = report(small, number)
        if answer.status != 201:
            break
        kept.append(answer.json["items"][0]["id"])
    assert answer.status == 503 and answer.problem == "store-unavailable" and int(answer.fields["retry-after"]) > 0, answer
    assert small.about()["version"] == version and ".standing.example" in small.entries()
    ballast.unlink()
    assert report(small, "after").status == 201
    assert small.list_names("later.example")["version"] == version + 1
    small.kill()
    small.start()
    for submission in kept:
        assert small.person("police-jm").get(f"/v1/submissions/{submission}").status == 200
    small.stop()
    checked = subprocess.run([str(each) for each in (CORDOND, "check", "--data", small.folder, "--config", CONFIG)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_disk_that_cannot_be_written_is_one_line(small):
    subprocess.run(["mount", "-o", "remount,ro", small.folder.parent], check=True)
    for command in ("serve", "check", "compact", "init"):
        done = subprocess.run([str(each) for each in (CORDOND, command, "--data", small.folder, "--config", CONFIG, "--set", f"port={small.port}")],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and done.stderr.count("\n") == 1, (command, done)
        assert "ead-only" in done.stderr or "not writable" in done.stderr or "cannot" in done.stderr, (command, done)


def test_a_full_disk_of_a_follower_is_told_as_that_and_the_next_round_goes_on(exercise, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "cordon-test", disk], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        follower = Follower(exercise, disk / "isp")
        ballast = disk / "ballast"
        # So much room is left that the disk fills at one step or another: in the first round, and in an update.
        for part, room in enumerate((0, 8, 16, 24, 32, 48, 64)):
            if part == 3:
                follower.poll()
            if part > 3:
                exercise.list_names(f"full-{part}.example")
            before = follower.zone.read_bytes() if follower.zone.exists() else None
            ballast.write_bytes(b"")
            free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
            ballast.write_bytes(b"x" * max(0, free - (room << 10)))
            done = follower.poll(check=False)
            if done.returncode:
                assert done.returncode == 1 and "No space left on device" in done.stderr and str(disk) in done.stderr, (room, done)
                assert (follower.zone.read_bytes() if follower.zone.exists() else None) == before, room
            else:
                assert room >= 24, "there was room after all"
            ballast.write_bytes(b"")
        follower.poll()
        assert follower.names() == exercise.entries() and follower.status().returncode == 0
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
