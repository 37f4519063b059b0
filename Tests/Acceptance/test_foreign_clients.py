# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Four independent TUF clients follow Cordon's repository through everything that happens to its keys."""

import json

import pytest

from foreign import CLIENTS, Front
from keys import holders, rotate

pytest.importorskip("tuf", reason="the Python package tuf, which forges metadata here, could not be installed")

from securesystemslib.signer import CryptoSigner  # noqa: E402
from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: E402
from tuf.api.metadata import Metadata, MetaFile  # noqa: E402
from tuf.api.serialization.json import JSONSerializer  # noqa: E402


def keys(exercise, *arguments):
    return exercise.cordon("admin-one", "keys", *arguments).stdout


def sign_with(exercise, count=2):
    return [part for key in holders(exercise)[-count:] for part in ("--sign-with", key)]


def follows(client, exercise, front, threshold=2):
    """It takes the newest list, and trusts the root in force."""
    target, content = client.newest(exercise, keys, sign_with(exercise, threshold))
    root = client.run(front, target)
    assert root is not None, client.error
    assert client.file() == content
    assert root == exercise.person("admin-one").get("/v1/keys/root").json["version"]


def replace_online_key(exercise, name):
    """The key of timestamp, snapshot and releases is revoked; the service has another."""
    folder = exercise.folder / "keys"
    old = sorted(folder.glob("online*.pem"))[-1]
    keys(exercise, "new", "--name", name, "--out", folder / f"{name}.pem")
    exercise.stop()
    exercise.start()
    keys(exercise, "revoke", old.stem, "--with", folder / f"{name}.pub", *sign_with(exercise))
    old.unlink()
    exercise.stop()
    exercise.start()
    return old


@pytest.mark.parametrize("kind", CLIENTS)
def test_it_was_off_for_five_rotations_a_threshold_and_two_role_keys(exercise, tmp_path, kind):
    with Front(exercise) as front:
        client = kind(exercise, tmp_path / "client")
        follows(client, exercise, front)
        for _ in range(5):
            rotate(exercise, tmp_path)
        exercise.list_names("rotated.example")
        follows(client, exercise, front)

        keys(exercise, "rotate", "--threshold", "3", *sign_with(exercise, 3))
        exercise.list_names("three-of-three.example")
        follows(client, exercise, front, threshold=3)
        keys(exercise, "rotate", "--threshold", "2", *sign_with(exercise, 3))

        # A role key replaced: releases alone are signed by another key.
        folder = exercise.folder / "keys"
        keys(exercise, "new", "--name", "releases", "--out", folder / "releases.pem")
        exercise.stop()
        exercise.start()
        keys(exercise, "propose", "--releases-key", folder / "releases.pub", *sign_with(exercise))
        keys(exercise, "publish")
        exercise.list_names("another-releases-key.example")
        follows(client, exercise, front)

        # The timestamp's key revoked.
        replace_online_key(exercise, "online-2")
        exercise.list_names("another-timestamp-key.example")
        follows(client, exercise, front)


def forged(document, signer, **meta):
    """A role driven up by whoever has its key."""
    document = Metadata.from_bytes(document)
    document.signed.version = 1_000_000
    if meta:
        document.signed.meta.update(meta["meta"]) if "meta" in meta else None
        if "snapshot" in meta:
            document.signed.snapshot_meta = meta["snapshot"]
    document.signatures.clear()
    document.sign(signer)
    return document.to_bytes(JSONSerializer(compact=True))


# The client of before python-tuf 1 has no recovery (TUF 5.3.11) at all: it stays at the version that the thief signed.
@pytest.mark.parametrize("kind", CLIENTS[:3])
def test_it_recovers_from_versions_that_a_thief_drove_up(exercise, tmp_path, kind):
    isp = exercise.person("isp-coral")
    with Front(exercise) as front:
        client = kind(exercise, tmp_path / "client")
        follows(client, exercise, front)
        timestamp = isp.get("/repository/metadata/timestamp.json").body
        number = json.loads(timestamp)["signed"]["meta"]["snapshot.json"]["version"]
        snapshot = isp.get(f"/repository/metadata/{number}.snapshot.json").body
        key = load_pem_private_key((exercise.folder / "keys" / "online.pem").read_bytes(), None)
        keyid = json.loads(timestamp)["signatures"][0]["keyid"]
        public = Metadata.from_bytes((exercise.folder / "root.json").read_bytes()).signed.keys[keyid]
        signer = CryptoSigner(key, public)
        high = forged(snapshot, signer)
        front.over["metadata/1000000.snapshot.json"] = high
        front.over["metadata/timestamp.json"] = forged(
            timestamp, signer, snapshot=MetaFile.from_data(1_000_000, high, ["sha256"]))
        assert client.run(front) == 1, client.error
        front.over.clear()
        exercise.list_names("withheld.example")
        assert client.run(front) is None, "a lower version than the one trusted was taken"

        replace_online_key(exercise, "online-2")
        exercise.list_names("recovered.example")
        follows(client, exercise, front)


# That of go-tuf takes one target and no other.
@pytest.mark.parametrize("kind", [*CLIENTS[:2], CLIENTS[3]])
def test_what_a_thief_of_the_online_key_signs_as_agencies_counts_nowhere(exercise, tmp_path, kind):
    agencies = tmp_path / "agencies.json"
    before = exercise.person("admin-one").get("/v1/keys/targets").json["files"]["agencies.json"]
    agencies.write_text(json.dumps({"version": json.loads(before)["version"] + 1, "agencies": []}))
    keys(exercise, "propose", "--target", f"agencies.json={agencies}", *sign_with(exercise))
    keys(exercise, "publish")
    with Front(exercise) as front:
        client = kind(exercise, tmp_path / "client")
        assert client.run(front, "agencies.json") == 1, client.error
        assert client.file() == agencies.read_bytes()
        follows(client, exercise, front)
