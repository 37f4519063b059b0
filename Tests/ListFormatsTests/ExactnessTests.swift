// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import Blocklists
import Foundation
import ListFormats
import Names
import Testing

/// Real resolvers with a large list: each blocks exactly what the list says, and nothing beside, above or below it.
///
/// `CORDON_EXACT_NAMES=5000` makes the list as large as the promise; the default keeps an ordinary run short.
@Suite(.serialized)
struct ExactnessTests {
  private func text(_ format: ListFormat, _ sample: LargeSample) throws -> String {
    var options = RenderOptions(list: try ListName("worst-of"), version: ListVersion(7))
    options.exceptions = ListExceptions(
      of: sample.allowed, in: sample.list, for: format, zone: options.zone)
    return String(decoding: format.render(try sample.written(), options: options).octets, as: UTF8.self)
  }

  /// Starts a resolver in front of an upstream that knows every name, and asks it every probe.
  private func expectExactlyTheList(
    _ program: Program, _ format: ListFormat,
    _ configure: (_ folder: Folder, _ list: String, _ port: UInt16, _ upstream: UInt16) throws -> [String]
  ) throws {
    let sample = try LargeSample()
    let folder = try Folder()
    let upstream = Upstream()
    upstream.start()
    defer { upstream.stop() }
    let port = Datagrams.freePort()
    let list = try folder.write(try text(format, sample), to: format.rawValue)
    let process = try program.start(
      try configure(folder, list, port, upstream.port), output: folder.url("log"))
    defer { process.kill() }
    var entries = sample.list.makeIterator()
    let first = entries.next()?.name.text ?? ""
    #expect(sample.allowed.count > 5)
    try #require(
      Resolver.await(.blocked, for: first, at: port),
      "\(program) never blocked: \((try? String(contentsOf: folder.url("log"), encoding: .utf8)) ?? "")")
    var wrong: [String] = []
    var blocked = 0
    for probe in sample.probes {
      let covered = sample.blocks(try DomainName(canonical: probe), by: format)
      var answer = Resolver.ask(probe, at: port)
      if answer == .silent { answer = Resolver.ask(probe, at: port) }
      if covered { blocked += 1 }
      if answer != (covered ? .blocked : .resolved) { wrong.append("\(probe): \(answer)") }
    }
    #expect(wrong.isEmpty, "\(program): \(wrong.count) of \(sample.probes.count), \(wrong.prefix(5))")
    #expect(blocked > sample.list.count && blocked < sample.probes.count)
    print("\(program), \(format.rawValue): \(sample.list.count) entries, \(sample.probes.count) names asked")
  }

  /// The record of the second case has BIND look into the zone for every name (docs/isp-guide.md).
  @Test(
    .enabled("named must be installed") { Program.named.isInstalled },
    arguments: ["", "* CNAME rpz-passthru.\n"])
  func `BIND blocks exactly a large list`(addition: String) throws {
    try expectExactlyTheList(.named, .rpz) { folder, list, port, upstream in
      try folder.write(try String(contentsOfFile: list, encoding: .utf8) + addition, to: "policy.zone")
      let configuration = try folder.write(
        """
        options {
          directory "\(folder.root.path)"; pid-file none; session-keyfile none; lock-file none;
          listen-on port \(port) { 127.0.0.1; }; listen-on-v6 { none; };
          recursion yes; dnssec-validation no; forward only; empty-zones-enable no; qname-minimization off;
          forwarders port \(upstream) { 127.0.0.1; };
          response-policy { zone "rpz.cordon.invalid"; } qname-wait-recurse no;
        };
        logging { category rpz { null; }; };
        controls { };
        zone "rpz.cordon.invalid" { type primary; file "policy.zone"; };

        """, to: "named.conf")
      return ["-g", "-4", "-c", configuration]
    }
  }

  private func unbound(
    _ folder: Folder, _ port: UInt16, _ upstream: UInt16, module: String, server: String, clause: String
  ) throws -> [String] {
    let configuration = try folder.write(
      """
      server:
        interface: 127.0.0.1@\(port)
        directory: "\(folder.root.path)"
        chroot: ""
        username: ""
        pidfile: ""
        use-syslog: no
        do-daemonize: no
        do-not-query-localhost: no
        module-config: "\(module)"
        \(server)
      remote-control:
        control-enable: no
      \(clause)
      forward-zone:
        name: "."
        forward-addr: 127.0.0.1@\(upstream)

      """, to: "main.conf")
    return ["-d", "-c", configuration]
  }

  @Test(.enabled("unbound must be installed") { Program.unbound.isInstalled })
  func `Unbound blocks exactly a large list with its local zones`() throws {
    try expectExactlyTheList(.unbound, .unbound) { folder, list, port, upstream in
      try unbound(
        folder, port, upstream, module: "iterator", server: "include: \"\(list)\"", clause: "")
    }
  }

  @Test(.enabled("unbound must be installed") { Program.unbound.isInstalled })
  func `Unbound blocks exactly a large list with the policy zone`() throws {
    try expectExactlyTheList(.unbound, .rpz) { folder, list, port, upstream in
      try unbound(
        folder, port, upstream, module: "respip iterator", server: "",
        clause: "rpz:\n  name: \"rpz.cordon.invalid\"\n  zonefile: \"\(list)\"")
    }
  }

  @Test(.enabled("kresd must be installed") { Program.kresd.isInstalled })
  func `Knot Resolver blocks exactly a large list`() throws {
    try expectExactlyTheList(.kresd, .rpz) { folder, list, port, upstream in
      let configuration = try folder.write(
        """
        net.listen('127.0.0.1', \(port), { kind = 'dns' })
        cache.size = 10 * MB
        trust_anchors.remove('.')
        local cordon = policy.rpz(policy.DENY, '\(list)', false)
        policy.add(function (req, query)
          local action = cordon(req, query)
          if action == policy.PASS then return nil end
          return action
        end)
        policy.add(policy.all(policy.FORWARD('127.0.0.1@\(upstream)')))

        """, to: "kresd.conf")
      return ["-n", "-c", configuration, folder.root.path]
    }
  }

  @Test(.enabled("pdns_recursor must be installed") { Program.recursor.isInstalled })
  func `PowerDNS Recursor blocks exactly a large list`() throws {
    try expectExactlyTheList(.recursor, .rpz) { folder, list, port, upstream in
      try folder.write("rpzFile(\"\(list)\", {policyName=\"cordon\"})\n", to: "policy.lua")
      try folder.write(
        """
        daemon=no
        disable-syslog=yes
        quiet=yes
        write-pid=no
        threads=1
        dnssec=off
        local-address=127.0.0.1
        local-port=\(port)
        socket-dir=\(folder.root.path)
        forward-zones-recurse=.=127.0.0.1:\(upstream)
        lua-config-file=\(folder.url("policy.lua").path)

        """, to: "recursor.conf")
      return ["--config-dir=\(folder.root.path)"]
    }
  }

  @Test(.enabled("dnsmasq must be installed") { Program.dnsmasq.isInstalled })
  func `dnsmasq blocks exactly a large list`() throws {
    try expectExactlyTheList(.dnsmasq, .dnsmasq) { _, list, port, upstream in
      [
        "--keep-in-foreground", "--conf-file=\(list)", "--port=\(port)", "--listen-address=127.0.0.1",
        "--bind-interfaces", "--no-resolv", "--no-hosts", "--pid-file=", "--user=root", "--log-facility=-",
        "--server=127.0.0.1#\(upstream)", "--dns-forward-max=1000",
      ]
    }
  }
}
