# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Several cordond on one PostgreSQL: what one does, all serve; what dies or goes away costs nothing acknowledged."""

import collections
import os
import subprocess
import threading
import time

import pytest

from exercise import LIST
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


@pytest.fixture
def pair(cluster, prepared, tmp_path):
    """Two cordond on a database of their own."""
    database = f"t{time.monotonic_ns()}"
    cluster.sql(f"CREATE DATABASE {database}")
    both = [SharedExercise(prepared, tmp_path / name, cluster.connection(database)) for name in ("a", "b")]
    both[0].initialise()
    try:
        for each in both:
            each.start()
        yield both
    finally:
        for each in both:
            if each.process:
                each.kill()


def metadata_version(exercise, role):
    return exercise.person("isp-coral").get(f"/repository/metadata/{role}.json").json["signed"]["version"]


def releases(exercise):
    return [item["version"] for item in exercise.person("admin-one").get(f"/v1/lists/{LIST}/releases?limit=1000").json["items"]]


def test_what_one_publishes_or_suspends_the_other_serves(pair, tmp_path):
    a, b = pair
    follower = Follower(a, tmp_path / "isp")
    first = a.list_names("one.example", "two.example")
    b.wait_for_release(first["version"])
    assert b.about()["sha256"] == first["sha256"] and ".one.example" in b.entries()
    b.suspend("one.example")
    a.wait_for_release(first["version"] + 1)
    assert ".one.example" not in a.entries() and a.entries() == b.entries()
    second = b.list_names("three.example")
    a.wait_for_release(second["version"])
    assert second["version"] == first["version"] + 2
    assert metadata_version(a, "timestamp") == metadata_version(b, "timestamp")
    for server in (a, b, a):
        follower.poll(server=server.url)
        assert follower.names() == b.entries()
    changes = a.person("isp-coral").get(f"/v1/lists/{LIST}/changes?since={first['version']}", {"Accept": "text/plain"})
    assert changes.status == 200 and "+.three.example" in changes.text and "-.one.example" in changes.text


def test_someone_parked_on_one_hears_of_a_release_made_on_the_other(pair):
    a, b = pair
    version = a.list_names("parked-before.example")["version"]
    b.wait_for_release(version)
    heard = []
    waiting = threading.Thread(target=lambda: heard.append(
        b.person("isp-coral").get(f"/v1/lists/{LIST}/changes?since={version}&wait=60", {"Accept": "text/plain"})))
    waiting.start()
    a.list_names("parked-after.example")
    waiting.join()
    assert heard[0].status == 200 and "+.parked-after.example" in heard[0].text


def test_a_revoked_credential_is_refused_by_the_other(pair):
    a, b = pair
    assert b.person("isp-coral").get(f"/v1/lists/{LIST}").status == 200
    found = [each for each in a.person("admin-one").get("/v1/credentials").json["items"] if each["principal"] == "isp-coral"]
    for each in found:
        answer = a.person("admin-one").request("DELETE", f"/v1/credentials/{each['id']}")
        assert answer.status in (200, 204), answer
    deadline = time.monotonic() + 30
    while b.person("isp-coral").get(f"/v1/lists/{LIST}").status != 401:
        assert time.monotonic() < deadline, "still let in"
        time.sleep(0.02)


def test_requests_of_one_person_at_the_same_time_cost_a_turn_each(pair):
    """600 a minute are allowed; 400, a hundred of them at a time on one connection, are all taken."""
    server = pair[0]
    token = (server.folder / "credentials/police-jm.token").read_text().strip()
    done = subprocess.run(
        ["curl", "-sS", "--parallel", "--parallel-immediate", "--parallel-max", "100", "--cacert", server.folder / "ca.pem",
         "-H", f"Authorization: Bearer {token}", "-H", "Content-Type: text/plain", "--data-binary", "https://turn.example/",
         "-o", os.devnull, "-w", "%{http_code}\n", f"{server.url}/v1/submissions?list={LIST}&case_reference=A#[1-400]"],
        capture_output=True, text=True, timeout=120)
    assert collections.Counter(done.stdout.split()) == {"201": 400}, done.stderr


def test_one_killed_under_load_loses_nothing_acknowledged(pair, tmp_path):
    a, b = pair
    follower = Follower(a, tmp_path / "isp")
    a.list_names("ground.example")
    follower.poll(server=a.url)
    acknowledged, published, stop, dead = [], [], threading.Event(), threading.Event()

    def report(server, name):
        number = 0
        while not stop.is_set() and not (server is a and dead.is_set()):
            number += 1
            host = f"{name}-{number}.example"
            if submission := server.submit_once(host):
                acknowledged.append((server, submission))

    def release(server, name):
        number = 0
        while not stop.is_set() and not (server is a and dead.is_set()):
            number += 1
            submission = server.submit_once(f"{name}-{number}.example")
            if not submission:
                continue
            reviews = [server.person(who).post(f"/v1/submissions/{submission}/reviews", {"decision": "approve", "criteria": criteria},
                                               check=False) for who in ("police-tt", "police-bb")]
            if any(review.status != 201 for review in reviews):
                continue
            answer = server.person("admin-one").post(f"/v1/lists/{LIST}/releases", {}, check=False)
            if answer.status == 201:
                published.append((server, answer.json["version"], answer.json["sha256"]))

    criteria = a.criteria()
    workers = [threading.Thread(target=work, args=(server, f"{work.__name__}-{name}"))
               for server, name in ((a, "a"), (b, "b")) for work in (report, release)]
    for worker in workers:
        worker.start()
    while not (any(s is a for s, *_ in published) and any(s is b for s, *_ in published) and len(acknowledged) > 20):
        stop.wait(0.01)
    a.kill()
    dead.set()
    before = len(acknowledged), len(published)
    while len(acknowledged) < before[0] + 10 or len(published) < before[1] + 3:
        stop.wait(0.01)
    stop.set()
    for worker in workers:
        worker.join()

    jamaica = b.person("police-jm")
    for _, submission in acknowledged:
        assert jamaica.get(f"/v1/submissions/{submission}").status == 200
    numbers = releases(b)
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert len({version for _, version, _ in published}) == len(published)
    served = {item["version"]: item["sha256"] for item in b.person("admin-one").get(f"/v1/lists/{LIST}/releases?limit=1000").json["items"]}
    assert all(served[version] == digest for _, version, digest in published)
    # The follower was told of both from the beginning, and nobody tells it which one is dead.
    follower.poll("--mirror", a.url, "--mirror", b.url, "--no-receipt", by="cert", server=a.url)
    assert follower.names() == b.entries()
    a.start()
    a.wait_for_release(max(numbers))
    assert a.entries() == b.entries()
    checked = a.cordond("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_while_the_database_is_away_reads_go_on_and_writes_are_put_off(pair, cluster):
    a, b = pair
    version = a.list_names("standing.example")["version"]
    b.wait_for_release(version)
    cluster.stop()
    try:
        for each in (a, b):
            assert ".standing.example" in each.entries() and each.about()["version"] == version
            assert each.person("isp-coral").get("/repository/metadata/timestamp.json").status == 200
            ready = each.anyone.get("/readyz")
            assert ready.status == 503 and ready.json["reason"] == "store-unavailable"
            for answer in (
                    each.person("police-jm").post("/v1/submissions", {"list": LIST, "items": [
                        {"url": "https://later.example/", "case_reference": "A"}]}),
                    each.person("admin-one").post(f"/v1/lists/{LIST}/releases", {})):
                assert answer.status == 503 and answer.problem == "store-unavailable", answer
                assert int(answer.fields["retry-after"]) > 0
    finally:
        cluster.start()
    for each in (a, b):
        each.wait_until_ready()
    after = b.list_names("later.example")["version"]
    a.wait_for_release(after)
    assert after == version + 1 and ".later.example" in a.entries()


def test_the_connection_string_shows_nowhere(pair, cluster, tmp_path):
    a, _ = pair
    cluster.stop()
    try:
        ready = a.anyone.get("/readyz")
        refused = a.cordond("serve")
        assert ready.status == 503 and refused.returncode == 1 and refused.stderr.count("\n") == 1
        assert "cannot be reached" in refused.stderr
    finally:
        cluster.start()
    a.wait_until_ready()
    said = ready.text + refused.stderr + refused.stdout + a.log.read_text()
    for command in ("check", "init"):
        done = a.cordond(command)
        assert done.returncode == 0, done.stderr
        said += done.stdout + done.stderr
    text = a.config.read_text()
    a.config.write_text(text.replace("host=", "no_such_word="))
    wrong = a.cordond("check")
    assert wrong.returncode == 1
    assert "not-to-be-printed" not in said + wrong.stdout + wrong.stderr
