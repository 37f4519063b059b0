# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""PostgreSQL with a real streaming standby: failover loses nothing acknowledged, a missing standby holds nobody up for long."""

import threading
import time

import pytest

from exercise import LIST
from following import Follower
from postgres import Cluster, SharedExercise, programs

pytestmark = [pytest.mark.skipif(programs() is None, reason="not installed: postgresql"), pytest.mark.slow]


@pytest.fixture
def primary():
    cluster = Cluster()
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture
def standby(primary):
    standby = primary.standby()
    try:
        yield standby
    finally:
        standby.remove()


@pytest.fixture
def served(primary, standby, prepared, tmp_path):
    primary.sql("CREATE DATABASE cordon")
    connection = f"host={primary.folder},{standby.folder} user=cordon dbname=cordon"
    exercise = SharedExercise(prepared, tmp_path / "a", connection)
    exercise.initialise()
    exercise.start()
    try:
        yield exercise
    finally:
        if exercise.process:
            exercise.kill()


def test_after_a_failover_everything_acknowledged_is_there_and_the_service_goes_on(served, primary, standby, tmp_path):
    follower = Follower(served, tmp_path / "isp")
    before = served.list_names("standing.example")
    follower.poll()
    acknowledged, published, stop = [], [], threading.Event()

    def report():
        number = 0
        while not stop.is_set():
            number += 1
            if submission := served.submit_once(f"reported-{number}.example"):
                acknowledged.append(submission)

    def release():
        number = 0
        while not stop.is_set():
            number += 1
            submission = served.submit_once(f"released-{number}.example")
            reviews = submission and [served.person(who).post(
                f"/v1/submissions/{submission}/reviews", {"decision": "approve", "criteria": criteria}, check=False).status
                for who in ("police-tt", "police-bb")]
            if reviews != [201, 201]:
                continue
            answer = served.person("admin-one").post(f"/v1/lists/{LIST}/releases", {}, check=False)
            if answer.status == 201:
                published.append((answer.json["version"], answer.json["sha256"]))

    criteria = served.criteria()
    workers = [threading.Thread(target=work) for work in (report, report, release)]
    for worker in workers:
        worker.start()
    deadline = time.monotonic() + 60
    while len(acknowledged) < 20 or len(published) < 3:
        assert time.monotonic() < deadline
        stop.wait(0.01)
    primary.crash()
    counted = len(acknowledged), len(published)
    assert ".standing.example" in served.entries()
    standby.promote()
    while len(acknowledged) < counted[0] + 10 or len(published) < counted[1] + 2:
        assert time.monotonic() < deadline + 60, "the service did not go on with the standby"
        stop.wait(0.01)
    stop.set()
    for worker in workers:
        worker.join()
    for submission in acknowledged:
        assert served.person("police-jm").get(f"/v1/submissions/{submission}").status == 200
    items = served.person("admin-one").get(f"/v1/lists/{LIST}/releases?limit=1000").json["items"]
    digests = {item["version"]: item["sha256"] for item in items}
    assert sorted(digests) == list(range(1, len(digests) + 1))
    assert all(digests[version] == digest for version, digest in published) and digests[before["version"]] == before["sha256"]
    follower.poll()
    assert follower.names() == served.entries()
    checked = served.cordond("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_without_its_standby_writes_are_put_off_and_what_was_undecided_is_decided_once(served, primary, standby):
    version = served.list_names("standing.example")["version"]
    # A search of entries leaves a line in the trail, so it is made while writes are still taken.
    entry = served.entry("standing.example")["id"]
    standby.stop()
    body = {"list": LIST, "items": [{"url": "https://undecided.example/", "case_reference": "A"}]}
    jamaica = served.person("police-jm")
    first = jamaica.post("/v1/submissions", body, {"Idempotency-Key": "once"})
    assert first.status == 503 and first.problem == "store-unavailable" and int(first.fields["retry-after"]) > 0
    # Neither reads nor the look at readiness wait for it, and a decision behind it is put off too.
    ready = served.anyone.get("/readyz")
    assert ready.status == 503 and ready.json["reason"] == "store-unavailable"
    assert served.about()["version"] == version and ".standing.example" in served.entries()
    assert jamaica.get("/v1/submissions?limit=1").status == 200
    suspending = served.person("admin-one").post(f"/v1/entries/{entry}/suspend", {"reason": "listed by mistake"})
    assert suspending.status == 503, suspending
    standby.start()
    served.wait_until_ready()
    again = jamaica.post("/v1/submissions", body, {"Idempotency-Key": "once"})
    assert again.status == 201, again
    [item] = again.json["items"]
    reports = primary.sql(f"SELECT count(*) FROM cordon.report WHERE submission = {item['id'].removeprefix('sub_')}", "cordon")
    assert reports == "1\n"
