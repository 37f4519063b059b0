// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Ingest
import Names
import Records
import RecordsPostgres
import Testing

/// What PostgreSQL's own log is given, and what can be read off it.
@Suite(.serialized) struct DatabaseLogTests {
  private func place(_ settings: String) throws -> String {
    try PostgresCluster.shared.get().database() + " options='\(settings)'"
  }

  private func check(_ settings: String) async throws -> [String] {
    let store = try PostgresRecords(connection: try place(settings), connections: 2)
    let findings = try await store.check()
    await store.close()
    return findings
  }

  @Test(arguments: [
    ("-c log_min_duration_statement=0", ["log_min_duration_statement is 0"]),
    ("-c log_min_duration_statement=250", ["log_min_duration_statement is 250ms"]),
    ("-c log_statement=mod", ["log_statement is mod"]),
    ("-c log_statement=all -c log_parameter_max_length=8", ["log_statement is all"]),
    ("-c log_min_duration_sample=1s", ["log_min_duration_sample is 1s"]),
    ("-c log_transaction_sample_rate=0.5", ["log_transaction_sample_rate is 0.5"]),
    ("-c log_parameter_max_length_on_error=-1", ["log_parameter_max_length_on_error is not 0"]),
    ("-c log_statement=ddl", []),
    ("-c log_min_duration_statement=0 -c log_parameter_max_length=0", []),
    ("-c log_statement=all -c log_parameter_max_length=0", []),
    ("", []),
  ])
  func `a server that logs what is submitted is complained of`(settings: String, expected: [String])
    async throws
  {
    let findings = try await check(settings)
    #expect(findings.count == expected.count)
    for (finding, words) in zip(findings, expected) { #expect(finding.contains(words), "\(finding)") }
  }

  @Test(arguments: [true, false])
  func `a name that is submitted stands in the server's log unless parameters are left out`(quiet: Bool)
    async throws
  {
    let settings = "-c log_statement=all" + (quiet ? " -c log_parameter_max_length=0" : "")
    let registry = try await Registry(.postgresql, at: try place(settings))
    let name = "told-\(quiet ? "never" : "once").example"
    _ = try await registry.store.addAppeal(
      NewAppeal(
        id: AppealCase(random: [UInt8](repeating: 1, count: AppealCase.randomOctets)),
        secretDigest: [UInt8](repeating: 9, count: 32), name: try DomainName(canonical: name),
        statement: "x", contact: nil, at: Registry.now))
    await registry.store.close()
    #expect(try log().contains(name) == !quiet)
  }

  @Test func `asking what became of an appeal reads as much, whatever is listed`() async throws {
    let path = try place("-c log_statement=all")
    let registry = try await Registry(.postgresql, at: path, populated: true)
    let tests = AppealContractTests()
    var cases: [AppealCase] = []
    let entries = try await registry.list(["listed.example", "off.example"])
    for (number, name) in ["free.example", "listed.example", "off.example"].enumerated() {
      let id = try await tests.file(name, registry, number: UInt8(number + 1))
      _ = try await tests.assign(id, among: tests.reviewers(registry), isNamed: false, registry)
      cases.append(id)
    }
    try await tests.suspend(entries[1], for: cases[2], registry)
    #expect(try await registry.store.appeal(cases[2]).suspended == [entries[1]])
    var (told, seen): ([Int], [Int]) = ([], [])
    for id in cases {
      told.append(try await statements { _ = try await registry.store.appealStatus(id) })
      seen.append(try await statements { _ = try await registry.store.appeal(id) })
    }
    #expect(told == [1, 1, 1])
    // What officers see takes more; so the statements are counted.
    #expect(seen[0] > 1 && seen[2] > seen[1])
    await registry.store.close()
  }

  private func log() throws -> String {
    String(
      decoding: try Data(contentsOf: URL(filePath: PostgresCluster.shared.get().folder + ".log")),
      as: UTF8.self)
  }

  /// How many statements of ours the server logs meanwhile; other tests' sessions log none.
  private func statements(_ work: () async throws -> Void) async throws -> Int {
    var least = Int.max
    for _ in 0..<3 {
      let before = try log().utf8.count
      try await work()
      let new = String(decoding: Array(try log().utf8.dropFirst(before)), as: UTF8.self)
      least = min(least, new.components(separatedBy: "LOG:  execute ").count - 1)
    }
    return least
  }
}
