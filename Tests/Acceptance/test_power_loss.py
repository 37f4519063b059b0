# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""What was acknowledged is still there after kill -9, between any two steps of the line."""

import threading

import pytest

from exercise import LIST
from following import Follower
from keys import rotate


@pytest.mark.slow
def test_kill_9_between_any_two_steps_loses_nothing_acknowledged(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    version = exercise.about()["version"]

    def submission_state():
        return exercise.person("police-jm").get(f"/v1/submissions/{submission}").json["state"]

    [submission] = exercise.submit("https://durable.example/")
    exercise.kill_and_restart()
    assert submission_state() == "open"

    assert exercise.approve(submission, "police-tt").status == 201
    exercise.kill_and_restart()
    assert exercise.approve(submission, "police-tt").problem == "already-reviewed"

    assert exercise.approve(submission, "police-bb").status == 201
    exercise.kill_and_restart()
    assert submission_state() == "listed"

    release = exercise.publish()
    exercise.kill_and_restart()
    about = exercise.about()
    assert (about["version"], about["sha256"]) == (release["version"], release["sha256"]) == (version + 1, about["sha256"])
    follower.poll()
    assert ".durable.example" in follower.names()

    exercise.kill_and_restart()
    rotate(exercise, tmp_path)
    exercise.kill_and_restart()
    follower.poll()
    assert exercise.person("admin-one").get("/v1/keys/root").json["version"] == 2

    exercise.suspend("durable.example")
    exercise.kill_and_restart()
    assert exercise.about()["version"] == version + 2
    assert ".durable.example" not in exercise.entries()
    follower.poll()
    assert ".durable.example" not in follower.names()

    undone = exercise.person("admin-one").post(f"/v1/lists/{LIST}/releases/{version + 2}/revert", {"reason": "durable"})
    assert undone.status == 201
    exercise.kill_and_restart()
    follower.poll()
    assert ".durable.example" in follower.names() and follower.names() == exercise.entries()


def test_kill_9_in_the_middle_of_writing_keeps_whole_batches_and_their_answers(exercise):
    acknowledged, stop = [], threading.Event()

    def report(writer):
        number = 0
        while not stop.is_set():
            number += 1
            hosts = [f"w{writer}-{number}-{part}.example" for part in range(5)]
            answer = exercise.person("police-jm").post(
                "/v1/submissions", {"list": LIST, "items": [{"url": f"https://{h}/", "case_reference": "A"} for h in hosts]},
                check=False)
            if answer.status == 201:
                acknowledged.append([item["id"] for item in answer.json["items"]])

    for _ in range(5):
        stop.clear()
        before = len(acknowledged)
        writers = [threading.Thread(target=report, args=(f"{len(acknowledged)}x{each}",)) for each in range(3)]
        for writer in writers:
            writer.start()
        while len(acknowledged) < before + 6:
            stop.wait(0.01)
        exercise.kill()
        stop.set()
        for writer in writers:
            writer.join()
        exercise.start()
        stored = {}
        after = 0
        while True:
            page = exercise.person("police-jm").get(f"/v1/submissions?limit=1000&after={after}").json
            stored.update({item["id"]: item for item in page["items"]})
            after = page.get("next")
            if not after:
                break
        for batch in acknowledged:
            assert all(each in stored for each in batch)
        ours = [item for item in stored.values() if item["entry"].lstrip(".").startswith("w")
                and item["entry"].count("-") == 2 and "x" in item["entry"].split("-")[0]]
        assert len(ours) % 5 == 0, "a batch was stored in part"
