# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""See run. measure.py FOLLOWER FOLDER ENTRIES ROUNDS"""

import shutil
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time

from feed import LIST, Feed, made_up

FOLLOWER, WORK, ENTRIES, ROUNDS = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
RATE = 200  # queries a second


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def query(number, name):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">HHHHHH", number, 0x100, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"


class Stream:
    """A steady stream of queries for names that are not listed: the longest time from one answer to the next."""

    def __init__(self, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))
        self.socket.settimeout(1)
        self.longest, self.sent, self.got, self.over = 0.0, 0, 0, False
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self.send, self.receive)]
        for thread in self.threads:
            thread.start()

    def send(self):
        begun = time.monotonic()
        while not self.over:
            self.sent += 1
            self.socket.send(query(self.sent & 0xFFFF, f"q{self.sent}.steady.example"))
            time.sleep(max(0.0, begun + self.sent / RATE - time.monotonic()))

    def receive(self):
        last = time.monotonic()
        while not self.over:
            try:
                self.socket.recv(4096)
                self.got += 1
            except TimeoutError:
                if self.over:  # nothing has been asked for a second
                    return
                self.longest = max(self.longest, time.monotonic() - last)
                continue
            now = time.monotonic()
            self.longest, last = max(self.longest, now - last), now

    def end(self):
        self.over = True
        for thread in self.threads:
            thread.join()
        return self.longest


class Resolver:
    """One of the two, run until the end."""

    def __init__(self, name, command, port):
        self.name, self.port = name, port
        self.log = open(f"{WORK}/{name}.log", "wb")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)

    def code(self, name):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.connect(("127.0.0.1", self.port))
            asking.settimeout(2)
            try:
                asking.send(query(7, name))
                return asking.recv(4096)[3] & 15
            except OSError:
                return None

    def wait(self, name, code, patience=120):
        deadline = time.monotonic() + patience
        while self.code(name) != code:
            assert self.process.poll() is None, open(f"{WORK}/{self.name}.log").read()[-2000:]
            assert time.monotonic() < deadline, f"{self.name} never said {code}"
            time.sleep(0.005)
        return time.monotonic()


def follow(resolver, *options):
    return [FOLLOWER, "follow", "--server", feed.url, "--list", LIST, "--state", f"{WORK}/{resolver}", "--root",
            f"{WORK}/root.json", "--no-receipt", *options]


begun = time.monotonic()
feed = Feed(made_up(ENTRIES))
print(f"{ENTRIES} names made up in {time.monotonic() - begun:.0f} s", flush=True)
with open(f"{WORK}/root.json", "wb") as file:
    file.write(feed.root)
bind_port, unbound_port = free_port(), free_port()
CONTROL = f"remote-control:\n control-enable: yes\n control-interface: {WORK}/control\n control-use-cert: no\n"
apply = {
    "bind": ["--apply", f"nsupdate@127.0.0.1:{bind_port}=nsupdate -k {WORK}/session"],
    "unbound": ["--apply", f"unbound-control@127.0.0.1:{unbound_port}=unbound-control -c {WORK}/control.conf",
                "--output", f"unbound.conf={WORK}/list.conf"],
}
with open(f"{WORK}/control.conf", "w") as file:
    file.write(CONTROL)

# The files that the resolvers start with. They are not up yet, so these rounds cannot tell them anything.
for name, more in (("bind", ["--output", f"rpz.zone={WORK}/rpz.zone"]), ("unbound", [])):
    subprocess.run(follow(name, "--once", *apply[name], *more), capture_output=True)
shutil.move(f"{WORK}/rpz.zone", f"{WORK}/policy.zone")
with open(f"{WORK}/policy.zone", "a") as file:
    file.write("* CNAME rpz-passthru.\n")  # as in docs/isp-guide.md

with open(f"{WORK}/example.zone", "w") as file:
    file.write("$TTL 1\n@ SOA ns hostmaster 1 60 60 60 1\n@ NS ns\nns A 127.0.0.1\n* A 192.0.2.80\n")
with open(f"{WORK}/named.conf", "w") as file:
    file.write(f"""
options {{ directory "{WORK}"; pid-file none; session-keyfile "{WORK}/session"; lock-file none; notify no;
  listen-on port {bind_port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; empty-zones-enable no; dnssec-validation no;
  recursion yes; response-policy {{ zone "rpz.cordon.invalid"; }} qname-wait-recurse no; }};
logging {{ category rpz {{ null; }}; category update {{ null; }}; }};
controls {{ }};
zone "rpz.cordon.invalid" {{ type primary; file "policy.zone"; masterfile-format text; update-policy local;
  allow-query {{ 127.0.0.1; }}; allow-transfer {{ 127.0.0.1; }}; }};
zone "example" {{ type primary; file "example.zone"; }};
zone "test" {{ type primary; file "example.zone"; }};
""")
with open(f"{WORK}/unbound.conf", "w") as file:
    file.write(f"""
server:
 interface: 127.0.0.1
 port: {unbound_port}
 access-control: 127.0.0.0/8 allow
 directory: "{WORK}"
 pidfile: ""
 chroot: ""
 username: ""
 use-syslog: no
 do-daemonize: no
 num-threads: 1
 do-not-query-localhost: no
 module-config: "iterator"
 include: "{WORK}/list.conf"
stub-zone:
 name: "example."
 stub-addr: 127.0.0.1@{bind_port}
{CONTROL}""")

running = []
try:
    known = next(line[1:] for line in feed.lines if line.endswith(".example") and line[0] == ".")
    begun = time.monotonic()
    bind = Resolver("bind", ["named", "-g", "-4", "-c", f"{WORK}/named.conf"], bind_port)
    running.append(bind.process)
    bind.wait(known, 3)
    print(f"BIND has loaded it after {time.monotonic() - begun:.1f} s", flush=True)
    begun = time.monotonic()
    unbound = Resolver("unbound", ["unbound", "-d", "-c", f"{WORK}/unbound.conf"], unbound_port)
    running.append(unbound.process)
    unbound.wait(known, 3)
    print(f"Unbound has loaded it after {time.monotonic() - begun:.1f} s", flush=True)
    for name in ("bind", "unbound"):  # now they are up
        subprocess.run(follow(name, "--once", *apply[name]), capture_output=True, check=True)
    # BIND's names are the last that it comes to when it walks through the policy zone; Unbound answers for .test by itself.
    for resolver, below in ((bind, "test"), (unbound, "example")):
        log = open(f"{WORK}/follow-{resolver.name}.log", "wb")
        process = subprocess.Popen(
            follow(resolver.name, *apply[resolver.name], "--interval", "300"), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        running.append(process)
        while b" version " not in open(f"{WORK}/follow-{resolver.name}.log", "rb").read():
            assert process.poll() is None, open(f"{WORK}/follow-{resolver.name}.log").read()
            time.sleep(0.1)
        time.sleep(1)  # it waits by long poll now
        stream = Stream(resolver.port)
        taken = {3: [], 0: []}
        for number in range(ROUNDS):
            name = f"zz-published-{resolver.name}-{number}.{below}"
            for added, removed, code in (({"." + name}, set(), 3), (set(), {"." + name}, 0)):
                assert resolver.code(name) == 3 - code
                feed.publish(added, removed)
                taken[code].append(resolver.wait(name, code) - feed.published_at)
                time.sleep(1.5)
        longest = stream.end()
        resident = int(next(line for line in open(f"/proc/{process.pid}/status") if line.startswith("VmHWM")).split()[1]) / 1024
        for code, what in ((3, "published -> blocked"), (0, "removed -> answered")):
            values = taken[code]
            print(f"{resolver.name}: {what}: median {statistics.median(values):.2f} s, least {min(values):.2f}, most {max(values):.2f}")
        print(f"{resolver.name}: {stream.got} of {stream.sent} queries answered at {RATE} a second, longest silence "
              f"{longest * 1000:.0f} ms; the follower had {resident:.0f} MiB at most", flush=True)
        process.terminate()
        process.wait()
finally:
    for process in running:
        if process.poll() is None:
            process.terminate()
            process.wait()
