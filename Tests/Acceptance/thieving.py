# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""What a thief of the online key signs, made by another implementation of TUF and served in between."""

import hashlib

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, TargetFile

from exercise import LIST


def sign_release(version, names, folder, key, root):
    """A release of `names` as number `version`, on top of the metadata that a follower keeps in `folder`.

    Answers by path, as a server would give them.
    """
    trusted = Metadata.from_bytes(root.read_bytes()).signed
    private = load_pem_private_key(key.read_bytes(), None)
    signer = CryptoSigner(private, trusted.keys[trusted.roles["timestamp"].keyids[0]])
    answers = {}

    def signed(role, change):
        metadata = Metadata.from_bytes((folder / f"{role}.json").read_bytes())
        metadata.signed.version += 1
        change(metadata.signed)
        metadata.signatures.clear()
        metadata.sign(signer)
        octets = metadata.to_bytes()
        number = "" if role == "timestamp" else f"{metadata.signed.version}."
        answers[f"/repository/metadata/{number}{role}.json"] = octets
        return MetaFile(metadata.signed.version, len(octets), {"sha256": hashlib.sha256(octets).hexdigest()})

    text = "".join(name + "\n" for name in sorted(names)).encode()
    digest = hashlib.sha256(text).hexdigest()
    path = f"{LIST}/{version}/entries.txt"
    answers[f"/repository/targets/{LIST}/{version}/{digest}.entries.txt"] = text
    target = TargetFile(len(text), {"sha256": digest}, path)
    releases = signed("releases", lambda role: role.targets.update({path: target}))
    snapshot = signed("snapshot", lambda role: role.meta.update({"releases.json": releases}))
    signed("timestamp", lambda role: setattr(role, "snapshot_meta", snapshot))
    return answers
