# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""One ISP's follower: `cordon follow --once` with its own folder."""

import subprocess

from exercise import CORDON, LIST


class Follower:
    def __init__(self, exercise, folder, name="isp-coral", server=None):
        self.exercise, self.folder, self.name, self.server = exercise, folder, name, server
        folder.mkdir()
        # All an ISP is given: the root of trust as it was on that day.
        self.root = folder / "root.json"
        self.root.write_bytes((exercise.folder / "root.json").read_bytes())
        self.zone = folder / "rpz.zone"
        self.entries = folder / "entries.txt"

    def poll(self, *options, by="token", check=True, reload=None, server=None):
        reloading = ["--reload", reload] if reload else []
        return self.exercise.cordon(
            self.name, *self.round, *reloading, *options, by=by, check=check, server=server or self.server)

    @property
    def round(self):
        return ("follow", "--once", "--list", LIST, "--state", self.folder / "state", "--root", self.root,
                "--output", f"rpz.zone={self.zone}", "--output", f"entries.txt={self.entries}")

    def start(self, *options):
        """Begins a round and does not wait for it."""
        return subprocess.Popen(
            [str(part) for part in (CORDON, *self.round, *options)], env=self.exercise.environment(self.name),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def names(self):
        return self.entries.read_text().splitlines()

    def status(self):
        return self.exercise.cordon(self.name, "status", "--state", self.folder / "state", check=False)
