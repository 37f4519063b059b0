// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import Blocklists
import Foundation
import ListFormats
import Names
import Testing

/// The files as the programs they are for see them: each must load, and block exactly what the list says.
@Suite(.serialized)
struct RealProgramTests {
  private static let actions: [Bool] = [false, true]

  private func action(_ redirects: Bool) throws -> BlockAction {
    redirects ? try Sample.redirect() : .nxdomain
  }

  private func expectExactlyTheList(at port: UInt16, redirects: Bool, because program: Program) throws {
    let list = try Sample.list()
    let blocked: Resolver.Answer = redirects ? .redirected([192, 0, 2, 7]) : .blocked
    for probe in Sample.probes {
      let covered = list.covers(try DomainName(canonical: probe))
      let answer = Resolver.ask(probe, at: port)
      #expect(answer == (covered ? blocked : .resolved), "\(program) on \(probe)")
    }
  }

  /// Runs a resolver in front of an upstream that knows every name, and asks it every probe.
  private func tryResolver(
    _ program: Program, redirects: Bool, arguments: [String], folder: Folder, upstream: Upstream, port: UInt16
  ) throws {
    let process = try program.start(arguments, output: folder.url("log"))
    defer {
      process.kill()
    }
    let blocked: Resolver.Answer = redirects ? .redirected([192, 0, 2, 7]) : .blocked
    let isLoaded = Resolver.await(blocked, for: "bad.example", at: port)
    #expect(
      isLoaded,
      "\(program) never blocked: \((try? String(contentsOf: folder.url("log"), encoding: .utf8)) ?? "")")
    if isLoaded { try expectExactlyTheList(at: port, redirects: redirects, because: program) }
  }

  @Test(
    .enabled("named-checkzone must be installed") { Program.namedCheckzone.isInstalled }, arguments: actions)
  func `named-checkzone loads the policy zone`(redirects: Bool) throws {
    let folder = try Folder()
    let zone = try folder.write(try Sample.text(.rpz, action(redirects)), to: "rpz.zone")
    let result = try Program.namedCheckzone.run(["-k", "fail", "rpz.cordon.invalid", zone], in: folder)
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("loaded serial 7"))
  }

  @Test(.enabled("named must be installed") { Program.named.isInstalled }, arguments: actions)
  func `BIND blocks exactly the list`(redirects: Bool) throws {
    let folder = try Folder()
    let upstream = Upstream()
    upstream.start()
    defer { upstream.stop() }
    let port = Datagrams.freePort()
    try folder.write(try Sample.text(.rpz, action(redirects)), to: "rpz.zone")
    try folder.write(
      """
      $TTL 60
      @ SOA localhost. hostmaster.localhost. 1 300 60 604800 60
      @ NS localhost.
      stop A 192.0.2.7

      """, to: "stop.zone")
    let configuration = try folder.write(
      """
      options {
        directory "\(folder.root.path)"; pid-file none; session-keyfile none; lock-file none;
        listen-on port \(port) { 127.0.0.1; }; listen-on-v6 { none; };
        recursion yes; dnssec-validation no; forward only; empty-zones-enable no; qname-minimization off;
        forwarders port \(upstream.port) { 127.0.0.1; };
        response-policy { zone "rpz.cordon.invalid"; } qname-wait-recurse no;
      };
      controls { };
      zone "rpz.cordon.invalid" { type primary; file "rpz.zone"; };
      zone "example.net" { type primary; file "stop.zone"; };

      """, to: "named.conf")
    try tryResolver(
      .named, redirects: redirects, arguments: ["-g", "-4", "-c", configuration], folder: folder,
      upstream: upstream, port: port)
  }

  private func unboundConfiguration(
    _ folder: Folder, port: UInt16, upstream: UInt16, module: String, _ clause: String, _ include: String
  )
    throws -> String
  {
    try folder.write(
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
        local-zone: "test." nodefault
        local-zone: "invalid." nodefault
        \(include)
      remote-control:
        control-enable: no
      \(clause)
      forward-zone:
        name: "."
        forward-addr: 127.0.0.1@\(upstream)

      """, to: "unbound.conf")
  }

  @Test(
    .enabled("unbound must be installed") {
      Program.unbound.isInstalled && Program.unboundCheckconf.isInstalled
    },
    arguments: actions)
  func `Unbound blocks exactly the list with its local zones`(redirects: Bool) throws {
    let folder = try Folder()
    let upstream = Upstream()
    upstream.start()
    defer { upstream.stop() }
    let port = Datagrams.freePort()
    let file = try folder.write(try Sample.text(.unbound, action(redirects)), to: "zones.conf")
    let configuration = try unboundConfiguration(
      folder, port: port, upstream: upstream.port, module: "iterator", "", "include: \"\(file)\"")
    let check = try Program.unboundCheckconf.run([configuration], in: folder)
    #expect(check.status == 0, "\(check.output)")
    try tryResolver(
      .unbound, redirects: redirects, arguments: ["-d", "-c", configuration], folder: folder,
      upstream: upstream,
      port: port)
  }

  @Test(.enabled("unbound must be installed") { Program.unbound.isInstalled })
  func `Unbound blocks exactly the list with the policy zone`() throws {
    let folder = try Folder()
    let upstream = Upstream()
    upstream.start()
    defer { upstream.stop() }
    let port = Datagrams.freePort()
    let zone = try folder.write(try Sample.text(.rpz), to: "rpz.zone")
    let configuration = try unboundConfiguration(
      folder, port: port, upstream: upstream.port, module: "respip iterator",
      "rpz:\n  name: \"rpz.cordon.invalid\"\n  zonefile: \"\(zone)\"", "")
    try tryResolver(
      .unbound, redirects: false, arguments: ["-d", "-c", configuration], folder: folder, upstream: upstream,
      port: port)
  }

  @Test(.enabled("dnsmasq must be installed") { Program.dnsmasq.isInstalled }, arguments: actions)
  func `dnsmasq blocks exactly the list`(redirects: Bool) throws {
    let folder = try Folder()
    let upstream = Upstream()
    upstream.start()
    defer { upstream.stop() }
    let port = Datagrams.freePort()
    let file = try folder.write(try Sample.text(.dnsmasq, action(redirects)), to: "dnsmasq.conf")
    let check = try Program.dnsmasq.run(["--test", "--conf-file=\(file)"], in: folder)
    #expect(check.status == 0, "\(check.output)")
    try tryResolver(
      .dnsmasq, redirects: redirects,
      arguments: [
        "--keep-in-foreground", "--conf-file=\(file)", "--port=\(port)", "--listen-address=127.0.0.1",
        "--bind-interfaces", "--no-resolv", "--no-hosts", "--pid-file=", "--user=root", "--log-facility=-",
        "--server=127.0.0.1#\(upstream.port)",
      ], folder: folder, upstream: upstream, port: port)
  }

  @Test(.enabled("dnsmasq must be installed") { Program.dnsmasq.isInstalled })
  func `the hosts file blocks each listed name itself and nothing else`() throws {
    let folder = try Folder()
    let upstream = Upstream()
    upstream.start()
    defer { upstream.stop() }
    let port = Datagrams.freePort()
    let file = try folder.write(try Sample.text(.hosts), to: "hosts.txt")
    let process = try Program.dnsmasq.start(
      [
        "--keep-in-foreground", "--conf-file=/dev/null", "--port=\(port)", "--listen-address=127.0.0.1",
        "--bind-interfaces", "--no-resolv", "--no-hosts", "--addn-hosts=\(file)", "--pid-file=",
        "--user=root",
        "--server=127.0.0.1#\(upstream.port)",
      ], output: folder.url("log"))
    defer {
      process.kill()
    }
    #expect(Resolver.await(.redirected([0, 0, 0, 0]), for: "bad.example", at: port))
    let names = Set(try Sample.list().map(\.name.text))
    for probe in Sample.probes {
      let expected: Resolver.Answer = names.contains(probe) ? .redirected([0, 0, 0, 0]) : .resolved
      #expect(Resolver.ask(probe, at: port) == expected, "\(probe)")
    }
  }

  @Test(.enabled("squid must be installed") { Program.squid.isInstalled })
  func `Squid takes the list without a word, and refuses what a canonical list never holds`() throws {
    let folder = try Folder()
    let file = try folder.write(try Sample.text(.squid), to: "squid.acl")
    let configuration = try folder.write(
      """
      http_port 127.0.0.1:\(Datagrams.freePort())
      acl blocked dstdomain "\(file)"
      http_access deny blocked

      """, to: "squid.conf")
    let good = try Program.squid.run(["-k", "parse", "-f", configuration], in: folder)
    #expect(good.status == 0, "\(good.output)")
    #expect(!good.output.contains("subdomain of") && !good.output.contains("ERROR"), "\(good.output)")
    try folder.write(".bad.example\nwww.bad.example\n", to: "squid.acl")
    let bad = try Program.squid.run(["-k", "parse", "-f", configuration], in: folder)
    #expect(bad.status != 0 || bad.output.contains("subdomain of"), "\(bad.output)")
  }
}
