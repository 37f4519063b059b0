# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A real PostgreSQL cluster in a folder of its own, and exercises that keep their records in it."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from exercise import CHECKOUT, CONFIG, CORDOND, Exercise

SEEDS = CHECKOUT / "seeds" / "exercise.json5"


def programs():
    """The folder of PostgreSQL's programs; None when it is not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    path = [Path(folder) for folder in os.environ.get("PATH", "").split(":")]
    return next((folder for folder in [*debian, *path] if (folder / "initdb").exists()), None)


class Cluster:
    def __init__(self):
        # A socket's path is limited to 107 octets, and the server's user must reach it.
        self.folder = Path(tempfile.mkdtemp(prefix="cordon-pg-"))
        self.log = self.folder / "log"
        self.process = None
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody", "nogroup")
        subprocess.run([*self.alone(), programs() / "initdb", "-D", self.folder / "data", "-A", "trust", "-U", "cordon",
                        "-E", "UTF8", "--locale=C.UTF-8", "-N"], check=True, capture_output=True, cwd=self.folder)

    @staticmethod
    def alone():
        """The server refuses to run as root, and ends with the tests, however those end."""
        user = ["--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        return ["setpriv", *user, "--pdeathsig", "INT"]

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in (*self.alone(), programs() / "postgres", "-D", self.folder / "data", "-c",
                                        "listen_addresses=", "-k", self.folder, "-c", "max_connections=200")],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder)
        self.sql("SELECT 1")

    def sql(self, text, database="postgres"):
        deadline = time.monotonic() + 60
        while True:
            done = subprocess.run([programs() / "psql", "-qAtX", "-h", self.folder, "-U", "cordon", "-d", database, "-c", text],
                                  capture_output=True, text=True)
            if done.returncode == 0:
                return done.stdout
            assert done.returncode == 2 and time.monotonic() < deadline, done.stderr
            time.sleep(0.05)

    def crash(self):
        """Ends at once, as in a power cut: nothing is written any more."""
        self.stop(signal.SIGQUIT)

    def standby(self):
        """A streaming standby of this server, which from then on acknowledges no commit without it."""
        standby = object.__new__(Cluster)
        standby.folder = Path(tempfile.mkdtemp(prefix="cordon-pg-"))
        standby.log, standby.process = standby.folder / "log", None
        if os.geteuid() == 0:
            shutil.chown(standby.folder, "nobody", "nogroup")
        subprocess.run([*self.alone(), programs() / "pg_basebackup", "-h", self.folder, "-U", "cordon", "-D", standby.folder / "data",
                        "-R", "--checkpoint=fast", "--no-sync"], check=True, capture_output=True, cwd=standby.folder)
        standby.start()
        self.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.sql("SELECT pg_reload_conf()")
        deadline = time.monotonic() + 30
        while self.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != "1\n":
            assert time.monotonic() < deadline, "the standby does not replicate"
            time.sleep(0.05)
        return standby

    def promote(self):
        subprocess.run([*self.alone(), programs() / "pg_ctl", "promote", "-D", self.folder / "data"], check=True,
                       capture_output=True, cwd=self.folder)

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        self.process.wait(60)
        self.process = None

    def remove(self):
        if self.process:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connection(self, database):
        return f"host={self.folder} user=cordon dbname={database} password=not-to-be-printed"


class SharedExercise(Exercise):
    """One of several cordond on one database: keys, certificates and people as on the others."""

    def __init__(self, prepared, folder, connection):
        shutil.copytree(prepared, folder, ignore=shutil.ignore_patterns(
            ".lock", "cordond.pid", "cordond.log", "cordon.sqlite*", "published.json", "*.sock"))
        super().__init__(folder)
        self.config = self.folder / "cordond.json5"
        text = CONFIG.read_text()
        for old, new in (('store: { sqlite: "cordon.sqlite" }', f'store: {{ postgresql: "{connection}" }}'),
                         ('criteria: "criteria",', f'criteria: "{CONFIG.parent / "criteria"}",'),
                         ('"guard/shared-hosts.csv"', f'"{CONFIG.parent / "guard" / "shared-hosts.csv"}"')):
            assert old in text
            text = text.replace(old, new, 1)
        self.config.write_text(text)
        self.flags = ["--config", self.config]

    def cordond(self, command, *arguments):
        return subprocess.run([str(part) for part in (CORDOND, command, "--data", self.folder, "--config", self.config, *arguments)],
                              capture_output=True, text=True, timeout=60)

    def initialise(self):
        done = self.cordond("init", "--seeds", SEEDS, "--credentials", self.folder / "credentials")
        assert done.returncode == 0, done.stderr
        return done

    def submit_once(self, host):
        """The id of a submission that was acknowledged; None when it was not."""
        answer = self.person("police-jm").post(
            "/v1/submissions", {"list": "worst-of", "items": [{"url": f"https://{host}/", "case_reference": "A"}]}, check=False)
        return answer.json["items"][0]["id"] if answer.status == 201 else None

    def wait_for_release(self, version):
        """Until this cordond serves release `version`, however it came to know of it."""
        deadline = time.monotonic() + 30
        while self.about()["version"] < version:
            assert time.monotonic() < deadline, f"release {version} never came"
            time.sleep(0.02)
