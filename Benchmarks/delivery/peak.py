# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Runs one command and prints, as JSON, what memory it took at most, in MiB, and how long. peak.py COMMAND…

As an unprivileged user when it is root's. A process of its own, since what a process took before it became another program counts as
that program's peak.
"""

import json
import os
import sys
import time

child = os.fork()
if child == 0:
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    os.dup2(2, 1)
    os.execvp(sys.argv[1], sys.argv[1:])
begun = time.monotonic()
resident = anonymous = 0
while True:
    ended, status, usage = os.wait4(child, os.WNOHANG)
    if ended:
        break
    try:
        with open(f"/proc/{child}/status") as file:
            values = {line.split(":")[0]: line.split()[1] for line in file if line.startswith(("VmHWM", "RssAnon"))}
        if open(f"/proc/{child}/comm").read().strip() == os.path.basename(sys.argv[1])[:15]:
            resident = max(resident, int(values["VmHWM"]))
            anonymous = max(anonymous, int(values["RssAnon"]))
    except (OSError, KeyError, ValueError):
        pass
    time.sleep(0.002)
print(json.dumps({
    "status": os.waitstatus_to_exitcode(status), "seconds": round(time.monotonic() - begun, 2),
    "cpu": round(usage.ru_utime + usage.ru_stime, 2), "resident": round(max(resident, usage.ru_maxrss) / 1024, 1),
    "anonymous": round(anonymous / 1024, 1)}))
