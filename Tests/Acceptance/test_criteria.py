# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Which version of the criteria is in force: the highest in the folder; what was decided under an older one stays what it was."""

import subprocess

import pytest

from exercise import CONFIG, CORDOND

BASELINE = CONFIG.parent / "criteria" / "interpol-baseline.json5"


def criteria_folder(folder, **versions):
    """A file for each version, by name."""
    folder.mkdir(exist_ok=True)
    for name, version in versions.items():
        text = BASELINE.read_text(encoding="utf-8")
        assert "version: 1," in text
        (folder / f"{name}.json5").write_text(text.replace("version: 1,", f"version: {version},"), encoding="utf-8")
    return folder


def restart(exercise, folder):
    exercise.stop()
    exercise.start("--set", f"criteria={folder}")


def test_the_highest_version_is_in_force_and_older_decisions_stay_what_they_were(exercise, tmp_path):
    folder = criteria_folder(tmp_path / "criteria", first=1)
    restart(exercise, folder)
    [submission] = exercise.submit("https://versions.example/")
    assert exercise.approve(submission, "police-tt").status == 201
    old = exercise.criteria()
    assert old["version"] == 1

    # The highest, whatever the files are called.
    restart(exercise, criteria_folder(folder, a=3, z=2))
    new = exercise.criteria()
    assert new["version"] == 3
    for version in (1, 2):
        refused = exercise.approve(submission, "police-bb", criteria={**new, "version": version})
        assert refused.status == 422 and refused.json["type"].endswith("/criteria-version-superseded"), refused
    # One approval by the old version and one by the new one list nothing.
    outcome = exercise.approve(submission, "police-bb", criteria=new)
    assert outcome.status == 201 and not outcome.json.get("entry_id"), outcome
    found = exercise.person("police-tt").get(f"/v1/submissions/{submission}").json
    assert found["state"] == "open"
    assert [review["criteria"]["version"] for review in found["reviews"]] == [1, 3]
    # By the new one the first reviewer decides again.
    outcome = exercise.approve(submission, "police-tt", criteria=new)
    assert outcome.status == 201 and outcome.json["entry_id"], outcome


@pytest.mark.parametrize("versions, words", [
    ({"a": 1, "b": 1}, ["b.json5", "version 1 of interpol-baseline is", "a.json5 already"]),
    ({"a": 0}, ["a.json5", "`version` is missing, or not as criteria have it"]),
    ({}, ["holds no criteria interpol-baseline"]),
])
def test_a_folder_that_does_not_say_which_is_in_force_is_refused(exercise, tmp_path, versions, words):
    exercise.stop()
    done = subprocess.run(
        [str(CORDOND), "serve", "--data", str(exercise.folder), "--config", str(CONFIG), "--port", str(exercise.port),
         "--set", f"criteria={criteria_folder(tmp_path / 'criteria', **versions)}"],
        capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode != 0
    [line] = done.stderr.strip().splitlines()
    assert all(word in line for word in words), line
