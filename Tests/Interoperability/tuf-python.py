# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""One run of python-tuf: tuf-python.py METADATA-DIR TARGET-DIR BASE-URL TARGET|-"""

import json
import sys
from pathlib import Path

from tuf.ngclient import Updater


def main(metadata, targets, base, target):
    root = Path(metadata, "root.json")
    updater = Updater(metadata, f"{base}/repository/metadata/", targets, f"{base}/repository/targets/", bootstrap=None)
    updater.refresh()
    if target != "-":
        found = updater.get_targetinfo(target)
        if found is None:
            raise ValueError(f"no role describes {target}")
        updater.download_target(found, str(Path(targets, "file")))
    print(json.dumps({"root": json.loads(root.read_bytes())["signed"]["version"]}))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:  # Any refusal is one line and a status.
        sys.exit(f"{type(error).__name__}: {error}")
