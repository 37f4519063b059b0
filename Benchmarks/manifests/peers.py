# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""The same poll with nothing new by python-tuf: peers.py FOLDER ROUNDS"""

import json
import sys
import time
from pathlib import Path

from tuf.ngclient.config import EnvelopeType
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet


def newest(folder, role):
    return max(folder.glob(f"*.{role}.json"), key=lambda path: int(path.name.split(".")[0])).read_bytes()


def main(folder, rounds):
    folder = Path(folder, "repository")
    root = (folder / "1.root.json").read_bytes()
    timestamp = (folder / "timestamp.json").read_bytes()
    snapshot, targets, releases = (newest(folder, role) for role in ("snapshot", "targets", "releases"))
    start = time.process_time()
    for _ in range(rounds):
        trusted = TrustedMetadataSet(root, EnvelopeType.METADATA)
        trusted.update_timestamp(timestamp)
        trusted.update_snapshot(snapshot, trusted=True)
        trusted.update_targets(targets)
        described = trusted.update_delegated_targets(releases, "releases", "targets").targets
        assert len(described) == 10
    spent = time.process_time() - start
    print(json.dumps({"rounds": rounds, "cpu_us_a_poll": round(spent / rounds * 1e6, 1)}))


main(sys.argv[1], int(sys.argv[2]))
