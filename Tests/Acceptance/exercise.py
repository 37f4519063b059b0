# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A running exercise, seen only as its users see it: files handed to them, and sockets."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from curl import Person

CHECKOUT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("CORDON_BUILD") or CHECKOUT / ".build").resolve()
SERVE = CHECKOUT / "scripts" / "serve"
CORDON = BUILD / "release" / "cordon"
CORDOND = BUILD / "release" / "cordond"
CONFIG = CHECKOUT / "config" / "cordond.json5"
LIST = "worst-of"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def copy_exercise(prepared, folder):
    """A private copy of an exercise that is not running."""
    shutil.copytree(prepared, folder, ignore=shutil.ignore_patterns(".lock", "cordond.pid", "cordond.log", "*.sock"))
    return Exercise(folder)


class Exercise:
    """One data directory and, while it runs, its cordond."""

    def __init__(self, folder, port=None):
        self.folder = Path(folder)
        self.port = port or free_port()
        self.process = None
        self.flags = []

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    @property
    def log(self):
        return self.folder / "cordond.log"

    def start(self, *flags):
        self.flags = list(flags) or self.flags
        command = [CORDOND, "serve", "--data", self.folder, "--config", CONFIG, "--port", self.port, *self.flags]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.wait_until_ready()
        return self

    def wait_until_ready(self, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process is None or self.process.poll() is None, f"cordond ended: {self.log.read_text()[-2000:]}"
            answer = self.anyone.get("/readyz", check=False)
            if answer.status == 200:
                return
            time.sleep(0.05)
        raise AssertionError(f"cordond was not ready: {self.log.read_text()[-2000:]}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            status = self.process.wait(30)
            assert status == 0, f"cordond did not stop cleanly on SIGTERM, but with {status}: {self.log.read_text()[-1000:]}"
        self.process = None

    def kill(self):
        """As the power would: no warning, no clean-up."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def kill_and_restart(self):
        self.kill()
        self.start()

    # --- people ----------------------------------------------------------------------------------------------

    def person(self, name, by="token"):
        return Person(self, name, by)

    @property
    def anyone(self):
        return Person(self, None, None)

    def token_file(self, name):
        return self.folder / "credentials" / f"{name}.token"

    def certificate(self, name):
        return self.folder / "credentials" / f"{name}.pem"

    def key(self, name):
        return self.folder / "credentials" / f"{name}.key"

    def environment(self, who, by="token", server=None):
        """What one of the users has set for the `cordon` program."""
        environment = {
            **os.environ,
            "CORDON_SERVER": server or self.url,
            "CORDON_CA": str(self.folder / "ca.pem"),
        }
        if by == "token":
            environment["CORDON_TOKEN_FILE"] = str(self.token_file(who))
        else:
            environment["CORDON_CERT"] = str(self.certificate(who))
            environment["CORDON_KEY"] = str(self.key(who))
        return environment

    def cordon(self, who, *arguments, by="token", check=True, server=None, timeout=120):
        """The `cordon` program, as one of its users runs it."""
        done = subprocess.run(
            [str(part) for part in (CORDON, *arguments)],
            env=self.environment(who, by, server), capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
        if check:
            assert done.returncode == 0, f"cordon {arguments}: status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    # --- the life of a name, by the API ------------------------------------------------------------------------

    def criteria(self, reviewer="police-tt"):
        items = self.person(reviewer).get(f"/v1/criteria?list={LIST}").json["items"]
        newest = items[-1]
        return {"id": newest["id"], "version": newest["version"],
                "answers": {item["key"]: True for item in newest["items"]}}

    def submit(self, *urls, who="police-jm", case="JM-2026-7"):
        answer = self.person(who).post(
            "/v1/submissions", {"list": LIST, "items": [{"url": url, "case_reference": case} for url in urls]})
        assert answer.status == 201, answer
        return [item["id"] for item in answer.json["items"]]

    def approve(self, submission, who, **changes):
        body = {"decision": "approve", "criteria": self.criteria(who), **changes}
        return self.person(who).post(f"/v1/submissions/{submission}/reviews", body)

    def publish(self):
        answer = self.person("admin-one").post(f"/v1/lists/{LIST}/releases", {})
        assert answer.status == 201, answer
        return answer.json

    def list_names(self, *hosts):
        """Takes names all the way: reported by one country, approved by two others, published."""
        for submission in self.submit(*(f"https://{host}/page" for host in hosts)):
            for reviewer in ("police-tt", "police-bb"):
                answer = self.approve(submission, reviewer)
                assert answer.status == 201, answer
        return self.publish()

    def list_host(self, host):
        """Takes a host all the way, without what is below it."""
        [submission] = self.submit(f"https://{host}/page")
        for reviewer in ("police-tt", "police-bb"):
            answer = self.approve(submission, reviewer, scope="host")
            assert answer.status == 201, answer
        return self.publish()

    def entry(self, host):
        for entry in self.person("admin-one").get(f"/v1/entries?list={LIST}&name={host}").json["items"]:
            if entry["entry"].lstrip(".") == host:
                return entry
        raise AssertionError(f"{host} is no entry")

    def suspend(self, host):
        answer = self.person("admin-one").post(
            f"/v1/entries/{self.entry(host)['id']}/suspend", {"reason": "listed by mistake"})
        assert answer.status == 200, answer
        return answer.json

    def about(self):
        return self.person("isp-coral").get(f"/v1/lists/{LIST}").json

    def entries(self, version=None):
        where = f"versions/{version}" if version else "latest"
        answer = self.person("isp-coral").get(f"/v1/lists/{LIST}/{where}/entries.txt")
        assert answer.status == 200, answer
        return answer.text.splitlines()
