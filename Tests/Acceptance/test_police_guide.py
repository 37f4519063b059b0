# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""The police guide's part on reporting, run as an officer would: what it shows as answers is what comes."""

import base64
import json
import os
import re
import subprocess

import pytest

from exercise import CHECKOUT, LIST

MARK = "=== next ==="


def blocks(text):
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def documents(text):
    """The JSON documents in a text, whatever else stands between them; numbers of submissions made alike."""
    found, at, decoder = [], 0, json.JSONDecoder()
    text = re.sub(r'"sub_\d+"', '"sub_N"', text)
    while (at := text.find("{", at)) >= 0:
        document, at = decoder.raw_decode(text, at)
        found.append(document)
    return found


def test_the_answers_in_the_police_guide_are_those_that_come(exercise, tmp_path):
    guide = (CHECKOUT / "docs" / "police-guide.md").read_text(encoding="utf-8")
    before = guide[guide.index("## Before you start"):guide.index("## Report")]
    report = guide[guide.index("## Report"):guide.index("### Check before sending")]
    report += guide[guide.index("### Refusals, as they come"):guide.index("### What you may be told")]
    setup = "\n".join(text for kind, text in blocks(before) if kind == "sh").replace("https://127.0.0.1:8443", exercise.url)
    script, expected = [setup], []
    found = blocks(report)
    for (kind, text), (following, answer) in zip(found, [*found[1:], ("", "")]):
        if kind == "csv":
            (tmp_path / "report.csv").write_text(text, encoding="utf-8")
        if kind == "sh" and following == "json":
            script += [f"echo '{MARK}'", text]
            expected.append(documents(answer))
    done = subprocess.run(["bash", "-e", "-c", "\n".join(script)], cwd=tmp_path, capture_output=True, text=True, timeout=120,
                          env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    # What an officer typed has names in it, and is for nobody else on the machine.
    written = [tmp_path / name for name in ("urls.txt", "good.csv")]
    assert [path.stat().st_mode & 0o077 for path in written] == [0, 0]
    came = [documents(part) for part in done.stdout.split(MARK)[1:]]
    assert len(expected) == 5 and sum(map(len, expected)) >= 17
    assert came == expected


@pytest.mark.parametrize("document, heading", [
    ("police-guide.md", "**Who sees it.**"), ("threat-model.md", "*Does not.* Every reader")])
def test_what_every_reader_sees_of_a_signed_approval_is_told(exercise, document, heading):
    [submission] = exercise.submit("https://signed-and-seen.example/")
    for unit in ("police-tt", "police-bb"):
        key = exercise.folder / "credentials" / f"{unit}.review.pem"
        exercise.cordon(unit, "review", "approve", submission, "--criteria-all-met", "--sign-with", key)
    exercise.publish()
    seen = exercise.person("isp-coral").get(f"/v1/lists/{LIST}/approvals")
    lines = [line.split(" ") for line in seen.text.splitlines() if "signed-and-seen.example" in line]
    assert len(lines) == 2
    text = (CHECKOUT / "docs" / document).read_text(encoding="utf-8")
    paragraph = " ".join(text[text.index(heading):].split("\n\n")[0].split())
    # One word of the guide for each column of the file.
    told = ["the entry", "the criteria", "first reported", "when it was decided", "agency", "signature"]
    assert all(len(columns) == len(told) for columns in lines)
    assert [words for words in told if words not in paragraph] == []
    assert lines[0][0] == ".signed-and-seen.example" and {columns[4] for columns in lines} == {"police-tt", "police-bb"}


def told(guide):
    """What the guide's tables on reviews and signatures quote, by problem: as a pattern, with times and lists of any kind."""
    part = guide[guide.index("## Review\n"):guide.index("### Panels")]
    # Of two problems in a row, what is quoted is the second one.
    quoted = dict(re.findall(r'^\| (?:`[a-z-]+`, )?`([a-z-]+)` \| "(.*?)"', part, re.MULTILINE))
    time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    return {problem: re.sub(time, lambda _: time, re.escape(text).replace("\\-", "-").replace("…", ".*"))
            for problem, text in quoted.items()}


def test_the_refusals_of_reviews_in_the_guide_are_those_that_come(exercise):
    quotes = told((CHECKOUT / "docs" / "police-guide.md").read_text(encoding="utf-8"))
    came = {}

    def refused(answer):
        assert answer.status in (409, 422), answer
        came[answer.problem] = answer.json["detail"]

    criteria = exercise.criteria()

    def answered(**changes):
        return {**criteria, "answers": {**criteria["answers"], **changes}}

    one, two, three = exercise.submit("https://one.quoted.example/", "https://two.quoted.example/", "https://three.quoted.example/")
    refused(exercise.approve(one, "police-jm"))
    assert exercise.approve(one, "police-tt").status == 201
    refused(exercise.approve(one, "police-tt"))
    refused(exercise.approve(one, "police-tt-two"))
    refused(exercise.approve(one, "police-bb", criteria=answered(appears_under_13=False)))
    incomplete = answered()
    for key in list(incomplete["answers"])[1:]:
        del incomplete["answers"][key]
    refused(exercise.approve(one, "police-bb", criteria=incomplete))
    refused(exercise.approve(one, "police-bb", criteria={**criteria, "version": 2}))
    refused(exercise.person("police-bb").post(f"/v1/submissions/{one}/reviews", {"decision": "reject"}))
    assert exercise.approve(one, "police-bb").json["state"] == "listed"
    refused(exercise.approve(one, "police-gy"))
    assert exercise.person("police-gy").request("POST", f"/v1/submissions/{two}/claim").status == 201
    refused(exercise.approve(two, "police-tt"))
    many = exercise.submit(*(f"https://many{number}.quoted.example/" for number in range(51)))
    claims = [exercise.person("police-bb").request("POST", f"/v1/submissions/{each}/claim") for each in many]
    assert [answer.status for answer in claims[:50]] == [201] * 50
    refused(claims[50])

    keys = exercise.person("police-tt").get("/v1/agency-keys").json["items"]
    ended = next(key for key in keys if key["agency"] == "police-tt")
    text = exercise.person("police-tt").get(f"/v1/submissions/{three}/approval-text").json
    (exercise.folder / "text").write_text(text["text"])
    made = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", exercise.folder / "credentials" / "police-tt.review.pem",
                           "-in", exercise.folder / "text"], capture_output=True, check=True).stdout

    def signed(decided):
        signature = {"keyid": ended["keyid"], "sig": base64.b64encode(made).decode(), "decided_at": decided}
        return exercise.approve(three, "police-tt", signature=signature)

    refused(signed("2020-01-01T00:00:00Z"))
    path = f"/v1/agency-keys/{ended['keyid']}/end"
    assert exercise.person("admin-one").post(path, {"from": "2026-01-01T00:00:00Z", "reason": "a test"}).status == 200
    refused(signed(text["decided_at"]))
    exercise.stop()
    exercise.start("--set", "lists.worst-of.signed_approvals=required")
    refused(exercise.approve(three, "police-bb"))

    assert set(quotes) == set(came)
    for problem, quote in quotes.items():
        assert re.fullmatch(quote, came[problem]), (problem, quote, came[problem])
