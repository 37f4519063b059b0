// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import ListFormats
import Names
import Testing

struct RenderingTests {
  private func render(_ format: ListFormat, _ action: BlockAction = .nxdomain) throws -> String {
    let list = try Blocklist(
      entries: ["host.example", ".sub.example"].map { line in try BlocklistEntry(parsing: line) })
    return String(decoding: format.render(list, options: try Sample.options(action)).octets, as: UTF8.self)
  }

  @Test func `whoever changes what a format gives raises the edition`() throws {
    let all = try ListFormat.allCases.map { "\($0.rawValue) \(try Sample.text($0))" }.joined()
    // A sum is enough to notice a change by mistake.
    let sum = all.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    #expect(ListFormat.edition == 1)
    #expect(sum == 7_323_519_036_549_221_448)
  }

  @Test func `the canonical form is the list itself`() throws {
    #expect(try render(.entries) == ".sub.example\nhost.example\n")
  }

  @Test func `plain domains are the names in order`() throws {
    #expect(try render(.domains) == "host.example\nsub.example\n")
  }

  @Test func `a policy zone gives a subtree its wildcard twin and a host none`() throws {
    let head = """
      ; worst-of version 7, 2 entries
      $TTL 60
      $ORIGIN rpz.cordon.invalid.
      @ SOA localhost. hostmaster.localhost. 7 300 60 604800 60
      @ NS localhost.

      """
    let nxdomain = "sub.example CNAME .\n*.sub.example CNAME .\nhost.example CNAME .\n"
    #expect(try render(.rpz) == head + nxdomain)
    #expect(
      try render(.rpz, Sample.redirect())
        == head + nxdomain.replacing("CNAME .", with: "CNAME stop.example.net."))
  }

  @Test func `unbound denies a subtree and holds no data for a host`() throws {
    #expect(
      try render(.unbound) == """
        # worst-of version 7, 2 entries
        local-zone: "sub.example." always_nxdomain
        local-zone: "host.example." transparent
        local-data: "host.example. 60 IN TXT blocked"

        """)
    #expect(
      try render(.unbound, Sample.redirect()) == """
        # worst-of version 7, 2 entries
        local-zone: "sub.example." redirect
        local-data: "sub.example. 60 IN A 192.0.2.7"
        local-data: "sub.example. 60 IN AAAA 2001:db8::7"
        local-zone: "host.example." transparent
        local-data: "host.example. 60 IN A 192.0.2.7"
        local-data: "host.example. 60 IN AAAA 2001:db8::7"

        """)
  }

  @Test func `dnsmasq sends what is below a host back to its servers`() throws {
    #expect(
      try render(.dnsmasq) == """
        # worst-of version 7, 2 entries
        local=/sub.example/
        local=/host.example/
        server=/*.host.example/#

        """)
    #expect(try render(.dnsmasq, Sample.redirect()).contains("address=/sub.example/2001:db8::7\n"))
  }

  @Test func `a hosts file carries names alone and says how many it narrowed`() throws {
    #expect(
      try render(.hosts) == """
        # worst-of version 7, 2 entries
        0.0.0.0 sub.example
        :: sub.example
        0.0.0.0 host.example
        :: host.example

        """)
    let rendered = ListFormat.hosts.render(try Sample.list(), options: try Sample.options())
    #expect(rendered.listed == 8)
    #expect(rendered.narrowed == 4)
    #expect(rendered.omitted == 0)
  }

  @Test func `squid, RouterOS, CSV and JSON tell the scopes apart`() throws {
    #expect(try render(.squid) == "# worst-of version 7, 2 entries\n.sub.example\nhost.example\n")
    #expect(
      try render(.mikrotik) == """
        # worst-of version 7, 2 entries
        /ip dns static remove [find comment="cordon worst-of"]
        /ip dns static
        add name="sub.example" match-subdomain=yes type=NXDOMAIN comment="cordon worst-of"
        add name="host.example" match-subdomain=no type=NXDOMAIN comment="cordon worst-of"

        """)
    #expect(
      try render(.csv)
        == "entry,name,scope\n.sub.example,sub.example,subtree\nhost.example,host.example,host\n")
    #expect(
      try render(.json) == """
        {"list":"worst-of","version":7,"entries":[
        {"name":"sub.example","scope":"subtree"},
        {"name":"host.example","scope":"host"}
        ]}

        """)
  }

  @Test func `a name too long for the policy zone is omitted and counted`() throws {
    let longest = 253 - 1 - DomainName.defaultPolicyZone.text.utf8.count
    let labels = String(repeating: String(repeating: "a", count: 60) + ".", count: 3)
    let name = labels + String(repeating: "b", count: longest - labels.utf8.count - 8) + ".example"
    let host = try BlocklistEntry(parsing: name)
    let subtree = BlocklistEntry(name: host.name, scope: .subtree)
    let asHost = ListFormat.rpz.render(try Blocklist(entries: [host]), options: try Sample.options())
    #expect(name.utf8.count == longest && asHost.listed == 1 && asHost.omitted == 0)
    let asSubtree = ListFormat.rpz.render(try Blocklist(entries: [subtree]), options: try Sample.options())
    #expect(asSubtree.listed == 0 && asSubtree.omitted == 1)
  }

  @Test(arguments: ListFormat.allCases)
  func `every format accounts for every entry, of none too, the same each time`(format: ListFormat) throws {
    let rendered = format.render(try Sample.list(), options: try Sample.options())
    #expect(rendered.listed + rendered.omitted == Sample.lines.count)
    #expect(format.render(try Sample.list(), options: try Sample.options()) == rendered)
    #expect(format.render(.empty, options: try Sample.options()).listed == 0)
    #expect(rendered.octets.last == UInt8(ascii: "\n"))
  }

  @Test(arguments: ["1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "", "a.b.c.d"])
  func `what is no IPv4 address is no stop page`(text: String) {
    #expect(AddressText(ipv4: text) == nil)
  }

  @Test(arguments: ["::", "::1", "2001:db8::7", "1:2:3:4:5:6:7:8", "1::"])
  func `IPv6 addresses are read`(text: String) { #expect(AddressText(ipv6: text)?.text == text) }

  @Test(arguments: [
    ":", ":1", "1:", "1::2::3", "1:2:3:4:5:6:7", "12345::", "g::", "1:2:3:4:5:6:7:8:9", "::1\"", ":::",
  ])
  func `what is no IPv6 address is no stop page`(text: String) { #expect(AddressText(ipv6: text) == nil) }
}
