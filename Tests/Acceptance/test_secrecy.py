# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""The list is a secret: from whoever has no credential, and from the log files."""

import re

from exercise import LIST
from following import Follower

METHODS = ("get", "post", "put", "patch", "delete")


def test_no_request_without_a_credential_reveals_a_listed_name(exercise):
    listed = exercise.list_names("secret-listed.example") and "secret-listed.example"
    unlisted = "secret-absent.example"
    names = {entry.lstrip(".") for entry in exercise.entries()}
    version = str(exercise.about()["version"])
    paths = exercise.anyone.get("/openapi.json").json["paths"]
    assert len(paths) > 15
    asked = 0
    for template, operations in paths.items():
        for method in METHODS:
            if method not in operations:
                continue
            answers = []
            for name in (listed, unlisted):
                path = fill(template, name, version)
                body = f'{{"list":"{LIST}","name":"{name}","url":"https://{name}/","items":[{{"url":"https://{name}/"}}]}}'
                answer = exercise.anyone.request(
                    method.upper(), f"{path}?list={LIST}&name={name}&since=0",
                    body if method in ("post", "put", "patch") else None,
                    {"Content-Type": "application/json"} if method in ("post", "put", "patch") else None)
                asked += 1
                spoken = answer.text.replace(name, "NAME")
                for secret in names:
                    assert secret not in spoken, (method, path, secret)
                fields = {field: value for field, value in answer.fields.items() if field != "date"}
                answers.append((answer.status, fields, spoken))
            assert answers[0] == answers[1], (method, template)
    assert asked > 30


def fill(template, name, version):
    values = {"list": LIST, "format": "entries.txt", "version": version, "N": version, "file": "timestamp.json"}
    return re.sub(r"\{([^}]*)\}", lambda found: values.get(found[1].rstrip("+*"), name), template)


def test_every_route_but_the_public_ones_asks_for_a_credential(exercise):
    public = {"/healthz", "/readyz", "/openapi.json", "/metrics", "/problems", "/problems/{name}",
              "/appeal", "/appeal/case"}
    # Whoever a listing harms appeals without an account; the reviewers' side of the same paths asks for one.
    open_to_all = {("post", "/v1/appeals"), ("get", "/v1/appeals/clock"), ("get", "/v1/appeals/{case}")}
    for template, operations in exercise.anyone.get("/openapi.json").json["paths"].items():
        if template in public:
            continue
        for method in METHODS:
            if method in operations and (method, template) not in open_to_all:
                answer = exercise.anyone.request(method.upper(), fill(template, "x.example", "1"))
                assert (answer.status, answer.problem) == (401, "credential-required"), (method, template, answer)
                assert "www-authenticate" in answer.fields


def test_a_wrong_token_and_a_certificate_of_a_stranger_are_refused(exercise, tmp_path):
    wrong = exercise.anyone.get(f"/v1/lists/{LIST}", {"Authorization": "Bearer not-a-token-of-anyone"})
    assert (wrong.status, wrong.problem) == (401, "credential-invalid")
    # Signed by the right authority, but nobody's pinned key.
    import subprocess
    from exercise import CHECKOUT
    script = (f'. "{CHECKOUT}/scripts/lib/authority.sh"; '
              f'make_certificate "{exercise.folder}" "{exercise.folder}/credentials/stranger" stranger client')
    subprocess.run(["bash", "-euo", "pipefail", "-c", script], check=True, capture_output=True)
    stranger = exercise.person("stranger", "certificate").get(f"/v1/lists/{LIST}")
    assert stranger.status == 401 and stranger.problem in ("credential-invalid", "credential-required")


def test_the_log_files_contain_no_listed_or_submitted_name(exercise, tmp_path):
    exercise.list_names("written-nowhere.example")
    exercise.submit("https://only-submitted.example/")
    exercise.person("police-jm").post(
        "/v1/submissions", {"list": LIST, "items": [{"url": "ftp://refused-and-quiet.example/", "case_reference": "A"}]})
    exercise.person("admin-one").get(f"/v1/entries?list={LIST}&name=written-nowhere.example")
    exercise.anyone.get("/v1/entries?name=asked-by-a-stranger.example")
    exercise.anyone.get("/v1/asked-in-a-path.example")
    Follower(exercise, tmp_path / "isp").poll()
    exercise.suspend("written-nowhere.example")
    exercise.kill_and_restart()
    exercise.stop()
    logs = [path for path in exercise.folder.rglob("*.log")]
    assert exercise.log in logs and len(logs) >= 2
    text = "\n".join(path.read_text(errors="replace") for path in logs).lower()
    exercise.start()
    names = {entry.lstrip(".") for entry in exercise.entries()}
    names |= {"written-nowhere", "only-submitted", "refused-and-quiet", "asked-by-a-stranger", "asked-in-a-path"}
    assert len(names) > 400
    assert [name for name in names if name in text] == []


def test_listed_and_unlisted_look_alike_to_an_isp_that_asks_for_entries(exercise):
    isp = exercise.person("isp-coral")
    answers = [isp.get(f"/v1/entries?list={LIST}&name={name}") for name in ("listed.example", "absent.example")]
    assert [(answer.status, answer.problem) for answer in answers] == [(403, "role-required")] * 2


def test_the_review_queue_is_masked_unless_asked_and_asking_is_audited(exercise):
    exercise.submit("https://masked-name.example/")
    reviewer = exercise.person("police-tt")
    assert "masked-name" not in reviewer.get(f"/v1/reviews/queue?list={LIST}&limit=1000").text
    assert "masked-name" in reviewer.get(f"/v1/reviews/queue?list={LIST}&limit=1000&reveal=true").text
    rows, after = [], 0
    while after is not None:
        page = exercise.person("auditor").get(f"/v1/audit?limit=1000&after={after}").json
        rows, after = rows + page["items"], page.get("next")
    assert "reveal" in str(rows[-5:]).lower()
