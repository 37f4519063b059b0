# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A running Squid refuses what is listed, and reads the list again when it is told to."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from conftest import needs
from exercise import free_port
from following import Follower

CONFIGURATION = """
http_port 127.0.0.1:{port}
pid_filename {folder}/pid
cache_log {folder}/cache.log
access_log none
cache deny all
coredump_dir {folder}
visible_hostname squid.example
dns_nameservers 127.0.0.1
dns_timeout 1 seconds
shutdown_lifetime 1 seconds
pinger_enable off
acl cordon dstdomain "{folder}/squid.acl"
http_access deny cordon
http_access allow localhost
"""


class Squid:
    def __init__(self, folder):
        self.port, self.configuration = free_port(), folder / "squid.conf"
        self.configuration.write_text(CONFIGURATION.format(port=self.port, folder=folder))
        self.process = subprocess.Popen(
            ["squid", "-N", "-f", self.configuration], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def refuses(self, name):
        """Whether Squid forbids it; what it lets through leads nowhere here."""
        done = subprocess.run(
            ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-m", "20", "-x", f"http://127.0.0.1:{self.port}", f"http://{name}/"],
            capture_output=True, text=True)
        assert done.stdout in ("403", "502", "503"), done
        return done.stdout == "403"

    def awaits(self, name, refused, seconds=15):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if self.refuses(name) == refused:
                    return True
            except AssertionError:  # it does not listen while it reads
                pass
            time.sleep(0.2)
        return False


@needs("squid", "curl")
def test_a_running_squid_reads_the_list_again(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    # Squid reads as a user of its own, which the folders of tests are closed to.
    folder = Path(tempfile.mkdtemp(prefix="cordon-squid-"))
    process = None
    try:
        folder.chmod(0o777)
        acl = folder / "squid.acl"
        acl.touch()
        acl.chmod(0o644)
        output = "--output", f"squid.acl={acl}"
        exercise.list_host("alone.host-only.example")
        follower.poll(*output)
        squid = Squid(folder)
        process = squid.process
        reload = f"squid -k reconfigure -f {squid.configuration}"
        known = next(name[1:] for name in follower.names() if name.startswith(".") and name.endswith(".example"))
        assert squid.awaits(known, True), (folder / "cache.log").read_text()
        assert squid.refuses(f"below.{known}")
        assert squid.refuses("alone.host-only.example") and not squid.refuses("below.alone.host-only.example")
        exercise.list_names("newly-listed.example")
        follower.poll(*output, reload=reload)
        assert squid.awaits("newly-listed.example", True) and squid.refuses("deep.newly-listed.example")
        exercise.suspend("newly-listed.example")
        follower.poll(*output, reload=reload)
        assert squid.awaits("newly-listed.example", False) and squid.refuses(known)
        assert process.poll() is None
    finally:
        if process:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)
