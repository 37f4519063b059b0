# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A follower that reaches the server only through a proxy."""

import socket
import subprocess
import time

import pytest

from conftest import needs
from exercise import free_port
from following import Follower

TINYPROXY = """
Port {port}
Listen 127.0.0.1
Allow 127.0.0.1
LogFile "{folder}/log"
LogLevel Connect
MaxClients 20
"""

DANTE = """
logoutput: {folder}/log
internal: 127.0.0.1 port = {port}
external: lo
clientmethod: none
socksmethod: none
client pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}
socks pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 log: connect }}
"""


@pytest.mark.parametrize("scheme, command, configuration", [
    pytest.param("http", ["tinyproxy", "-d", "-c"], TINYPROXY, marks=needs("tinyproxy"), id="tinyproxy"),
    pytest.param("socks5h", ["danted", "-f"], DANTE, marks=needs("danted"), id="dante"),
])
def test_a_follower_goes_through_a_real_proxy(exercise, tmp_path, scheme, command, configuration):
    port = free_port()
    file = tmp_path / "proxy.conf"
    file.write_text(configuration.format(port=port, folder=tmp_path))
    with open(tmp_path / "out", "wb") as out:
        proxy = subprocess.Popen([*command, file], stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    follower = Follower(exercise, tmp_path / "isp")
    through = ("--proxy", f"{scheme}://127.0.0.1:{port}")
    try:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        follower.poll(*through)
        assert follower.names() == exercise.entries()
        exercise.list_names("through-a-proxy.example")
        follower.poll(*through)
        assert ".through-a-proxy.example" in follower.names()
        assert str(exercise.port) in (tmp_path / "log").read_text(), "the proxy saw nothing"
    finally:
        proxy.terminate()
        proxy.wait(10)
    exercise.list_names("later.example")
    done = follower.poll(*through, check=False)
    assert done.returncode == 1 and ".later.example" not in follower.names()
