# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Starts cordond again and again, and tells how long until it serves, and how much memory it has then and after readers came.

  measure.py ROUNDS DATA PORT SINCE COMMAND…

One line of figures a round: seconds until the list was served to the last octet; resident MiB then; after changes since
release SINCE and the policy zone; and the most it ever had. A `c` before a round says that the system had forgotten the file;
there is no such round without one.
"""

import os
import ssl
import statistics
import subprocess
import sys
import time
import urllib.request

ROUNDS, DATA, PORT, SINCE, COMMAND = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:]
TOKEN = open(f"{DATA}/credentials/isp-coral.token").read().strip()
TLS = ssl.create_default_context(cafile=f"{DATA}/ca.pem")
HERE = f"https://127.0.0.1:{PORT}"


def get(path):
    request = urllib.request.Request(HERE + path, headers={"Authorization": f"Bearer {TOKEN}", "Accept": "text/plain"})
    with urllib.request.urlopen(request, context=TLS, timeout=60) as answer:
        return answer.read()


def memory(process, field):
    for line in open(f"/proc/{process.pid}/status"):
        if line.startswith(field):
            return int(line.split()[1]) / 1024


def forget():
    """Have the system read the file from the disk again."""
    with open(f"{DATA}/cordon.sqlite", "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def once(cold):
    if cold:
        forget()
    begun = time.monotonic()
    with open(f"{DATA}/start.log", "ab") as log:
        process = subprocess.Popen(COMMAND, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        while True:
            assert process.poll() is None, open(f"{DATA}/start.log").read()[-500:]
            try:
                octets = get("/v1/lists/worst-of/latest/entries.txt")
                break
            except OSError:
                time.sleep(0.01)
        seconds, resident = time.monotonic() - begun, memory(process, "VmRSS")
        changes = get(f"/v1/lists/worst-of/changes?since={SINCE}")
        begun = time.monotonic()
        zone = get("/v1/lists/worst-of/latest/rpz.zone")
        rendered = time.monotonic() - begun
        after, most = memory(process, "VmRSS"), memory(process, "VmHWM")
        lines = octets.count(b"\n")
        print(f"{'c' if cold else ' '} {seconds:5.2f} s  {resident:5.0f} MiB  {after:5.0f} MiB  {most:5.0f} MiB   ({lines} entries, "
              f"{len(octets)} octets; {len(changes.splitlines())} changes; zone of {len(zone)} octets in {rendered:.2f} s)", flush=True)
        return seconds, resident, after, most
    finally:
        process.terminate()
        process.wait(60)


kinds = (True, False) if os.path.exists(f"{DATA}/cordon.sqlite") else (False,)
for cold in kinds:
    print("file forgotten:" if cold else "file in memory:")
    rounds = [once(cold) for _ in range(ROUNDS)]
    for column, what in enumerate(("seconds until served", "resident MiB", "resident MiB after readers", "most resident MiB")):
        values = [each[column] for each in rounds]
        print(f"{what}: median {statistics.median(values):.2f}, least {min(values):.2f}, most {max(values):.2f}")
