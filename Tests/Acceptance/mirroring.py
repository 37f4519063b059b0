# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""`cordon mirror` and the nginx that serves its directory, with the configuration that the guide gives."""

import os
import subprocess
import time
from pathlib import Path

from exercise import CHECKOUT, CORDON, free_port

RECIPE = CHECKOUT / "config" / "nginx-mirror.conf"


class Mirror:
    def __init__(self, exercise, folder, name="isp-coral", server=None):
        folder.mkdir()
        self.exercise, self.name, self.server = exercise, name, server
        self.folder, self.directory = folder, folder / "files"
        self.root = folder / "root.json"
        self.root.write_bytes((exercise.folder / "root.json").read_bytes())
        self.port = free_port()
        self.process = None

    # What a client needs to know of a server.
    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def certificate(self, name):
        return self.exercise.certificate(name)

    def key(self, name):
        return self.exercise.key(name)

    @property
    def command(self):
        return ("mirror", "--dir", self.directory, "--root", self.root)

    def update(self, *flags, check=True):
        return self.exercise.cordon(self.name, *self.command, "--once", *flags, by="cert", server=self.server, check=check)

    def start_updating(self):
        return subprocess.Popen(
            [str(part) for part in (CORDON, *self.command, "--interval", "1", "--quiet")],
            env=self.exercise.environment(self.name, "cert", self.server), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def files(self, pattern):
        return sorted((self.directory / "current").glob(pattern))

    @property
    def requests(self):
        return (self.folder / "access.log").read_text().splitlines()

    def __enter__(self):
        server = RECIPE.read_text()
        for given, here in {
                "listen 8443 ssl": f"listen 127.0.0.1:{self.port} ssl",
                "/srv/cordon/current": self.directory / "current",
                "/etc/cordon/mirror.pem": self.exercise.folder / "server.pem",
                "/etc/cordon/mirror.key": self.exercise.folder / "server.key",
                "/etc/cordon/ca.pem": self.exercise.folder / "ca.pem"}.items():
            assert given in server
            server = server.replace(given, str(here))
        temporary = "".join(
            f"  {kind}_temp_path {self.folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;\n" if os.geteuid() == 0 else ""
        configuration = self.folder / "nginx.conf"
        configuration.write_text(
            f"{user}daemon off;\nworker_processes 1;\npid {self.folder}/nginx.pid;\nerror_log {self.folder}/error.log;\n"
            f"events {{ worker_connections 256; }}\nhttp {{\n  access_log {self.folder}/access.log;\n"
            f"{temporary}{server}}}\n")
        with open(self.folder / "nginx.out", "ab") as out:
            self.process = subprocess.Popen(
                ["nginx", "-c", str(configuration), "-p", str(self.folder), "-e", str(self.folder / "error.log")],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        deadline = time.monotonic() + 10
        while not (self.folder / "nginx.pid").exists():
            assert self.process.poll() is None, (self.folder / "nginx.out").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(30)
