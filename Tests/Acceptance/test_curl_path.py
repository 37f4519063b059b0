# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Police, administrator and ISP with nothing but curl."""

import hashlib

import pytest

from exercise import LIST


def changes(exercise, since, kind="text/plain", who="isp-coral", extra=""):
    return exercise.person(who).get(f"/v1/lists/{LIST}/changes?since={since}{extra}", {"Accept": kind})


@pytest.mark.parametrize("by", ["token", "certificate"])
def test_from_a_report_to_an_isp(exercise, by):
    before = exercise.about()["version"]
    police = exercise.person("police-jm", by)

    # Three addresses, one of them bad: nothing is taken, and the answer says which line and which rule.
    lines = ["https://coral-reef-photos.example/a", "http://192.0.2.7/page", "hxxps://other-site[.]example/b"]
    path = f"/v1/submissions?list={LIST}&case_reference=JM-2026-1"
    refused = police.post(path, "\n".join(lines) + "\n", content_type="text/plain")
    assert refused.status == 422 and refused.problem == "submission-refused"
    [item] = refused.json["items"]
    assert item["line"] == 2 and item["refusal"]["rule"] == "ip-address" and item["refusal"]["column"] >= 1

    # Told to take each by itself, it takes the two good ones.
    taken = police.post(path + "&mode=each", "\n".join(lines) + "\n", content_type="text/plain")
    assert taken.status == 201
    assert (taken.json["accepted"], taken.json["refused"]) == (2, 1)
    assert [item["outcome"] for item in taken.json["items"]] == ["created", "refused", "created"]
    submissions = [item["id"] for item in taken.json["items"] if item["outcome"] == "created"]

    # Two countries look; nothing counts before the second.
    for submission in submissions:
        first = exercise.approve(submission, "police-tt")
        assert first.status == 201 and first.json["state"] == "open"
        second = exercise.approve(submission, "police-bb")
        assert second.status == 201 and second.json["state"] == "listed"
        assert sorted(second.json["countries"]) == ["BB", "TT"]

    release = exercise.person("admin-one", by).post(f"/v1/lists/{LIST}/releases", {})
    assert release.status == 201 and release.json["version"] == before + 1

    news = exercise.person("isp-coral", by).get(f"/v1/lists/{LIST}/changes?since={before}", {"Accept": "text/plain"})
    assert news.status == 200
    assert news.text == "+.coral-reef-photos.example\n+.other-site.example\n"
    assert news.fields["cordon-version"] == str(before + 1)
    full = exercise.person("isp-coral", by).get(f"/v1/lists/{LIST}/latest/entries.txt")
    assert news.fields["cordon-digest"] == "sha256=" + hashlib.sha256(full.body).hexdigest()


def test_each_way_of_breaking_the_two_country_rule_has_its_own_refusal(exercise):
    [submission] = exercise.submit("https://two-countries.example/")
    assert exercise.approve(submission, "police-tt").status == 201
    refusals = {
        "the submitter approves": exercise.approve(submission, "police-jm"),
        "the same person approves twice": exercise.approve(submission, "police-tt"),
        "a second person of the same country approves": exercise.approve(submission, "police-tt-two"),
    }
    assert {reason: (answer.status, answer.problem) for reason, answer in refusals.items()} == {
        "the submitter approves": (409, "own-submission"),
        "the same person approves twice": (409, "already-reviewed"),
        "a second person of the same country approves": (409, "country-already-approved"),
    }
    assert exercise.person("police-jm").get(f"/v1/submissions/{submission}").json["state"] == "open"


def test_an_approval_must_answer_every_criterion_with_yes(exercise):
    [submission] = exercise.submit("https://criteria.example/")
    criteria = exercise.criteria()
    key = next(iter(criteria["answers"]))
    no = {**criteria, "answers": {**criteria["answers"], key: False}}
    missing = {**criteria, "answers": {k: v for k, v in criteria["answers"].items() if k != key}}
    old = {**criteria, "version": criteria["version"] + 1}
    answers = [exercise.approve(submission, "police-tt", criteria=each) for each in (no, missing, old)]
    assert [answer.status for answer in answers] == [422, 422, 422]
    assert [answer.problem for answer in answers][:2] == ["criteria-not-met", "criteria-incomplete"]
    assert answers[2].problem.startswith("criteria-version")


def test_an_unknown_submission_and_a_decided_one_are_refused(exercise):
    [submission] = exercise.submit("https://decided.example/")
    for reviewer in ("police-tt", "police-bb"):
        assert exercise.approve(submission, reviewer).status == 201
    late = exercise.approve(submission, "police-gy")
    assert (late.status, late.problem) == (409, "not-reviewable")
    absent = exercise.approve("sub_999999999", "police-gy")
    assert (absent.status, absent.problem) == (404, "submission-not-found")


def test_json_text_and_csv_say_the_same(exercise):
    police = exercise.person("police-jm")
    path = f"/v1/submissions?list={LIST}"
    as_json = police.post("/v1/submissions", {"list": LIST, "items": [{"url": "https://one.example/x", "case_reference": "A"}]})
    as_text = police.post(path + "&case_reference=A", "# a comment\n\nhttps://two.example/x\n", content_type="text/plain")
    as_csv = police.post(path, "url,case_reference\nhttps://three.example/x,A\n", content_type="text/csv")
    assert [answer.status for answer in (as_json, as_text, as_csv)] == [201, 201, 201]
    assert as_json.json["items"][0]["line"] == 1
    assert as_text.json["items"][0]["line"] == 3
    assert as_csv.json["items"][0]["line"] == 2
    again = police.post(path + "&case_reference=B", "https://three.example/y\n", content_type="text/plain")
    assert again.status == 201 and again.json["items"][0]["outcome"] == "joined"
    assert again.json["items"][0]["id"] == as_csv.json["items"][0]["id"]


def test_a_batch_is_taken_whole_or_not_at_all(exercise):
    police = exercise.person("police-jm")
    before = police.get("/v1/submissions?limit=1000").body
    refused = police.post("/v1/submissions", {"list": LIST, "items": [
        {"url": "https://good.example/", "case_reference": "A"}, {"url": "https://localhost/", "case_reference": "A"}]})
    assert refused.status == 422 and [item["line"] for item in refused.json["items"]] == [2]
    assert police.get("/v1/submissions?limit=1000").body == before


def test_roles_are_kept_apart(exercise):
    attempts = {
        "isp-coral": ("/v1/submissions", {"list": LIST, "items": [{"url": "https://x.example/", "case_reference": "A"}]}),
        "police-jm": (f"/v1/lists/{LIST}/releases", {}),
        "auditor": (f"/v1/lists/{LIST}/releases", {}),
    }
    for name, (path, body) in attempts.items():
        answer = exercise.person(name).post(path, body)
        assert (answer.status, answer.problem) == (403, "role-required"), name


def test_changes_answer_204_400_409(exercise):
    version = exercise.about()["version"]
    assert changes(exercise, version).status == 204
    ahead = changes(exercise, version + 1)
    assert (ahead.status, ahead.problem) == (409, "version-ahead")
    for since in ("x", "-1", "1.0", "", "99999999999999999999999"):
        answer = changes(exercise, since)
        assert (answer.status, answer.problem) == (400, "invalid-parameter"), since


def test_changes_before_the_kept_history_answer_410(exercise):
    for number in range(3):
        exercise.list_names(f"history-{number}.example")
    exercise.stop()
    exercise.start("--set", "lists.worst-of.kept_releases=2")
    version = exercise.about()["version"]
    gone = changes(exercise, 0)
    assert (gone.status, gone.problem) == (410, "history-gone")
    assert changes(exercise, version - 1).status == 200


def test_a_long_poll_is_answered_by_the_release_it_waits_for(exercise):
    import threading
    version = exercise.about()["version"]
    [submission] = exercise.submit("https://awaited.example/")
    for reviewer in ("police-tt", "police-bb"):
        exercise.approve(submission, reviewer)
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(changes(exercise, version, extra="&wait=30")))
    waiting.start()
    waiting.join(1)
    assert waiting.is_alive()
    exercise.publish()
    waiting.join(10)
    assert answers and answers[0].status == 200 and answers[0].text == "+.awaited.example\n"


def test_changes_from_any_version_lead_to_the_latest(exercise):
    first = exercise.about()["version"]
    exercise.list_names("any-one.example")
    exercise.list_names("any-two.example")
    exercise.suspend("any-one.example")
    latest = exercise.about()["version"]
    assert latest == first + 3
    for since in range(0, latest):
        was = set(exercise.entries(since)) if since else set()
        news = changes(exercise, since, "application/json").json
        assert (news["from"], news["to"], news["list"]) == (since, latest, LIST)
        assert sorted((was - set(news["removed"])) | set(news["added"])) == exercise.entries()
        text = changes(exercise, since).text
        assert text == "".join([f"-{e}\n" for e in news["removed"]] + [f"+{e}\n" for e in news["added"]])


def test_suspending_takes_effect_at_once_and_reverting_makes_a_new_release(exercise):
    exercise.list_names("kept.example", "mistake.example")
    suspended = exercise.suspend("mistake.example")
    assert suspended["release"]["removed"] == 1
    assert ".mistake.example" not in exercise.entries() and ".kept.example" in exercise.entries()
    version = exercise.about()["version"]
    undone = exercise.person("admin-one").post(f"/v1/lists/{LIST}/releases/{version}/revert", {"reason": "was right after all"})
    assert undone.status == 201 and undone.json["version"] == version + 1
    assert ".mistake.example" in exercise.entries()
    assert ".mistake.example" not in exercise.entries(version)  # a release never changes


def test_publishing_nothing_is_refused_and_a_preview_changes_nothing(exercise):
    admin = exercise.person("admin-one")
    nothing = admin.post(f"/v1/lists/{LIST}/releases", {})
    assert (nothing.status, nothing.problem) == (409, "nothing-to-publish")
    [submission] = exercise.submit("https://previewed.example/")
    for reviewer in ("police-tt", "police-bb"):
        exercise.approve(submission, reviewer)
    before = exercise.about()
    preview = admin.post(f"/v1/lists/{LIST}/releases?preview=true", {})
    assert preview.status == 200 and preview.json["added_entries"] == [".previewed.example"]
    assert exercise.about() == before


def test_an_idempotency_key_repeats_the_answer_and_refuses_another_body(exercise):
    police = exercise.person("police-jm")
    body = {"list": LIST, "items": [{"url": "https://once.example/", "case_reference": "A"}]}
    key = {"Idempotency-Key": "5f1c0f5e-once"}
    first = police.post("/v1/submissions", body, key)
    exercise.kill_and_restart()
    second = police.post("/v1/submissions", body, key)
    assert first.status == second.status == 201 and first.body == second.body
    assert "idempotency-replayed" not in first.fields and second.fields["idempotency-replayed"] == "true"
    other = police.post("/v1/submissions", {**body, "items": [{"url": "https://twice.example/", "case_reference": "A"}]}, key)
    assert (other.status, other.problem) == (422, "idempotency-key-reused")


def test_an_unchanged_list_costs_a_304_and_a_range_is_answered(exercise):
    isp = exercise.person("isp-coral")
    path = f"/v1/lists/{LIST}/latest/entries.txt"
    full = isp.get(path)
    assert isp.get(path, {"If-None-Match": full.fields["etag"]}).status == 304
    part = isp.get(path, {"Range": "bytes=5-14"})
    assert part.status == 206 and part.body == full.body[5:15]
    head = isp.request("HEAD", path)
    assert head.status == 200 and head.fields["content-length"] == str(len(full.body)) and head.body.count(b"\n\n") == 0


def test_the_list_is_canonical_and_the_formats_agree_with_it(exercise):
    isp = exercise.person("isp-coral")
    text = isp.get(f"/v1/lists/{LIST}/latest/entries.txt").body
    lines = text.split(b"\n")
    assert lines.pop() == b"" and lines == sorted(set(lines)) and text == text.lower() and text.isascii()
    names = {line.lstrip(b".") for line in lines}
    domains = isp.get(f"/v1/lists/{LIST}/latest/domains.txt").body.split()
    assert set(domains) == names
    zone = isp.get(f"/v1/lists/{LIST}/latest/rpz.zone").text
    for name in names:
        assert f"\n{name.decode()}" in zone
    canary = f"{LIST}.canary.cordon.example"
    assert zone.endswith(f"\n{canary} CNAME .\n") and canary.encode() not in domains and canary.encode() not in names
    about = exercise.about()
    assert about["entries"] == len(lines) and about["length"] == len(text)
    assert about["sha256"] == hashlib.sha256(text).hexdigest()


def test_the_signed_block_digest_is_what_the_protocol_computes(exercise):
    # The lines that docs/protocol.md gives are run as they stand there.
    from exercise import CHECKOUT
    specified = (CHECKOUT / "docs/protocol.md").read_text(encoding="utf-8").split("### Block digests")[1]
    names = {"sha256": hashlib.sha256}
    exec(specified.split("```python\n")[1].split("```")[0], names)
    isp = exercise.person("isp-coral")

    def signed():
        current = exercise.about()["version"]
        number = isp.get("/repository/metadata/timestamp.json").json["signed"]["meta"]["snapshot.json"]["version"]
        meta = isp.get(f"/repository/metadata/{number}.snapshot.json").json["signed"]["meta"]
        role = "releases" if "releases.json" in meta else "targets"
        number = meta[f"{role}.json"]["version"]
        targets = isp.get(f"/repository/metadata/{number}.{role}.json").json["signed"]["targets"]
        return targets[f"{LIST}/{current}/entries.txt"]["custom"]["blocks"]["sha256"]

    for number in range(2):
        text = isp.get(f"/v1/lists/{LIST}/latest/entries.txt").body
        assert signed() == names["block_digest"](text)
        # Made anew for the first, from the release before for the second.
        exercise.list_names(*(f"block-{number}-{label}.example" for label in range(3)))


def test_every_seed_that_must_be_refused_is_refused_with_its_reason(exercise):
    import csv
    from exercise import CHECKOUT
    rows = list(csv.DictReader(open(CHECKOUT / "seeds/refused.csv", encoding="utf-8")))
    assert len(rows) >= 60
    body = {"list": LIST, "mode": "each", "items": [{"url": row["url"], "case_reference": "A"} for row in rows]}
    answer = exercise.person("police-jm").post("/v1/submissions", body)
    assert answer.status == 422 and answer.problem == "submission-refused", answer
    told = {item["line"]: item["refusal"]["rule"] for item in answer.json["items"]}
    wrong = {row["url"]: (told.get(line), row["expected_rule"]) for line, row in enumerate(rows, 1)
             if told.get(line) != row["expected_rule"]}
    assert wrong == {}
