# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""One run of the TUF client that python-tuf shipped before version 1, a code base of its own.

tuf-legacy.py FOLDER BASE-URL TARGET|-: FOLDER holds repository/metadata/current with root.json at first.
"""

import json
import sys
import urllib.error
import urllib.request
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

import tuf.client.updater as client  # noqa: E402
import tuf.exceptions  # noqa: E402
import tuf.settings  # noqa: E402
from tuf.client.fetcher import FetcherInterface  # noqa: E402


class Fetcher(FetcherInterface):
    def fetch(self, url, required_length):
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                yield answer.read(required_length + 1)
        except urllib.error.HTTPError as error:
            raise tuf.exceptions.FetcherHTTPError(str(error), error.code)


def main(folder, base, target):
    tuf.settings.repositories_directory = folder
    updater = client.Updater("repository", {"cordon": {
        "url_prefix": base, "metadata_path": "repository/metadata", "targets_path": "repository/targets"}}, Fetcher())
    updater.refresh()
    if target != "-":
        found = updater.get_one_valid_targetinfo(target)
        updater.download_target(found, str(Path(folder, "targets")))
        Path(folder, "targets", "file").write_bytes(Path(folder, "targets", target).read_bytes())
    current = Path(folder, "repository", "metadata", "current", "root.json")
    print(json.dumps({"root": json.loads(current.read_bytes())["signed"]["version"]}))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:  # Any refusal is one line and a status.
        sys.exit(f"{type(error).__name__}: {error}")
