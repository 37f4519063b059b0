# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""See wire. wire.py FOLLOWER DATA PORT FOLDER NEWER"""

import json
import os
import subprocess
import sys
import time

from counting import Wire

FOLLOWER, DATA, PORT, FOLDER, NEWER = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5]
os.makedirs(FOLDER)


def environment(who, port, by):
    held = f"{DATA}/credentials/{who}"
    credential = {"CORDON_TOKEN_FILE": f"{held}.token"} if by == "token" else {"CORDON_CERT": f"{held}.pem", "CORDON_KEY": f"{held}.key"}
    return {**os.environ, "CORDON_SERVER": f"https://127.0.0.1:{port}", "CORDON_CA": f"{DATA}/ca.pem", **credential}


def held(by):
    try:
        with open(f"{FOLDER}/{by}/state.json") as file:
            return json.load(file)["applied"]["version"]
    except (OSError, KeyError, ValueError):
        return 0


def await_version(version, by):
    limit = time.monotonic() + 120
    while held(by) < version:
        assert time.monotonic() < limit, "not updated"
        time.sleep(0.02)


wires = {by: Wire(PORT) for by in ("token", "certificate")}
processes = {
    by: subprocess.Popen(
        [FOLLOWER, "follow", "--list", "worst-of", "--state", f"{FOLDER}/{by}", "--root", f"{DATA}/root.json", "--output",
         f"entries.txt={FOLDER}/{by}.txt"],
        env=environment("isp-coral" if by == "token" else "isp-lagoon", wire.port, by), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    for by, wire in wires.items()}
try:
    version = 2
    for by, wire in wires.items():
        await_version(version, by)
        wire.await_rest(2)
    before = {by: wire.totals() for by, wire in wires.items()}
    subprocess.run([FOLLOWER, "admin", "publish", "--list", "worst-of"], env=environment("admin-one", PORT, "token"), check=True,
                   stdout=subprocess.DEVNULL)
    for by, wire in wires.items():
        await_version(version + 1, by)
        wire.await_rest(2)
        with open(f"{FOLDER}/{by}.txt") as got, open(NEWER) as wanted:
            assert got.read() == wanted.read(), "not the list"
        spent = wire.since(before[by])
        print(f"{by}-update {spent['exchange']}")
        print(f"{by}-all {spent['up'] + spent['down']}")
        print(f"{by}-connections {spent['connections']}")
finally:
    for process in processes.values():
        process.terminate()
        process.wait()
