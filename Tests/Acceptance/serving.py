# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""scripts/serve, run as a user runs it: in a terminal of its own, ended by Ctrl-C or SIGTERM."""

import os
import signal
import subprocess
import tempfile
import time

from exercise import BUILD, SERVE, free_port


class Serving:
    def __init__(self, *flags, port=None, prefix=(), cwd="/"):
        self.port = port or free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.output = tempfile.NamedTemporaryFile(mode="w+", prefix="serve-", suffix=".out")
        self.process = subprocess.Popen(
            [*prefix, str(SERVE), "--port", str(self.port), *map(str, flags)],
            stdout=self.output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=cwd, start_new_session=True,
            env={**os.environ, "CORDON_BUILD": str(BUILD)})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    @property
    def text(self):
        with open(self.output.name) as file:
            return file.read()

    def wait_until_ready(self, seconds=600):
        self.wait_for("Cordon is ready on", seconds)

    def wait_for(self, words, seconds=600):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if words in self.text:
                return
            assert self.process.poll() is None, f"scripts/serve ended with {self.process.returncode}:\n{self.text}"
            time.sleep(0.05)
        raise AssertionError(f"scripts/serve did not say {words!r}:\n{self.text}")

    def end(self, how=signal.SIGTERM):
        """Ends it as a terminal or a supervisor would; answers its exit status."""
        if self.process.poll() is None:
            if how == signal.SIGINT:
                os.killpg(self.process.pid, how)
            else:
                self.process.send_signal(how)
        return self.process.wait(30)


def serve(*flags, **options):
    """Runs scripts/serve that is expected to refuse; answers (status, lines of output)."""
    serving = Serving(*flags, **options)
    try:
        status = serving.process.wait(120)
    finally:
        serving.end()
    return status, serving.text.splitlines()
