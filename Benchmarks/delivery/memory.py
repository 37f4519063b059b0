# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""See memory. memory.py FOLLOWER PACKER FOLDER ENTRIES"""

import json
import os
import subprocess
import sys
import time

from feed import LIST, Feed, made_up
from standin import StandIn

FOLLOWER, PACKER, WORK, ENTRIES = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
HERE = os.path.dirname(os.path.abspath(__file__))
feed = Feed(made_up(ENTRIES), packer=[PACKER, WORK], signs_blocks=True)
os.chmod(WORK, 0o755)
with open(f"{WORK}/root.json", "wb") as file:
    file.write(feed.root)


def run(what, state, *options):
    os.makedirs(f"{WORK}/{state}", exist_ok=True)
    os.chown(f"{WORK}/{state}", 65534, 65534)
    command = [sys.executable, f"{HERE}/peak.py", FOLLOWER, "follow", "--once", "--server", feed.url, "--list", LIST, "--state",
               f"{WORK}/{state}/state", "--root", f"{WORK}/root.json", "--no-receipt", *options]
    ended = subprocess.run(command, capture_output=True, text=True)
    result = json.loads(ended.stdout)
    if result["status"] != 0:
        sys.exit(f"{what}: {ended.stderr}")
    print(f"{what:58} {result['resident']:7.1f} {result['anonymous']:7.1f} {result['seconds']:7.2f} {result['cpu']:7.2f}", flush=True)


def publish(changes, number):
    gone = set(feed.lines[number::len(feed.lines) // (changes // 2)][:changes // 2])
    feed.publish({f".added-{number}-{index}.example" for index in range(changes // 2)}, gone)


def outputs(state):
    return ["--output", f"rpz.zone={WORK}/{state}/rpz.zone", "--output", f"unbound.conf={WORK}/{state}/list.conf"]


print(f"a follower with {ENTRIES} entries, two outputs")
print(f"{'':58} {'peak':>7} {'own':>7} {'':>7} {'CPU':>7}")
print(f"{'':58} {'MiB':>7} {'MiB':>7} {'s':>7} {'s':>7}")
feed.body(0, {})  # packed once, before somebody waits for it
run("first sync, compact", "a", *outputs("a"))
run("first sync, plain files", "b", *outputs("b"), "--plain")
run("nothing new (its start, all in all)", "a", *outputs("a"))
for number, (state, more) in enumerate((("a", []), ("b", ["--plain"]))):
    publish(1000, number)
    run(f"1000 changes, {'plain files' if more else 'compact'}", state, *outputs(state), *more)
# The most that is taken as changes, and more than that, which is left for the whole list.
for share in (15, 30, 60):
    publish(ENTRIES * share // 100, feed.version)
    for state, more in (("a", []), ("b", ["--plain"])):
        run(f"{share} in 100 changed, {'plain files' if more else 'compact'}", state, *outputs(state), *more, "--accept-large-change")
feed.forget()
run("the whole list over the one held, compact", "a", *outputs("a"))
with open(f"{WORK}/allow", "w") as allow, open(f"{WORK}/deny", "w") as deny:
    allow.write("".join(line.lstrip(".") + "\n" for line in feed.lines[7::len(feed.lines) // 50]))
    deny.write("".join(f".denied-{index}.example\n" for index in range(50)))
run("with a hundred local overrides", "a", *outputs("a"), "--allow", f"{WORK}/allow", "--deny", f"{WORK}/deny")

resolvers = {"Unbound": StandIn(f"{WORK}/unbound"), "BIND": StandIn(f"{WORK}/bind")}
for name, resolver in resolvers.items():
    state = name.lower()
    telling = resolver.unbound() if name == "Unbound" else resolver.bind()
    run(f"{name} is told the whole list", f"to-{state}", *telling)
    publish(1000, feed.version)
    run(f"{name} is told 1000 changes", f"to-{state}", *telling)
    resolver.hold(feed.lines)
    run(f"{name} lost its marker: the whole list again", f"to-{state}", *telling)
    resolver.forget()
    run(f"{name} is told a stop page for all", f"to-{state}", *telling, "--stop-page", "stop.example,192.0.2.1,2001:db8::1")
    feed.forget()
    run(f"{name}, the whole list over the one held", f"to-{state}", *telling, "--stop-page", "stop.example,192.0.2.1,2001:db8::1")

feed.publish(made_up(ENTRIES, seed=7) - set(feed.lines), set(feed.lines))
feed.oldest = feed.version
feed.body(0, {})
for what, state, options in (
        ("compact", "a", outputs("a")), ("plain files", "b", [*outputs("b"), "--plain"]),
        ("told to Unbound", "to-unbound", resolvers["Unbound"].unbound()), ("told to BIND", "to-bind", resolvers["BIND"].bind())):
    run(f"a list of which no name was held, {what}", state, *options, "--accept-large-change")


def cpu(process):
    """Milliseconds that all its threads have run, by the kernel's clock of that process."""
    return time.clock_gettime(~process.pid << 3 | 2) * 1000


def held(state):
    try:
        with open(f"{WORK}/{state}/state/state.json") as file:
            return json.load(file)["applied"]["version"]
    except (OSError, KeyError, ValueError):
        return 0


def stay(what, state, *options):
    """A follower that keeps running, without outputs: the median of what five updates take of its processor time, all in all."""
    os.makedirs(f"{WORK}/{state}", exist_ok=True)
    os.chown(f"{WORK}/{state}", 65534, 65534)
    command = [FOLLOWER, "follow", "--server", feed.url, "--list", LIST, "--state", f"{WORK}/{state}/state",
               "--root", f"{WORK}/root.json", "--no-receipt", *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=65534, group=65534, extra_groups=[])
    try:
        took = []
        for number in range(6):
            if number:
                publish(1000, feed.version)
                feed.body(feed.version - 1, {})
            limit = time.monotonic() + 60
            while held(state) != feed.version:
                if time.monotonic() > limit:
                    sys.exit(f"{what}: not updated")
                time.sleep(0.02)
            time.sleep(1)
            took.append(cpu(process))
        steps = sorted(after - before for before, after in zip(took, took[1:]))
        print(f"{what:58} {steps[len(steps) // 2]:7.0f}", flush=True)
    finally:
        process.terminate()
        process.wait()


print(f"{'staying on, no output: one update of 1000 changes':58} {'CPU ms':>7}")
stay("compact", "c")
stay("plain files", "d", "--plain")
