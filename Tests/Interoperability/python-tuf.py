# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Has the public Python client (tuf 7) follow a repository written by InteroperabilityTests.

Usage: python-tuf.py DIRECTORY — a folder with root.json, metadata/ and targets/. Exits 0 when the client,
given root.json alone, arrives at the newest root and downloads the target.
"""

import pathlib
import sys
import tempfile

from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import Metadata
from tuf.ngclient import FetcherInterface, Updater


class FolderFetcher(FetcherInterface):
    """Serves `folder:/…` addresses from disk; what is not there is a 404."""

    def __init__(self, folder):
        self.folder = folder

    def _fetch(self, url):
        file = self.folder / url.removeprefix("folder:/")
        if not file.is_file():
            raise DownloadHTTPError("not found", 404)
        return iter([file.read_bytes()])


def main(folder):
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        updater = Updater(
            metadata_dir=str(scratch / "metadata"),
            metadata_base_url="folder:/metadata/",
            target_dir=str(scratch),
            target_base_url="folder:/targets/",
            fetcher=FolderFetcher(folder),
            bootstrap=(folder / "root.json").read_bytes(),
        )
        updater.refresh()
        info = updater.get_targetinfo("worst-of/2/entries.txt")
        path = updater.download_target(info, str(scratch / "entries.txt"))
        print(pathlib.Path(path).read_text(), end="")
        for file in sorted((folder / "metadata").iterdir()):
            metadata = Metadata.from_file(str(file))
            print(file.name, metadata.signed.type, metadata.signed.version)
            # What python-tuf writes back must carry the same signed fields, ours included.
            again = Metadata.from_bytes(metadata.to_bytes())
            assert again.signed.to_dict() == metadata.signed.to_dict()
        newest = max(
            Metadata.from_file(str(file)).signed.version
            for file in (folder / "metadata").glob("*.root.json")
        )
        assert updater._trusted_set.root.version == newest


main(pathlib.Path(sys.argv[1]))
