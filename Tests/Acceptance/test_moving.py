# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A deployment moved to another store: nobody who follows it notices."""

import re
import subprocess

import pytest

from exercise import CONFIG, CORDOND, LIST
from following import Follower
from postgres import Cluster, SharedExercise, programs

pytestmark = pytest.mark.skipif(programs() is None, reason="not installed: postgresql")


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster()
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.remove()


def run(*arguments):
    return subprocess.run([str(part) for part in (CORDOND, *arguments)], capture_output=True, text=True, timeout=120)


def audit(exercise):
    return exercise.person("auditor").get("/v1/audit?limit=1000").json["items"]


def test_a_follower_goes_on_across_a_move_there_and_back(exercise, cluster, tmp_path):
    cluster.sql("CREATE DATABASE there")
    connection = cluster.connection("there")
    sqlite, postgresql = f"sqlite:{exercise.folder}/cordon.sqlite", f"postgresql:{connection}"
    exercise.list_names("before.example")
    submission = exercise.person("police-jm").post(
        "/v1/submissions", body := {"list": LIST, "items": [{"url": "https://kept.example/", "case_reference": "A"}]},
        {"Idempotency-Key": "kept"})
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    about, names, trail = exercise.about(), exercise.entries(), audit(exercise)
    refused = run("migrate", "--from", sqlite, "--to", postgresql)
    assert refused.returncode == 1 and "another process is using the store" in refused.stderr, refused
    assert refused.stderr.count("\n") == 1

    exercise.stop()
    moved = run("migrate", "--from", sqlite, "--to", postgresql)
    assert moved.returncode == 0, moved.stderr
    told = dict(re.findall(r"^(\w+) (\d+) rows sha256 [0-9a-f]{64}$", moved.stdout, re.M))
    assert int(told["entry"]) > 500 and int(told["answer"]) >= 1 and int(told["release"]) == about["version"]
    assert "not-to-be-printed" not in moved.stdout + moved.stderr
    closed = run("serve", "--data", exercise.folder, "--config", CONFIG, "--port", exercise.port)
    assert closed.returncode == 1 and "were moved to another store" in closed.stderr, closed

    there = SharedExercise(exercise.folder, tmp_path / "there", connection)
    there.port = exercise.port
    there.start()
    try:
        assert there.about() == about and there.entries() == names and audit(there) == trail
        again = there.person("police-jm").post("/v1/submissions", body, {"Idempotency-Key": "kept"})
        assert again.json == submission.json and again.fields["idempotency-replayed"] == "true"
        assert "current" in follower.poll().stdout or follower.names() == names
        version = there.list_names("after.example")["version"]
        assert version == about["version"] + 1
        said = follower.poll()
        assert ".after.example" in follower.names() and "refused" not in said.stdout + said.stderr
        assert "full list" not in said.stdout + said.stderr
        there.suspend("before.example")

        # And back, while it runs: nobody can write any more once the copy has begun.
        back = run("migrate", "--from", postgresql, "--to", f"sqlite:{tmp_path}/back.sqlite")
        assert back.returncode == 0, back.stderr
        late = there.person("police-jm").post("/v1/submissions", body)
        assert late.status >= 500, late
        assert there.entries() == there.entries() and there.about()["version"] == version + 1
    finally:
        there.kill()
    home = SharedExercise(exercise.folder, tmp_path / "home", "unused")
    home.flags, home.port = ["--set", f"store.sqlite={tmp_path}/back.sqlite"], exercise.port
    home.start()
    try:
        follower.poll()
        assert ".before.example" not in follower.names() and follower.names() == home.entries()
        assert home.list_names("home.example")["version"] == version + 2
        follower.poll()
        assert ".home.example" in follower.names()
    finally:
        home.stop()


def test_a_move_cut_short_leaves_the_source_as_it_was_and_can_be_repeated(exercise, cluster, tmp_path):
    cluster.sql("CREATE DATABASE short")
    arguments = ("migrate", "--from", f"sqlite:{exercise.folder}/cordon.sqlite", "--to", f"postgresql:{cluster.connection('short')}")
    exercise.stop()
    process = subprocess.Popen([str(part) for part in (CORDOND, *arguments)], stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    process.kill()
    process.wait()
    assert cluster.sql("SELECT count(*) FROM cordon.entry", "short") == "0\n"
    exercise.start()
    exercise.list_names("meanwhile.example")
    exercise.stop()
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    assert cluster.sql("SELECT count(*) FROM cordon.entry WHERE entry = '.meanwhile.example'", "short") == "1\n"
    again = run(*arguments)
    assert again.returncode == 1 and again.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments, word", [
    (("migrate", "--from", "sqlite:/nowhere/x", "--to", "sqlite:/nowhere/y"), "there is no such file"),
    (("migrate", "--from", "/a/path", "--to", "sqlite:y"), "--from wants"),
    (("migrate", "--from", "sqlite:x"), "needs --from and --to"),
    (("migrate", "--from", "sqlite:", "--to", "sqlite:y"), "--from wants"),
])
def test_a_move_that_makes_no_sense_is_one_clear_line(arguments, word):
    done = run(*arguments)
    assert done.returncode == 1 and word in done.stderr and done.stderr.count("\n") == 1, done
