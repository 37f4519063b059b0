// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import HTTPServing
import Ingest
import ListService
import Names
import Testing

@Suite struct ConfigurationTests {
  private func read(
    _ text: String, _ overrides: [(String, String)] = []
  ) throws(ConfigurationError) -> ServiceConfiguration {
    try ServiceConfiguration(
      json5: Array(text.utf8), folder: "conf", overrides: overrides.map { (path: $0.0, value: $0.1) })
  }

  @Test func `what is left out has its default`() throws {
    let configuration = try read("{ lists: { a: {} } }")
    #expect(configuration.address == "127.0.0.1" && configuration.port == 8443)
    #expect(
      configuration.store == .sqlite(path: "data/cordon.sqlite") && configuration.root == "data/root.json")
    #expect(configuration.tls?.clientAuthority == "data/ca.pem" && configuration.criteria == "conf/criteria")
    #expect(!configuration.allowsReservedNames)
    #expect(configuration.publicSuffixes == "/usr/share/publicsuffix/public_suffix_list.dat")
    #expect(try read("{ lists: { a: {} }, public_suffixes: 'own.dat' }").publicSuffixes == "conf/own.dat")
    #expect(configuration.desk.changesPerMinute == 600 && configuration.desk.revealsPerMinute == 120)
    #expect(configuration.submissions.reportsPerPerson == 100 && configuration.claims == .standard)
    var limits = ServerLimits()
    limits.bodyOctets = configuration.submissions.bodyOctets
    #expect(configuration.limits == limits)
    #expect(configuration.lists.first?.leaseDays == 90 && configuration.lists.first?.keptReleases == 10_000)
    #expect(configuration.lists.first?.keptDays == 90)
  }

  @Test func `guards come from files, from popular sites, and are our own names`() throws {
    let configuration = try read(
      "{ lists: { a: {} }, guard: { files: ['a.csv'], top_sites: ['/b.csv'], top_sites_level: 'never', own: ['cordon.example'] } }"
    )
    #expect(configuration.guardFiles == ["conf/a.csv"] && configuration.topSiteFiles == ["/b.csv"])
    #expect(configuration.topSiteLevel == .never && configuration.ownNames.map(\.text) == ["cordon.example"])
    #expect(try read("{ lists: { a: {} } }").topSiteLevel == .narrow)
    for wrong in [
      "top_sites_level: 'maybe'", "own: ['Cordon.example']", "own: ['cordon']", "own: ['co.uk']",
      "own: ['github.io']",
    ] {
      #expect(throws: ConfigurationError.self) { try read("{ lists: { a: {} }, guard: { \(wrong) } }") }
    }
  }

  @Test func `the file that is delivered can be read`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let octets = Array(try Data(contentsOf: root.appending(path: "config/cordond.json5")))
    let configuration = try ServiceConfiguration(json5: octets, folder: "config")
    #expect(configuration.lists.map(\.name.text) == ["worst-of"])
    #expect(configuration.limits == (try read("{ lists: { a: {} } }")).limits)
  }

  @Test func `what is wrong is said in one line, whatever is quoted`() {
    for text in ["{ 'a\\nb': 1, lists: { a: {} } }", "{ lists: { 'a\\u001b[2J': {} } }"] {
      do throws(ConfigurationError) {
        _ = try read(text)
        Issue.record("it is read")
      } catch {
        #expect(error.description.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
        #expect(error.description.contains("a\\"))
      }
    }
  }

  @Test func `a value is overridden, a text needs no quotes`() throws {
    let configuration = try read(
      "{ lists: { a: {} }, data: 'here' }",
      [
        ("port", "0"), ("tls", "null"), ("data", "/there"), ("lists.a.lease_days", "30"),
        ("store.sqlite", "/x/y.sqlite"),
      ])
    #expect(configuration.port == 0 && configuration.tls == nil && configuration.data == "/there")
    #expect(configuration.lists.first?.leaseDays == 30 && configuration.store == .sqlite(path: "/x/y.sqlite"))
    #expect(configuration.root == "/there/root.json")
  }

  @Test(arguments: [
    ("{ lists: { a: {} }, prot: 1 }", "prot: no such key; known here: address, port"),
    ("{ lists: { a: { leese: 1 } } }", "lists.a.leese: no such key"),
    ("{ lists: { a: {} }, tls: { cert: 'x' } }", "tls.cert: no such key"),
    ("{ lists: { a: {} }, port: 65536 }", "port: a whole number from 0 to 65535"),
    ("{ lists: { a: {} }, port: '1' }", "port: a whole number"), ("{ lists: { A: {} } }", "lists.A: "),
    ("{ lists: { a: { countries: 1 } } }", "lists.a.countries: a whole number from 2 to 10"),
    ("{ lists: { a: { canary: 'bank.example' } } }", "lists.a.canary: expected"),
    ("{ lists: { a: { canary: 'a.canary.' } } }", "lists.a.canary: expected"),
    ("{ lists: { a: { rpz_zone: 'Upper' } } }", "lists.a.rpz_zone: "), ("{ }", "lists: at least one"),
    ("[]", "an object is wanted"), ("{ lists: ", "line 1, column"),
    ("{ lists: { a: {} }, log: { access: 1 } }", "log.access: "),
    ("{ lists: { a: {} }, limits: { connections: 0 } }", "limits.connections: a whole number from 1"),
    (
      "{ lists: { a: {} }, limits: { idle_seconds: 3601 } }",
      "limits.idle_seconds: a whole number from 1 to 3600"
    ),
    ("{ lists: { a: {} }, limits: { conections: 1 } }", "limits.conections: no such key"),
    (
      "{ lists: { a: {} }, limits: { handshake_burst_per_address: 5 } }",
      "limits.handshake_burst_per_address: at least"
    ),
    (
      "{ lists: { a: {} }, store: { sqlite: 'a', postgresql: 'dbname=b' } }",
      "store: either sqlite or postgresql"
    ),
    ("{ lists: { a: {} }, store: { postgres: 'dbname=b' } }", "store.postgres: no such key"),
    ("{ lists: { a: {} }, store: { postgresql: '' } }", "store.postgresql: a text is wanted"),
  ])
  func `what is not right is refused by its key`(text: String, beginning: String) {
    do throws(ConfigurationError) {
      _ = try read(text)
      Issue.record("read \(text)")
    } catch { #expect(error.description.hasPrefix(beginning), "\(error.description)") }
  }

  @Test func `limits are set by their keys`() throws {
    let limits = try read(
      "{ lists: { a: {} }, limits: { held_mebibytes: 2, header_seconds: 3, connections: 7, requests_in_flight: 8 } }"
    ).limits
    #expect(limits.heldOctetsPerAddress == 1 << 20 && limits.heldOctetsOfStrangers == 1 << 20)
    #expect(limits.heldOctets == 2 << 20 && limits.headerDeadline == .seconds(3))
    #expect(limits.connections == 7 && limits.requestsInFlight == 8)
    #expect(limits.idleDeadline == ServerLimits().idleDeadline)
  }

  @Test func `a connection string is read and never printed`() throws {
    let text = "{ lists: { a: {} }, store: { postgresql: 'host=h user=cordon password=geheim' } }"
    let configuration = try read(text)
    #expect(configuration.store == .postgresql(connection: "host=h user=cordon password=geheim"))
    var dumped = ""
    dump(configuration, to: &dumped)
    for printed in [
      "\(configuration)", "\(configuration.store)", String(reflecting: configuration.store), dumped,
    ] {
      #expect(!printed.contains("geheim") && !printed.contains("host=h"))
    }
  }

  @Test func `an override of what there is not is refused`() {
    #expect(throws: ConfigurationError.self) { try read("{ lists: { a: {} } }", [("no.such", "1")]) }
    #expect(throws: ConfigurationError.self) { try read("{ lists: { a: {} } }", [("port.x", "1")]) }
    #expect(throws: ConfigurationError.self) { try read("{ lists: { a: {} } }", [("lists..x", "1")]) }
  }
}
