# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Who on a machine can read what the `cordon` program leaves there."""

import re
import subprocess

import pytest

from conftest import needs
from exercise import CHECKOUT, CORDON, LIST
from following import Follower
from test_login import copy_credential, login


def mode(path):
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("mask", [0, 0o077])
def test_a_list_that_a_tuf_client_downloads_is_not_for_everybody(exercise, tmp_path, mask):
    def tuf(*words):
        done = subprocess.run(
            [str(part) for part in (CORDON, "tuf", "--metadata-dir", tmp_path / "trusted", *words)],
            env=exercise.environment("isp-coral"), capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
            umask=mask)
        assert done.returncode == 0, done
    version, folder = exercise.about()["version"], tmp_path / "files"
    folder.mkdir()
    tuf("init", exercise.folder / "root.json")
    tuf("--metadata-url", f"{exercise.url}/repository/metadata", "--target-base-url", f"{exercise.url}/repository/targets",
        "--target-dir", folder, "--target-name", f"{LIST}/{version}/entries.txt", "download")
    [file] = folder.iterdir()
    assert file.read_text().splitlines() == exercise.entries()
    assert mode(file) & 0o007 == 0


def test_secrets_over_a_file_that_everybody_could_read_are_for_their_owner(exercise, tmp_path):
    bundle = tmp_path / "worst-of.bundle"
    bundle.write_text("an older one")
    bundle.chmod(0o644)
    exercise.cordon("isp-coral", "bundle", "make", "--root", exercise.folder / "root.json", "--out", bundle)
    assert mode(bundle) == 0o600 and bundle.stat().st_size > 1000
    me = copy_credential(exercise, "isp-coral", tmp_path / "me")
    for before, after in ((0o644, 0o600), (0o640, 0o640)):
        (me / "me.token").chmod(before)
        login(exercise, "renew", "--token-file", me / "me.token")
        assert mode(me / "me.token") == after
        assert mode(me / "me.token.old") == 0o600


def test_an_output_that_everybody_can_read_is_complained_of_and_stays(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    assert follower.poll().stderr == "" and mode(follower.zone) == 0o640
    follower.zone.chmod(0o644)
    said = follower.poll().stderr
    assert said == f"cordon: every user of this machine can read {follower.zone}: chmod o-r takes that away\n"
    exercise.list_names("after-the-mode.example")
    follower.poll()
    assert mode(follower.zone) == 0o644


@needs("curl")
def test_the_script_of_the_guide_leaves_the_list_to_its_owner_and_group(exercise, tmp_path):
    guide = (CHECKOUT / "docs" / "isp-guide.md").read_text(encoding="utf-8")
    [script] = re.findall(r"^(#!/bin/sh\n# update\.sh .*?)^```$", guide, re.MULTILINE | re.DOTALL)
    (tmp_path / "update.sh").write_text(script)
    folder = tmp_path / "list"
    folder.mkdir()
    environment = exercise.environment("isp-coral", by="certificate")
    for name in ("first.example", "second.example"):
        exercise.list_names(f"updated-{name}")
        done = subprocess.run(["sh", tmp_path / "update.sh", folder], env=environment, capture_output=True, text=True, timeout=60,
                              umask=0o022)
        assert done.returncode == 0, done
        assert (folder / "entries.txt").read_text().splitlines() == exercise.entries()
    assert {"entries.txt", "delta", "come"} <= {path.name for path in folder.iterdir()}
    assert [path.name for path in folder.iterdir() if mode(path) & 0o007] == []
