# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Requests made by the real curl, and what came back."""

import json
import subprocess
import tempfile
from pathlib import Path


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        """The last part of the problem type; None if this is not problem details (RFC 9457)."""
        if self.fields.get("content-type", "").split(";")[0] != "application/problem+json":
            return None
        kind = self.json["type"]
        assert kind.startswith("/problems/"), kind
        assert self.json["status"] == self.status
        assert self.json["title"]
        return kind.removeprefix("/problems/")

    def __repr__(self):
        return f"{self.status} {self.fields} {self.body[:2000]!r}"


class Person:
    """Someone with (or without) a credential, and curl."""

    def __init__(self, exercise, name, by):
        self.exercise, self.name, self.by = exercise, name, by

    def get(self, path, fields=None, check=True):
        return self.request("GET", path, fields=fields, check=check)

    def post(self, path, body, fields=None, content_type="application/json", check=True):
        if not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        return self.request("POST", path, body, {"Content-Type": content_type, **(fields or {})}, check)

    def request(self, method, path, body=None, fields=None, check=True):
        with tempfile.TemporaryDirectory() as folder:
            head, data, sent = (Path(folder) / name for name in ("head", "data", "sent"))
            command = ["curl", "--silent", "--show-error", "--max-time", "90", "--path-as-is", "--globoff",
                       "--noproxy", "*", "--cacert", self.exercise.folder / "ca.pem", "-D", head, "-o", data]
            command += ["-I"] if method == "HEAD" else ["-X", method]
            if self.by == "token":
                command += ["-H", "Authorization: Bearer " + self.exercise.token_file(self.name).read_text().strip()]
            elif self.by == "certificate":
                command += ["--cert", self.exercise.certificate(self.name), "--key", self.exercise.key(self.name)]
            for name, value in (fields or {}).items():
                command += ["-H", f"{name}: {value}"]
            if body is not None:
                sent.write_bytes(body.encode() if isinstance(body, str) else body)
                command += ["--data-binary", f"@{sent}"]
            done = subprocess.run([*map(str, command), self.exercise.url + path], capture_output=True, text=True)
            if done.returncode != 0:
                assert not check, f"curl {method} {path}: {done.stderr}"
                return Answer(0, {}, b"")
            return Answer(*parse_head(head.read_text()), data.read_bytes() if data.exists() else b"")


def parse_head(text):
    """The last head in the file: an interim answer (100) may stand before it."""
    last = [part for part in text.replace("\r\n", "\n").split("\n\n") if part.startswith("HTTP/")][-1]
    lines = last.strip().split("\n")
    fields = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    return int(lines[0].split()[1]), fields
