# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""The recipe of the ISP guide: a file, its signature and its key, with curl and openssl alone."""

import hashlib
import subprocess

from conftest import needs
from exercise import LIST


def fetch(exercise, path, to):
    answer = exercise.person("isp-coral").get(path)
    assert answer.status == 200, answer
    to.write_bytes(answer.body)
    return answer


def newest_targets(exercise):
    isp = exercise.person("isp-coral")
    timestamp = isp.get("/repository/metadata/timestamp.json").json
    snapshot = timestamp["signed"]["meta"]["snapshot.json"]["version"]
    meta = isp.get(f"/repository/metadata/{snapshot}.snapshot.json").json["signed"]["meta"]
    targets = {}
    for role in ("targets", "releases"):
        file = f"{meta[f'{role}.json']['version']}.{role}.json"
        targets |= isp.get(f"/repository/metadata/{file}").json["signed"]["targets"]
    return targets


def verify(folder):
    return subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", folder / "files.pem", "-rawin",
         "-in", folder / "list", "-sigfile", folder / "list.sig"], capture_output=True, text=True)


@needs("openssl")
def test_a_file_is_verified_with_openssl_alone(exercise, tmp_path):
    digest = newest_targets(exercise)["signing-keys/files.pem"]["hashes"]["sha256"]
    key = fetch(exercise, f"/repository/targets/signing-keys/{digest}.files.pem", tmp_path / "files.pem")
    assert hashlib.sha256(key.body).hexdigest() == digest
    exercise.list_names("signed-by-itself.example")
    version = exercise.about()["version"]
    for where in (f"versions/{version}", f"versions/{version - 1}", "latest"):
        for name in ("rpz.zone", "entries.txt"):
            fetch(exercise, f"/v1/lists/{LIST}/{where}/{name}", tmp_path / "list")
            fetch(exercise, f"/v1/lists/{LIST}/{where}/{name}/signature", tmp_path / "list.sig")
            assert verify(tmp_path).returncode == 0, (where, name)
    with open(tmp_path / "list", "ab") as file:
        file.write(b".not-listed.example\n")
    assert verify(tmp_path).returncode != 0
    police = exercise.person("police-jm").get(f"/v1/lists/{LIST}/latest/rpz.zone/signature")
    assert (police.status, police.problem) == (403, "role-required")


@needs("openssl")
def test_a_new_key_for_files_counts_once_the_holders_signed_it(exercise, tmp_path):
    before = newest_targets(exercise)["signing-keys/files.pem"]
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", exercise.folder / "keys" / "files.pem"],
                   check=True, capture_output=True)
    exercise.stop()
    exercise.start()
    assert "propose it as signing-keys/files.pem" in exercise.log.read_text()
    assert newest_targets(exercise)["signing-keys/files.pem"] == before
    public = tmp_path / "files.pub"
    subprocess.run(["openssl", "pkey", "-in", exercise.folder / "keys" / "files.pem", "-pubout", "-out", public],
                   check=True, capture_output=True)
    holders = exercise.folder / "keyholders"
    exercise.cordon("admin-one", "keys", "propose", "--target", f"signing-keys/files.pem={public}",
                    "--sign-with", holders / "holder-one.pem", "--sign-with", holders / "holder-three.pem")
    exercise.cordon("admin-one", "keys", "publish")
    after = newest_targets(exercise)["signing-keys/files.pem"]["hashes"]["sha256"]
    assert after == hashlib.sha256(public.read_bytes()).hexdigest()
    fetch(exercise, f"/repository/targets/signing-keys/{after}.files.pem", tmp_path / "files.pem")
    fetch(exercise, f"/v1/lists/{LIST}/latest/rpz.zone", tmp_path / "list")
    fetch(exercise, f"/v1/lists/{LIST}/latest/rpz.zone/signature", tmp_path / "list.sig")
    assert verify(tmp_path).returncode == 0
