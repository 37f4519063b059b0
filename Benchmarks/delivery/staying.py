# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A follower with two outputs that keeps running: what memory it has after some updates and after many, and what waiting costs.

See memory. staying.py FOLLOWER PACKER FOLDER ENTRIES UPDATES
"""

import json
import os
import subprocess
import sys
import time

from feed import LIST, Feed, made_up

FOLLOWER, PACKER, WORK, ENTRIES, UPDATES = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
feed = Feed(made_up(ENTRIES), packer=[PACKER, WORK], signs_blocks=True)
os.chmod(WORK, 0o755)
with open(f"{WORK}/root.json", "wb") as file:
    file.write(feed.root)


def publish(number):
    feed.publish({f".added-{feed.version}-{index}.example" for index in range(50)}, set(feed.lines[number::len(feed.lines) // 50][:50]))
    # A million names each.
    for path in [path for path in feed.files if path.startswith(f"/repository/targets/{LIST}/{feed.version - 2}/")]:
        del feed.files[path]


def memory(process):
    with open(f"/proc/{process.pid}/status") as file:
        values = {line.split(":")[0]: line.split()[1] for line in file if line.startswith(("VmHWM", "VmRSS", "RssAnon"))}
    return [int(values[name]) / 1024 for name in ("VmRSS", "RssAnon", "VmHWM")]


def cpu(process):
    """Milliseconds that all its threads have run, by the kernel's clock of that process."""
    return time.clock_gettime(~process.pid << 3 | 2) * 1000


def held(state):
    try:
        with open(f"{state}/state/state.json") as file:
            return json.load(file)["applied"]["version"]
    except (OSError, KeyError, ValueError):
        return 0


def stay(what, state, *options):
    os.makedirs(state)
    os.chown(state, 65534, 65534)
    process = subprocess.Popen(
        [FOLLOWER, "follow", "--server", feed.url, "--list", LIST, "--state", f"{state}/state", "--root", f"{WORK}/root.json", "--no-receipt",
         "--output", f"rpz.zone={state}/rpz.zone", "--output", f"unbound.conf={state}/list.conf", *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=65534, group=65534, extra_groups=[])
    try:
        for number in range(UPDATES + 1):
            if number:
                publish(number)
            limit = time.monotonic() + 120
            while held(state) != feed.version:
                if time.monotonic() > limit:
                    sys.exit(f"{what}: not updated")
                time.sleep(0.02)
            time.sleep(0.7)
            if number in (0, 1, UPDATES // 5, UPDATES):
                print(f"{f'{what}: after {number} updates of 100 changes':58} " + " ".join(f"{value:7.1f}" for value in memory(process)), flush=True)
        before, begun = cpu(process), time.monotonic()
        time.sleep(60)
        spent = (cpu(process) - before) * 60 / (time.monotonic() - begun)
        print(f"{f'{what}: CPU of a minute that brings nothing, ms':58} {spent:7.1f}", flush=True)
    finally:
        process.terminate()
        process.wait()


print(f"{f'a follower that keeps running, {ENTRIES} entries (MiB)':58} {'now':>7} {'own':>7} {'peak':>7}")
stay("compact", f"{WORK}/compact")
stay("plain files", f"{WORK}/plain", "--plain")
