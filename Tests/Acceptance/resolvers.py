# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Real resolvers on loopback, and one authoritative server that stands for the rest of the world."""

import subprocess
import time

import dns.flags
import dns.message
import dns.query
import dns.rcode

from exercise import free_port

ADDRESS = "192.0.2.80"  # what every name below .example has in this small world


class Program:
    """A name server run by a test, stopped with it."""

    running = []  # all that were started and not stopped

    def __init__(self, folder, port=None):
        self.port = port or free_port()
        self.folder = folder
        folder.mkdir()
        self.configure()
        self.log = open(folder / "log", "wb")
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [str(part) for part in self.command()], cwd=self.folder, stdout=self.log, stderr=self.log,
            stdin=subprocess.DEVNULL)
        Program.running.append(self)
        self.wait_until_answering()

    def wait_until_answering(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.folder / "log").read_text()
            try:
                if self.ask("probe.example", timeout=0.5)[0] != dns.rcode.SERVFAIL:
                    return
            except (OSError, dns.exception.Timeout):
                time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text())

    def ask(self, name, kind="A", timeout=5):
        """(response code, addresses), over UDP."""
        query = dns.message.make_query(name, kind)
        answer = dns.query.udp(query, "127.0.0.1", port=self.port, timeout=timeout)
        addresses = [str(item) for rrset in answer.answer for item in rrset if rrset.rdtype in (1, 28)]
        return answer.rcode(), addresses

    def blocks(self, name):
        code, addresses = self.ask(name)
        assert (code, addresses) in ((dns.rcode.NXDOMAIN, []), (dns.rcode.NOERROR, [ADDRESS])), (code, addresses)
        return code == dns.rcode.NXDOMAIN

    @property
    def reload_command(self):
        return f"kill -HUP {self.process.pid}"

    def await_answer(self, name, expected, seconds=10):
        deadline = time.monotonic() + seconds
        while self.ask(name) != expected:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    def await_change(self, name, blocked, seconds=10):
        """A reload is not instant; what matters is that it comes."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if self.blocks(name) == blocked:
                    return True
            except dns.exception.Timeout:
                pass
            time.sleep(0.1)
        return False

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        if self in Program.running:
            Program.running.remove(self)

    @staticmethod
    def stop_all():
        """Those that a test began and did not end, since it failed before."""
        for program in list(Program.running):
            program.stop()


NAMED = """
options {{
  directory "{folder}"; pid-file "{folder}/pid"; session-keyfile "{folder}/session"; lock-file none;
  listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
  allow-query {{ 127.0.0.1; }}; notify no; empty-zones-enable no; dnssec-validation no;
  {options}
}};
controls {{ }};
{zones}
"""

# What the resolvers that are told of changes have besides: an empty policy zone to begin with, as in the ISP's guide. Its last line has
# BIND look into the zone for every name, where a change is at once, and not into its summary, which it renews once a minute.
EMPTY_ZONE = "$TTL 60\n@ SOA localhost. hostmaster.localhost. 1 300 60 604800 60\n@ NS localhost.\n* CNAME rpz-passthru.\n"


class Authority(Program):
    """BIND, authoritative for .example: every name in it exists."""

    def configure(self):
        (self.folder / "example.zone").write_text(
            "$TTL 1\n@ SOA ns hostmaster 1 60 60 60 1\n@ NS ns\nns A 127.0.0.1\n"
            f"* A {ADDRESS}\nstop-one A 192.0.2.45\nstop-two A 192.0.2.46\n")
        (self.folder / "named.conf").write_text(NAMED.format(
            folder=self.folder, port=self.port, options="recursion no;",
            zones='zone "example" { type primary; file "example.zone"; };'))

    def command(self):
        return "named", "-g", "-c", self.folder / "named.conf"


class Bind(Program):
    def __init__(self, folder, zone_file, authority):
        self.zone_file, self.authority = zone_file, authority
        super().__init__(folder)

    def configure(self):
        (self.folder / "named.conf").write_text(NAMED.format(
            folder=self.folder, port=self.port,
            options='recursion yes; allow-recursion { 127.0.0.1; };\n'
                    '  response-policy { zone "rpz.cordon.invalid"; } qname-wait-recurse no min-update-interval 0;',
            zones='zone "rpz.cordon.invalid" { type primary; masterfile-format text; file "%s"; allow-query { none; }; };\n'
                  'zone "example" { type forward; forward only; forwarders { 127.0.0.1 port %d; }; };'
                  % (self.zone_file, self.authority.port)))

    def command(self):
        return "named", "-g", "-c", self.folder / "named.conf"


class PrimaryBind(Bind):
    """Lets others on this machine transfer its policy zone."""

    def configure(self):
        super().configure()
        path = self.folder / "named.conf"
        path.write_text(path.read_text().replace(
            "allow-query { none; };", "allow-query { 127.0.0.1; }; allow-transfer { 127.0.0.1; };"))


class SecondaryBind(Bind):
    """Transfers its policy zone; it asks every second whether the serial has grown."""

    def __init__(self, folder, primary, authority):
        self.primary = primary
        super().__init__(folder, folder / "policy.zone", authority)

    def configure(self):
        super().configure()
        path = self.folder / "named.conf"
        path.write_text(path.read_text().replace(
            "type primary;", "type secondary; primaries { 127.0.0.1 port %d; }; max-refresh-time 1; min-refresh-time 1;"
            % self.primary.port))


class DynamicBind(Bind):
    """A policy zone that takes dynamic updates from this machine."""

    def configure(self):
        self.zone_file = self.folder / "policy.zone"
        self.zone_file.write_text(EMPTY_ZONE)
        super().configure()
        path = self.folder / "named.conf"
        path.write_text(path.read_text().replace(" min-update-interval 0", "").replace(
            "allow-query { none; };", "update-policy local; allow-query { 127.0.0.1; }; allow-transfer { 127.0.0.1; };"))

    @property
    def apply(self):
        return "--apply", f"nsupdate@127.0.0.1:{self.port}=nsupdate -k {self.folder}/session"


class Logging:
    """A BIND that logs as it does under systemd, but into a file; with the logging clause of somebody's configuration."""

    clause = ""

    def configure(self):
        super().configure()
        path = self.folder / "named.conf"
        path.write_text(path.read_text() + self.clause + "\n")

    def command(self):
        # With -g BIND leaves logging clauses aside.
        return "named", "-f", "-L", self.folder / "named.log", "-c", self.folder / "named.conf"


class LoggingBind(Logging, DynamicBind):
    def __init__(self, folder, clause, authority):
        self.clause = clause
        super().__init__(folder, None, authority)


class LoggingFileBind(Logging, Bind):
    def __init__(self, folder, zone_file, clause, authority):
        self.clause = clause
        super().__init__(folder, zone_file, authority)


class Unbound(Program):
    def __init__(self, folder, zone_file, authority):
        self.zone_file, self.authority = zone_file, authority
        super().__init__(folder)

    def configure(self):
        (self.folder / "unbound.conf").write_text(f"""
server:
  interface: 127.0.0.1
  port: {self.port}
  access-control: 127.0.0.0/8 allow
  directory: "{self.folder}"
  pidfile: "{self.folder}/pid"
  chroot: ""
  username: ""
  use-syslog: no
  do-daemonize: no
  num-threads: 1
  do-not-query-localhost: no
  module-config: "respip iterator"
stub-zone:
  name: "example."
  stub-addr: 127.0.0.1@{self.authority.port}
rpz:
  name: "rpz.cordon.invalid"
  zonefile: "{self.zone_file}"
remote-control:
  control-enable: no
""")

    def command(self):
        return "unbound", "-d", "-c", self.folder / "unbound.conf"


class ControlledUnbound(Unbound):
    """Local zones, read from a file at the start and told by unbound-control from then on."""

    def configure(self):
        super().configure()
        path = self.folder / "unbound.conf"
        control = (f"remote-control:\n  control-enable: yes\n  control-interface: {self.folder}/control\n"
                   "  control-use-cert: no\n")
        path.write_text(path.read_text().partition("rpz:")[0].replace('"respip iterator"', '"iterator"').replace(
            "stub-zone:", f'  include: "{self.zone_file}"\nstub-zone:') + control)
        # Without the list in it, so that unbound-control need not read a million lines each time.
        (self.folder / "control.conf").write_text(control)

    @property
    def apply(self):
        return "--apply", f"unbound-control@127.0.0.1:{self.port}=unbound-control -c {self.folder}/control.conf"

    def restart(self):
        self.stop()
        self.log = open(self.folder / "log", "ab")
        self.start()


class Recursor(Program):
    """PowerDNS Recursor, with a line of Lua for its policy zones."""

    def __init__(self, folder, policy, authority):
        self.policy, self.authority = policy, authority
        super().__init__(folder)

    def configure(self):
        (self.folder / "policy.lua").write_text(self.policy + "\n")
        (self.folder / "recursor.conf").write_text(
            f"local-address=127.0.0.1\nlocal-port={self.port}\nsocket-dir={self.folder}\nconfig-dir={self.folder}\n"
            "daemon=no\ndisable-syslog=yes\nwrite-pid=no\nthreads=1\ndnssec=off\nsetuid=\nsetgid=\n"
            f"lua-config-file={self.folder}/policy.lua\nforward-zones=example=127.0.0.1:{self.authority.port}\n")

    def command(self):
        return "pdns_recursor", f"--config-dir={self.folder}"


class Knot(Program):
    """Knot Resolver, with some lines of its configuration."""

    def __init__(self, folder, policy, authority):
        self.policy, self.authority = policy, authority
        super().__init__(folder)

    def configure(self):
        (self.folder / "kresd.conf").write_text(
            f"net.listen('127.0.0.1', {self.port}, {{ kind = 'dns' }})\ncache.size = 10 * MB\ntrust_anchors.remove('.')\n"
            f"{self.policy}\npolicy.add(policy.all(policy.FORWARD('127.0.0.1@{self.authority.port}')))\n")

    def command(self):
        return "kresd", "-n", "-c", self.folder / "kresd.conf", self.folder


class Dnsmasq(Program):
    def __init__(self, folder, options, authority):
        self.options, self.authority = options, authority
        super().__init__(folder)

    def configure(self):
        pass

    def command(self):
        return ("dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces",
                "--listen-address=127.0.0.1", f"--port={self.port}", f"--pid-file={self.folder}/pid", "--user=", "--group=",
                f"--server=127.0.0.1#{self.authority.port}", *self.options)


# A policy zone as a primary has it at first: without BIND's last line, which other programs read as "let everything through".
PRIMARY_ZONE = "".join(EMPTY_ZONE.splitlines(keepends=True)[:3])
SECRET = "dGVsbCBub2JvZHkgYWJvdXQgdGhpcyBrZXkgaGVyZQ=="


class Primary(Program):
    """A name server that holds the policy zone, takes updates with a key, and resolves nothing."""

    def __init__(self, folder, notified=None):
        self.notified = notified
        super().__init__(folder)

    @property
    def apply(self):
        key = f"hmac-sha256:cordon:{SECRET}"
        return ("--apply", f"nsupdate-primary@127.0.0.1:{self.port}=nsupdate -y {key}",
                "--transfer", f"dig -y {key} +noall +answer +onesoa -p {self.port} @127.0.0.1 rpz.cordon.invalid axfr")

    def update(self, *lines):
        """A change by somebody else."""
        script = f"server 127.0.0.1 {self.port}\nzone rpz.cordon.invalid.\n" + "".join(f"{line}\n" for line in lines) + "send\n"
        subprocess.run(["nsupdate", "-y", f"hmac-sha256:cordon:{SECRET}"], input=script, text=True, check=True)

    def names(self):
        """What the zone blocks, as a list has it."""
        key = f"hmac-sha256:cordon:{SECRET}"
        done = subprocess.run(
            ["dig", "-y", key, "+noall", "+answer", "+onesoa", "-p", str(self.port), "@127.0.0.1", "rpz.cordon.invalid", "axfr"],
            capture_output=True, text=True, check=True)
        rows = [line.split() for line in done.stdout.splitlines()]
        owners = {row[0].removesuffix(".rpz.cordon.invalid.") for row in rows if len(row) > 4 and row[3:5] == ["CNAME", "."]}
        return sorted(("." if f"*.{name}" in owners else "") + name for name in owners if not name.startswith("*."))


class KnotPrimary(Primary):
    """Knot DNS."""

    def configure(self):
        (self.folder / "rpz.zone").write_text(PRIMARY_ZONE)
        remote = f"remote:\n  - id: resolver\n    address: 127.0.0.1@{self.notified}" if self.notified else ""
        (self.folder / "knot.conf").write_text(f"""
server:
  rundir: "{self.folder}"
  listen: 127.0.0.1@{self.port}
database:
  storage: "{self.folder}"
key:
  - id: cordon
    algorithm: hmac-sha256
    secret: {SECRET}
{remote}
acl:
  - id: follower
    key: cordon
    action: [update, transfer]
  - id: resolver
    address: 127.0.0.1
    action: transfer
zone:
  - domain: rpz.cordon.invalid
    storage: "{self.folder}"
    file: rpz.zone
    acl: [follower, resolver]
    {"notify: resolver" if self.notified else ""}
""")

    def command(self):
        return "knotd", "-c", self.folder / "knot.conf"


class PowerDNSPrimary(Primary):
    """PowerDNS Authoritative Server, with its zones in SQLite."""

    def configure(self):
        (self.folder / "rpz.zone").write_text(PRIMARY_ZONE.replace("$TTL 60\n", "$ORIGIN rpz.cordon.invalid.\n$TTL 60\n"))
        (self.folder / "pdns.conf").write_text(f"""
launch=gsqlite3
gsqlite3-database={self.folder}/zones.sqlite3
local-address=127.0.0.1
local-port={self.port}
socket-dir={self.folder}
daemon=no
guardian=no
disable-syslog=yes
setuid=
setgid=
primary=yes
dnsupdate=yes
allow-dnsupdate-from=127.0.0.1
allow-axfr-ips=127.0.0.1
""")
        schema = "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql"
        subprocess.run(["sqlite3", self.folder / "zones.sqlite3", f".read {schema}"], check=True)
        util = ["pdnsutil", f"--config-dir={self.folder}"]
        for words in (["load-zone", "rpz.cordon.invalid", self.folder / "rpz.zone"],
                      ["import-tsig-key", "cordon", "hmac-sha256", SECRET],
                      ["set-meta", "rpz.cordon.invalid", "TSIG-ALLOW-DNSUPDATE", "cordon"],
                      ["set-meta", "rpz.cordon.invalid", "TSIG-ALLOW-AXFR", "cordon"]):
            done = subprocess.run([*util, *words], capture_output=True, text=True)
            assert done.returncode == 0, done

    def command(self):
        return "pdns_server", f"--config-dir={self.folder}"


class SecondaryUnbound(Unbound):
    """An Unbound that transfers the policy zone from a primary."""

    def __init__(self, folder, primary_port, authority, port):
        self.primary_port = primary_port
        self.zone_file, self.authority = None, authority
        Program.__init__(self, folder, port)

    def configure(self):
        super().configure()
        path = self.folder / "unbound.conf"
        path.write_text(path.read_text().replace(
            '  zonefile: "None"\n', f"  primary: 127.0.0.1@{self.primary_port}\n  allow-notify: 127.0.0.1\n"))
