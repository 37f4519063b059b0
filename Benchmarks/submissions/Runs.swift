// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import Ingest
import Names
import Records
import RecordsPostgres
import RecordsSQL
import RecordsSQLite

/// Synthetic addresses under reserved names.
enum Addresses {
  static func write(count: Int) throws {
    var text = "url,case_reference,evidence_sha256,seen_at,note\n"
    let digest = String(repeating: "ab", count: 32)
    for number in 0..<count {
      text += "https://www.h\(number).site-\(number % 977).example/a/b?n=\(number),JM-\(number),\(digest),"
      text += "2026-01-02T03:04:05Z,\"seen twice, checked\"\n"
      if text.utf8.count > 1 << 20 {
        FileHandle.standardOutput.write(Data(text.utf8))
        text = ""
      }
    }
    FileHandle.standardOutput.write(Data(text.utf8))
  }
}

/// Synthetic popular sites, in no order of name.
enum Sites {
  static func write(count: Int) throws {
    var text = "rank,name\n"
    for rank in 1...count { text += "\(rank),site-\(rank &* 7919 % count).example\n" }
    FileHandle.standardOutput.write(Data(text.utf8))
  }
}

/// Who submits, and to which list.
struct World {
  let submitter: Principal
  let list: ListName

  init() throws {
    guard let id = PrincipalID("a-jm"), let agency = AgencyID("unit-jm"), let country = CountryCode("JM")
    else {
      throw CocoaError(.formatting)
    }
    submitter = Principal(id: id, name: "a", agency: agency, country: country, roles: [.submitter])
    list = try ListName("worst-of")
  }
}

/// One request of many items.
struct BulkRun {
  let csv: String
  let store: String

  func run() async throws {
    let world = try World()
    let records = try SQLiteRecords(path: store)
    let octets = [UInt8](try Data(contentsOf: URL(fileURLWithPath: csv)))
    let clock = ContinuousClock()
    let start = clock.now
    let admission = Admission(names: NameRules(allowsReservedNames: true), guards: .empty)
    var items: [AdmittedItem] = []
    var count = 0
    _ = try SubmissionBody(parsing: octets, SubmissionBody.Terms(format: .csv, now: Date())) { item in
      count += 1
      if case .success(let admitted) = item.flatMap({ admission.admit($0) }) { items.append(admitted) }
    }
    let judged = clock.now
    let batch = SubmissionBatch(
      list: world.list, submitter: world.submitter, at: Date(), items: items)
    let outcome = try await records.submit(batch, answering: nil).outcome
    let end = clock.now
    await records.close()
    print(
      "{\"items\": \(count), \"stored\": \(outcome?.items.count ?? 0), "
        + "\"judge\": \((judged - start) / .seconds(1)), \"store\": \((end - judged) / .seconds(1)), "
        + "\"seconds\": \((end - start) / .seconds(1))}")
  }
}

/// Many requests of one item.
struct SingleRun {
  let store: String
  let tasks: Int
  let count: Int

  func run() async throws {
    let world = try World()
    let records = try SQLiteRecords(path: store)
    let admission = Admission(names: NameRules(allowsReservedNames: true), guards: .empty)
    let (tasks, count) = (tasks, count)
    let elapsed = try await ContinuousClock().measure {
      try await withThrowingTaskGroup { group in
        for task in 0..<tasks {
          group.addTask {
            for number in stride(from: task, to: count, by: tasks) {
              let item = try admission.admit(ParsedItem(line: 1, url: "http://n\(number).example/")).get()
              let batch = SubmissionBatch(
                list: world.list, submitter: world.submitter, at: Date(), items: [item])
              _ = try await records.submit(batch, answering: nil)
            }
          }
        }
        try await group.waitForAll()
      }
    }
    await records.close()
    let seconds = elapsed / .seconds(1)
    print(
      "{\"tasks\": \(tasks), \"submissions\": \(count), \"seconds\": \(seconds), "
        + "\"per_second\": \(Int(Double(count) / seconds))}")
  }
}

/// Submissions of one item each, as many as are acknowledged in a given time.
struct RateRun {
  let store: String
  let tasks: Int
  let seconds: Double
  let prefix: String

  func run() async throws {
    let world = try World()
    let scheme = "postgresql:"
    let records: any Records =
      store.hasPrefix(scheme)
      ? try PostgresRecords(connection: String(store.dropFirst(scheme.count)))
      : try SQLiteRecords(path: store)
    let admission = Admission(names: NameRules(allowsReservedNames: true), guards: .empty)
    let (tasks, prefix) = (tasks, prefix)
    let clock = ContinuousClock()
    let start = clock.now
    let end = start + .seconds(seconds)
    let count = try await withThrowingTaskGroup { group in
      for task in 0..<tasks {
        group.addTask {
          var done = 0
          while clock.now < end {
            let number = done * tasks + task
            let parsed = ParsedItem(line: 1, url: "https://\(prefix)n\(number).example/gallery")
            let item = try admission.admit(parsed).get()
            let batch = SubmissionBatch(
              list: world.list, submitter: world.submitter, at: Date(), items: [item])
            _ = try await records.submit(batch, answering: nil)
            done += 1
          }
          return done
        }
      }
      return try await group.reduce(0, +)
    }
    let elapsed = (clock.now - start) / .seconds(1)
    await records.close()
    print("{\"tasks\": \(tasks), \"submissions\": \(count), \"per_second\": \(Int(Double(count) / elapsed))}")
  }
}

/// An import of guarded names.
struct GuardRun {
  let csv: String

  func run() throws {
    let octets = [UInt8](try Data(contentsOf: URL(fileURLWithPath: csv)))
    let clock = ContinuousClock()
    let start = clock.now
    let guards = try GuardList(topSites: octets, level: .narrow)
    let imported = clock.now
    let lookups = 100_000
    var hits = 0
    for number in 0..<lookups {
      let name = try DomainName(canonical: "h\(number).site-\(number &* 7919 % 2_000_000).example")
      if guards.verdict(on: BlocklistEntry(name: name, scope: .subtree)) != .clear { hits += 1 }
    }
    let end = clock.now
    print(
      "{\"names\": \(guards.count), \"import\": \((imported - start) / .seconds(1)), \"lookups\": \(lookups), "
        + "\"hits\": \(hits), \"seconds\": \((end - imported) / .seconds(1))}")
  }
}
