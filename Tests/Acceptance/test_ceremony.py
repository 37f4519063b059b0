# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Key holders apart from each other, keys lost and stolen, keys in tokens: no follower notices any of it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from conftest import needs
from exercise import CORDON
from flipping import FlippingProxy
from following import Follower
from thieving import sign_release

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")


def keys(exercise, *arguments, check=True):
    return exercise.cordon("admin-one", "keys", *arguments, check=check)


def holder(exercise, name):
    return exercise.folder / "keyholders" / f"holder-{name}.pem"


def test_two_holders_on_two_machines_replace_a_third(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    one, two = tmp_path / "machine-one", tmp_path / "machine-two"
    for machine, name in ((one, "one"), (two, "two")):
        machine.mkdir()
        shutil.copy(holder(exercise, name), machine / "me.pem")
        shutil.copy(exercise.folder / "root.json", machine)
    keys(exercise, "new", "--name", "holder-four", "--out", two / "holder-four.pem")
    proposed = keys(exercise, "propose", "--replace", f"holder-three={two / 'holder-four.pub'}",
                    "--sign-with", one / "me.pem", "--root", one / "root.json").stdout
    assert "(holder-three) leaves" in proposed and "(holder-four) joins" in proposed

    early = keys(exercise, "rehearse", check=False)
    assert early.returncode == 2 and "1 of 1 would break" in early.stdout
    keys(exercise, "status", "--out", two / "next-root.json")
    shown = keys(exercise, "sign", "--key", two / "me.pem", "--root", two / "root.json", two / "next-root.json").stdout
    assert "(holder-four) joins" in shown
    keys(exercise, "submit", two / "next-root.json")
    assert "nobody would break" in keys(exercise, "rehearse").stdout
    assert "root version 2 is in force" in keys(exercise, "publish").stdout
    follower.poll()


def test_a_lost_key_is_revoked_without_it_and_never_signs_for_itself(exercise, tmp_path):
    staying = ["--sign-with", holder(exercise, "two"), "--sign-with", holder(exercise, "three")]
    alone = keys(exercise, "revoke", "holder-one", "--sign-with", holder(exercise, "one"), check=False)
    assert alone.returncode == 1 and "cannot sign its own revocation" in alone.stderr
    keys(exercise, "revoke", "holder-one", *staying)
    again = keys(exercise, "revoke", "holder-three", "--sign-with", holder(exercise, "two"), check=False)
    assert again.returncode == 1 and "give another key in its place" in again.stderr


def test_a_stolen_online_key_is_replaced_and_worth_nothing_after(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    folder = exercise.folder / "keys"
    # The thief signs a release of a number that nobody gets to, and serves it in between.
    proxy = FlippingProxy(exercise)
    forged = [*follower.names(), ".bank.example"]
    proxy.answers = sign_release(1_000_000, forged, follower.folder / "state" / "metadata", folder / "online.pem", follower.root)
    assert follower.poll("--plain", server=proxy.url, check=False).returncode == 2
    follower.poll("--plain", server=proxy.url)
    proxy.close()
    assert follower.names() == sorted(forged) and "1000000" in follower.status().stdout
    assert "rolled back" in follower.poll(check=False).stderr
    keys(exercise, "new", "--name", "online-2", "--out", folder / "online-2.pem")
    exercise.stop()
    exercise.start()
    done = keys(exercise, "revoke", "online", "--with", folder / "online-2.pub",
                "--sign-with", holder(exercise, "two"), "--sign-with", holder(exercise, "three")).stdout
    assert "timestamp: key" in done and "(online-2) joins" in done and "releases: key" in done
    (folder / "online.pem").unlink()
    exercise.stop()
    exercise.start()
    exercise.list_names("after-the-theft.example")
    follower.poll()
    assert ".after-the-theft.example" in follower.names() and ".bank.example" not in follower.names()
    assert "1000000" not in follower.status().stdout
    follower.poll()


NEWCOMER = {"agency": "police-lc", "country": "LC", "name": "Police", "keys": [
    {"keyid": "3f" * 32, "public_key": "AAAA", "valid_from": "2026-11-01T00:00:00Z", "valid_until": None}]}


def targets_in_force(exercise):
    """The version of the targets, and the agencies.json that they describe."""
    status = exercise.person("admin-one").get("/v1/keys/targets").json
    return status["version"], json.loads(status["files"]["agencies.json"])


def propose_agencies(exercise, folder, agencies, *signers, check=True):
    file = folder / "agencies.json"
    file.write_text(json.dumps(agencies))
    return keys(exercise, "propose", "--target", f"agencies.json={file}",
                *(part for signer in signers for part in ("--sign-with", signer)), check=check)


def test_agencies_are_signed_by_two_holders_on_two_machines_and_not_by_the_server(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    version, before = targets_in_force(exercise)
    next_agencies = {**before, "version": before["version"] + 1, "agencies": [*before["agencies"], NEWCOMER]}
    two = tmp_path / "machine-two"
    two.mkdir()
    shutil.copy(holder(exercise, "two"), two / "me.pem")
    shutil.copy(exercise.folder / "root.json", two)
    proposed = propose_agencies(exercise, tmp_path, next_agencies, holder(exercise, "one")).stdout
    assert "agency police-lc (LC, Police) JOINS" in proposed and "targets signed by 1 of 2" in proposed
    assert keys(exercise, "rehearse", check=False).returncode == 2
    early = keys(exercise, "publish", check=False)
    assert early.returncode == 1 and "1 valid signature" in early.stderr

    # The stick: what the second holder signs goes without a network, and shows the difference there.
    keys(exercise, "status", "--out", two / "next.json")
    offline = subprocess.run(
        [str(part) for part in (CORDON, "keys", "sign", "--key", two / "me.pem", "--root", two / "root.json",
                                two / "next.json")],
        capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    assert offline.returncode == 0 and "agency police-lc (LC, Police) JOINS" in offline.stdout, offline
    keys(exercise, "submit", two / "next.json")
    assert "nobody would break" in keys(exercise, "rehearse").stdout
    assert f"targets version {version + 1} is in force" in keys(exercise, "publish").stdout
    exercise.list_names("after-the-agencies.example")
    follower.poll()
    assert json.loads(download(exercise, tmp_path / "tuf", "agencies.json")) == next_agencies

    none = {**next_agencies, "agencies": []}
    older = propose_agencies(exercise, tmp_path, none, holder(exercise, "one"), check=False)
    assert older.returncode == 1 and f"version must be more than {next_agencies['version']}" in older.stderr
    # The service's own key, wherever it is, is no holder's.
    alone = propose_agencies(exercise, tmp_path, {**none, "version": none["version"] + 1},
                             exercise.folder / "keys" / "online.pem")
    assert "targets signed by 0 of 2" in alone.stdout and "LEAVES with all its keys" in alone.stdout
    assert keys(exercise, "publish", check=False).returncode == 1
    keys(exercise, "withdraw", "--role", "targets")
    put = exercise.person("admin-one").post("/v1/keys/targets/files", {"files": {"agencies.json": "{}"}})
    assert (put.status, put.problem) == (422, "targets-proposal-refused")


def test_a_holder_who_signed_the_targets_leaves_with_targets_signed_anew(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    follower.poll()
    version, _ = targets_in_force(exercise)
    keys(exercise, "new", "--name", "holder-four", "--out", tmp_path / "four.pem")
    first = keys(exercise, "revoke", "holder-one", "--with", tmp_path / "four.pub",
                 "--sign-with", holder(exercise, "two")).stdout
    assert f"targets version {version} → {version + 1}" in first and "targets signed by 1 of 2 needed from the future holders" in first
    keys(exercise, "status", "--out", tmp_path / "next.json")
    keys(exercise, "sign", "--key", holder(exercise, "three"), tmp_path / "next.json")
    keys(exercise, "submit", tmp_path / "next.json")
    assert "nobody would break" in keys(exercise, "rehearse").stdout
    done = keys(exercise, "publish").stdout
    assert "root version 2 is in force" in done and f"targets version {version + 1} is in force" in done
    exercise.list_names("after-the-loss.example")
    follower.poll()


def download(exercise, folder, name):
    """A target as `cordon tuf` verifies it, given nothing but root.json."""
    folder.mkdir()
    tuf = ["tuf", "--metadata-dir", folder / "metadata"]
    exercise.cordon("isp-coral", *tuf, "init", exercise.folder / "root.json")
    exercise.cordon("isp-coral", *tuf, "--metadata-url", f"{exercise.url}/repository/metadata",
                    "--target-base-url", f"{exercise.url}/repository/targets", "--target-dir", folder,
                    "--target-name", name, "download")
    return (folder / name).read_text()


@needs("softhsm2-util", "pkcs11-tool", "openssl")
def test_a_key_in_a_token_signs_and_never_leaves_it(exercise, tmp_path, monkeypatch):
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm.conf"))

    def run(*command):
        subprocess.run([str(part) for part in command], check=True, capture_output=True, env=os.environ)

    token = ["pkcs11-tool", "--module", MODULE, "--login", "--pin", "1234"]
    run("softhsm2-util", "--init-token", "--free", "--label", "holder", "--pin", "1234", "--so-pin", "5678")
    run(*token, "--keypairgen", "--key-type", "EC:prime256v1", "--label", "root", "--id", "01")
    run(*token, "--read-object", "--type", "pubkey", "--label", "root", "--output-file", tmp_path / "public.der")
    run("openssl", "pkey", "-pubin", "-inform", "DER", "-in", tmp_path / "public.der", "-out", tmp_path / "public.pem")
    keys(exercise, "new", "--from-token", tmp_path / "public.pem", "--name", "holder-token",
         "--out", tmp_path / "token.pub")
    keys(exercise, "revoke", "holder-one", "--with", tmp_path / "token.pub",
         "--sign-with", holder(exercise, "two"), "--sign-with", holder(exercise, "three"))
    sign = f"openssl dgst -sha256 -binary | {' '.join(map(str, token))} --sign --mechanism ECDSA --label root"
    done = keys(exercise, "rotate", "--signer", sign, "--public", tmp_path / "token.pub",
                "--sign-with", holder(exercise, "two"), "--days", "400").stdout
    assert "(holder-token)" in done and "root version 3 is in force" in done
    wrong = keys(exercise, "rotate", "--signer", "echo no signature", "--public", tmp_path / "token.pub", check=False)
    assert wrong.returncode == 1 and "is no signature by" in wrong.stderr
