# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A TUF client that is not ours (python-tuf), over mTLS, given nothing but root.json."""

import json
import ssl

import pytest

from following import Follower
from keys import rotate

pytest.importorskip("tuf", reason="the Python package tuf could not be installed")

import urllib3  # noqa: E402
from tuf.api.exceptions import DownloadHTTPError  # noqa: E402
from tuf.ngclient import FetcherInterface, Updater  # noqa: E402


class MutualTLSFetcher(FetcherInterface):
    def __init__(self, exercise, name):
        context = ssl.create_default_context(cafile=exercise.folder / "ca.pem")
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        context.load_cert_chain(exercise.certificate(name), exercise.key(name))
        self.pool = urllib3.PoolManager(ssl_context=context)

    def _fetch(self, url):
        answer = self.pool.request("GET", url, redirect=False, retries=False)
        if answer.status != 200:
            raise DownloadHTTPError(f"HTTP status {answer.status}", answer.status)
        return iter([answer.data])


class ForeignClient:
    def __init__(self, exercise, folder, name="isp-lagoon"):
        self.exercise, self.name = exercise, name
        self.metadata, self.targets = folder / "metadata", folder / "targets"
        for each in (folder, self.metadata, self.targets):
            each.mkdir()
        self.root = (exercise.folder / "root.json").read_bytes()

    def download(self, file="entries.txt"):
        """Refreshes, and answers the newest list as this client verified it."""
        updater = Updater(
            str(self.metadata), f"{self.exercise.url}/repository/metadata/", str(self.targets),
            f"{self.exercise.url}/repository/targets/", MutualTLSFetcher(self.exercise, self.name), bootstrap=self.root)
        self.root = None  # from now on it lives by what it stored
        updater.refresh()
        versions = [int(path.split("/")[1]) for path in self.releases(updater) if path.startswith("worst-of/")]
        target = updater.get_targetinfo(f"worst-of/{max(versions)}/{file}")
        assert target is not None
        with open(updater.download_target(target), encoding="utf-8", newline="") as verified:
            return verified.read().splitlines()

    def releases(self, updater):
        """What the delegated role names; any look-up of a path below a list brings it up to date."""
        updater.get_targetinfo("worst-of/0/entries.txt")
        return json.loads((self.metadata / "releases.json").read_bytes())["signed"]["targets"]

    @property
    def root_version(self):
        return json.loads((self.metadata / "root.json").read_bytes())["signed"]["version"]


def test_it_downloads_the_list(exercise, tmp_path):
    client = ForeignClient(exercise, tmp_path / "client")
    assert client.download() == exercise.entries()
    assert len(client.download("domains.txt")) == len(exercise.entries())
    assert len(client.download("rpz.zone")) >= len(exercise.entries())


def test_every_format_is_a_signed_target_byte_for_byte(exercise, tmp_path):
    client = ForeignClient(exercise, tmp_path / "client")
    client.download()
    signed = json.loads((client.metadata / "releases.json").read_bytes())["signed"]["targets"]
    version = exercise.about()["version"]
    formats = [path.split("/")[2] for path in signed if path.startswith(f"worst-of/{version}/")]
    assert {"entries.txt", "domains.txt", "rpz.zone", "approvals"} <= set(formats)
    for name in formats:
        path = "approvals" if name == "approvals" else f"latest/{name}"
        rest = exercise.person("isp-coral").get(f"/v1/lists/worst-of/{path}").text
        assert client.download(name) == rest.splitlines(), name


def test_it_and_our_follower_go_on_through_rotations_with_no_change_on_their_side(exercise, tmp_path):
    foreign, late = ForeignClient(exercise, tmp_path / "foreign"), ForeignClient(exercise, tmp_path / "late")
    ours = Follower(exercise, tmp_path / "ours")
    foreign.download()
    ours.poll()
    rotate(exercise, tmp_path)
    exercise.list_names("rotated-once.example")
    ours.poll()
    assert foreign.download() == ours.names() == exercise.entries()
    assert foreign.root_version == 2
    rotate(exercise, tmp_path)
    rotate(exercise, tmp_path)
    exercise.list_names("rotated-thrice.example")
    ours.poll()
    assert foreign.download() == late.download() == ours.names() == exercise.entries()
    assert foreign.root_version == late.root_version == 4


def test_one_holder_alone_cannot_rotate(exercise, tmp_path):
    holders = exercise.folder / "keyholders"
    new = tmp_path / "new.pem"
    exercise.cordon("admin-one", "keys", "new", "--name", "new", "--out", new)
    exercise.cordon(
        "admin-one", "keys", "rotate", "--sign-with", holders / "holder-one.pem",
        "--replace", f"{holders / 'holder-three.pub'}={new}", check=False)
    client = ForeignClient(exercise, tmp_path / "client")
    client.download()
    assert client.root_version == 1


def test_without_a_credential_the_repository_is_closed(exercise):
    for path in ("metadata/timestamp.json", "metadata/1.root.json", "targets/worst-of/1/entries.txt"):
        answer = exercise.anyone.get(f"/repository/{path}")
        assert (answer.status, answer.problem) == (401, "credential-required")
