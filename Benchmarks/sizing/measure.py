# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""What one round of a real `cordon follow` costs, by the octets it moves and the processor time of who serves it.

  measure.py CORDON DATA WORK SERVER-PORT SERVER-PID MIRROR-PORT MIRROR-PID OLD-STATE

Every round goes through a relay that counts octets and connections. Prints JSON: for the server alone, and for a mirror in
front of it, the cost of a round with nothing new, of one with a release (from OLD-STATE), and of a first one.
"""

import json
import os
import selectors
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

CORDON, DATA, WORK = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
SERVER_PORT, SERVER, MIRROR_PORT, MIRROR = (int(each) for each in sys.argv[4:8])
OLD = Path(sys.argv[8])
TICKS = os.sysconf("SC_CLK_TCK")


class Relay:
    """Passes connections on, and counts what goes through."""

    def __init__(self, port):
        self.target, self.octets, self.connections = port, [0, 0], 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.socket.accept()
            self.connections += 1
            far = socket.create_connection(("127.0.0.1", self.target))
            threading.Thread(target=self.shovel, args=(near, far), daemon=True).start()

    def shovel(self, near, far):
        both = selectors.DefaultSelector()
        both.register(near, selectors.EVENT_READ, (far, 0))
        both.register(far, selectors.EVENT_READ, (near, 1))
        while True:
            for key, _ in both.select():
                to, way = key.data
                try:
                    octets = key.fileobj.recv(1 << 16)
                    if octets:
                        self.octets[way] += len(octets)
                        to.sendall(octets)
                        continue
                except OSError:
                    pass
                near.close()
                far.close()
                return


def processor(process):
    """Seconds that it and its children used so far."""
    total = 0
    for stat in [Path(f"/proc/{process}/stat"), *(Path(f"/proc/{child}/stat") for child in
                 Path(f"/proc/{process}/task/{process}/children").read_text().split())]:
        fields = stat.read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


server, mirror = Relay(SERVER_PORT), Relay(MIRROR_PORT)


def follow(state, by_mirror):
    command = [CORDON, "follow", "--once", "--list", "worst-of", "--state", state, "--root", DATA / "root.json",
               "--output", f"entries.txt={state}.txt"]
    if by_mirror:
        command += ["--mirror", f"https://127.0.0.1:{mirror.port}"]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env={
        **os.environ, "CORDON_SERVER": f"https://127.0.0.1:{server.port}", "CORDON_CA": str(DATA / "ca.pem"),
        "CORDON_CERT": str(DATA / "credentials/isp-coral.pem"), "CORDON_KEY": str(DATA / "credentials/isp-coral.key")})
    assert done.returncode == 0, done.stderr


def measure(rounds, prepare, by_mirror):
    states = [prepare(number) for number in range(rounds)]
    before = (processor(SERVER), processor(MIRROR), *server.octets, *mirror.octets, server.connections, mirror.connections)
    for state in states:
        follow(state, by_mirror)
    after = (processor(SERVER), processor(MIRROR), *server.octets, *mirror.octets, server.connections, mirror.connections)
    used = [(b - a) / rounds for a, b in zip(before, after)]
    return {"server_us": used[0] * 1e6, "mirror_us": used[1] * 1e6, "server_in": used[2], "server_out": used[3],
            "mirror_in": used[4], "mirror_out": used[5], "server_connections": used[6], "mirror_connections": used[7]}


def fresh(number):
    return WORK / f"fresh-{number}"


def behind(number):
    shutil.copytree(OLD, WORK / f"behind-{number}")
    return WORK / f"behind-{number}"


def clear():
    for path in [*WORK.glob("fresh-*"), *WORK.glob("behind-*")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


result = {}
for where, by_mirror in (("server", False), ("mirror", True)):
    current = behind(f"current-{where}")
    follow(current, by_mirror)
    result[where] = {"idle": measure(200, lambda _: current, by_mirror)}
    result[where]["release"] = measure(60, behind, by_mirror)
    result[where]["first"] = measure(20, fresh, by_mirror)
    clear()
print(json.dumps(result))
