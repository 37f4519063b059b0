# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""The same line with `cordon` commands instead of curl."""

import pytest

from following import Follower


@pytest.mark.parametrize("by", ["token", "certificate"])
def test_from_a_file_to_an_isp_and_back(exercise, tmp_path, by):
    report = tmp_path / "report.csv"
    report.write_text("url,case_reference\nhttps://by-command.example/x,C-1\nhxxp://second[.]by-command[.]test/,C-2\n")
    exercise.cordon("police-jm", "submit", report, by=by)
    for reviewer in ("police-tt", "police-bb"):
        exercise.cordon(reviewer, "review", "approve", "--all", "--criteria-all-met", by=by)
    preview = exercise.cordon("admin-one", "admin", "publish", "--preview", by=by)
    assert "2 added" in preview.stdout
    version = exercise.about()["version"]
    exercise.cordon("admin-one", "admin", "publish", by=by)
    assert exercise.about()["version"] == version + 1

    follower = Follower(exercise, tmp_path / "isp")
    follower.poll(by=by)
    assert {".by-command.example", ".second.by-command.test"} <= set(follower.names())

    exercise.cordon("admin-one", "admin", "suspend", "by-command.example", "--reason", "an error", by=by)
    follower.poll(by=by)
    assert ".by-command.example" not in follower.names()
    exercise.cordon("admin-one", "admin", "revert", str(version + 2), "--reason", "no error", by=by)
    follower.poll(by=by)
    assert ".by-command.example" in follower.names()


def test_a_bad_line_in_a_file_is_named_and_nothing_is_taken(exercise, tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("https://fine.example/\nhttps://localhost/\n")
    done = exercise.cordon("police-jm", "submit", report, "--case-reference", "C-3", check=False)
    assert done.returncode == 2 or done.returncode == 1
    said = done.stdout + done.stderr
    assert "2" in said and "localhost" in said
    assert "fine.example" not in exercise.person("police-jm").get("/v1/submissions?limit=1000").text


def test_a_wrong_command_is_refused_in_words(exercise):
    done = exercise.cordon("police-jm", "sumbit", check=False)
    assert done.returncode == 1 and done.stderr.strip() and "Fatal" not in done.stderr


def test_names_are_checked_offline(exercise):
    import json
    import os
    import subprocess
    from exercise import CORDON
    done = subprocess.run([CORDON, "names"], input="hxxps://www.Bad[.]Example/x\nhttp://192.0.2.1/\n", text=True,
                          capture_output=True, env={"PATH": os.environ["PATH"]})
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["host"] == "www.bad.example" or first["refusal"]  # reserved names are for exercises
    assert "ip-address" in json.dumps(second["refusal"])


def test_a_text_file_is_read_offline_as_the_server_reads_it(exercise, tmp_path):
    import json
    lines = ["\ufeffhxxps://offline-one[.]example/a", "", "# a comment", "  # another", "offline-two.example\t", " \t ", "\r",
             "  http://192.0.2.1/", "\toffline-three.example/a b\r", "https://offline-\u200bfour.example/", "co.uk",
             "https://" + "x" * 4100 + ".example/", "offline-five.example"]
    path = tmp_path / "addresses.txt"
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    done = exercise.cordon("police-jm", "names", "--allow-reserved", path, check=False)
    offline = [json.loads(line) for line in done.stdout.splitlines()]
    sent = exercise.person("police-jm").post(
        "/v1/submissions?list=worst-of&mode=each", path.read_bytes(), content_type="text/plain")
    assert sent.status == 201, sent
    items = sent.json["items"]
    assert [item["line"] for item in items] == [1, 5, 8, 9, 10, 11, 12, 13]
    assert len(offline) == len(items)
    for answer, item in zip(offline, items):
        refusal = item.get("refusal")
        assert (answer["refusal"] or {}).get("rule") == (refusal or {}).get("rule"), (answer, item)
        if refusal:
            assert (answer["refusal"]["column"], answer["refusal"]["detail"]) == (refusal["column"], refusal["detail"])
        else:
            assert item["entry"] == "." + answer["host"].removeprefix("www.")
