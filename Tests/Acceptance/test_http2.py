# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""The whole service over HTTP/2, by curl and h2load."""

import re
import subprocess
import time

from conftest import needs
from exercise import LIST


def curl(exercise, *arguments):
    done = subprocess.run(
        ["curl", "-sS", "--http2", "-m", "60", "--noproxy", "*", "--cacert", exercise.folder / "ca.pem", *arguments],
        capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def as_isp(exercise):
    return ["--cert", exercise.certificate("isp-coral"), "--key", exercise.key("isp-coral")]


def test_the_same_answers_as_over_http_1(shared_exercise):
    lists = f"{shared_exercise.url}/v1/lists/{LIST}"
    for path in ("", "/latest/entries.txt", "/latest/rpz.zone", "/changes?since=0"):
        two = curl(shared_exercise, *as_isp(shared_exercise), "-w", "%{http_version} %{http_code}", lists + path)
        one = curl(shared_exercise, *as_isp(shared_exercise), "--http1.1", "-w", "%{http_version} %{http_code}", lists + path)
        assert two.endswith("2 200") and one.endswith("1.1 200")
        assert two.removesuffix("2 200") == one.removesuffix("1.1 200")


def test_conditions_ranges_and_head(shared_exercise):
    url = f"{shared_exercise.url}/v1/lists/{LIST}/latest/entries.txt"
    head = curl(shared_exercise, *as_isp(shared_exercise), "-I", url)
    tag = re.search(r'^etag: (.*)$', head, re.M).group(1)
    length = int(re.search(r"^content-length: (\d+)$", head, re.M).group(1))
    whole = curl(shared_exercise, *as_isp(shared_exercise), url)
    assert len(whole.encode()) == length
    code = ["-o", "/dev/null", "-w", "%{http_code}"]
    assert curl(shared_exercise, *as_isp(shared_exercise), "-H", f"If-None-Match: {tag}", *code, url) == "304"
    assert curl(shared_exercise, *as_isp(shared_exercise), "-H", 'If-Match: "other"', *code, url) == "412"
    assert curl(shared_exercise, *as_isp(shared_exercise), "-r", "0-9", url) == whole[:10]
    assert curl(shared_exercise, *as_isp(shared_exercise), "-r", f"{length}-", *code, url) == "416"


def test_a_long_poll_is_woken_by_a_publish(exercise):
    version = exercise.about()["version"]
    url = f"{exercise.url}/v1/lists/{LIST}/changes?since={version}&wait=50"
    poll = subprocess.Popen(
        ["curl", "-sS", "--http2", "-m", "60", "--noproxy", "*", "--cacert", exercise.folder / "ca.pem",
         *as_isp(exercise), "-w", "%{http_version}", url], stdout=subprocess.PIPE, text=True)
    time.sleep(1)
    assert poll.poll() is None
    exercise.list_names("late.example")
    assert poll.communicate(timeout=50)[0] == "+.late.example\n2"


@needs("h2load")
def test_h2load_gets_every_answer(shared_exercise):
    done = subprocess.run(
        ["h2load", "-n", "5000", "-c", "10", "-m", "20", "-H",
         "Authorization: Bearer " + shared_exercise.token_file("isp-coral").read_text().strip(),
         f"{shared_exercise.url}/v1/lists/{LIST}"], capture_output=True, text=True)
    assert "5000 succeeded, 0 failed, 0 errored, 0 timeout" in done.stdout, done.stdout
    assert "status codes: 5000 2xx" in done.stdout
    metrics = curl(shared_exercise, f"{shared_exercise.url}/metrics")
    assert int(re.search(r"^cordon_engine_http2_connections (\d+)$", metrics, re.M).group(1)) >= 10
