// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Glibc
import Ingest
import Records
import RecordsSQL
import RecordsSQLite
import Testing

@Suite(.serialized) struct DiskFaultTests {
  /// Workers print in no order of commits: those acknowledged just before the failure may say so after it, each of six at
  /// most four lines. That these hold is looked up in the store.
  private static let underWay = 24

  /// Runs a writer on a failing disk, then looks at the store on a sound one; longer where a machine has much else to do and the
  /// disk did not fail yet.
  private func endure(_ fault: String) async throws -> CrashWriter.Outcome {
    var outcome = try await endure(fault, for: .milliseconds(700))
    for seconds in [3, 10, 30] where outcome.failures.isEmpty {
      outcome = try await endure(fault, for: .seconds(seconds))
    }
    return outcome
  }

  private func endure(_ fault: String, for duration: Duration) async throws -> CrashWriter.Outcome {
    let folder = TemporaryFolder()
    let path = folder.path + "/store.sqlite"
    let outcome = try await CrashWriter(store: path, fault: fault).run(for: duration)
    #expect(outcome.lines.first == "ready")
    let store = try SQLiteRecords(path: path)
    #expect(try await AcknowledgedWrites(store: store).missing(of: outcome.lines) == [])
    #expect(try await store.check() == [])
    await store.close()
    return outcome
  }

  @Test func `a full disk is a fault of the moment, and writing goes on when there is room`() async throws {
    let outcome = try await endure("full=300,340")
    let failed = try #require(outcome.lines.lastIndex { $0.hasPrefix("failed") })
    #expect(
      outcome.failures.allSatisfy { $0.contains("fault") && $0.contains("full") }, "\(outcome.failures)")
    #expect(outcome.lines[failed...].contains { $0.hasPrefix("submit") })
  }

  @Test func `a file that may not grow acknowledges nothing it did not write`() async throws {
    let outcome = try await endure("room=400000")
    #expect(!outcome.failures.isEmpty)
    #expect(outcome.failures.allSatisfy { $0.contains("fault") }, "\(outcome.failures.prefix(3))")
  }

  @Test func `after a failed sync nothing more is acknowledged`() async throws {
    let outcome = try await endure("sync=40")
    let failed = try #require(outcome.lines.firstIndex { $0.hasPrefix("failed") })
    #expect(outcome.lines[..<failed].contains { $0.hasPrefix("submit") })
    #expect(outcome.failures.allSatisfy { $0.hasPrefix("failed fatal") })
    let after = outcome.lines[failed...].filter { !$0.hasPrefix("failed") }
    #expect(after.count <= Self.underWay, "\(after)")
  }

  @Test func `a disk that takes no more writes acknowledges none`() async throws {
    let outcome = try await endure("broken=300")
    let failed = try #require(outcome.lines.firstIndex { $0.hasPrefix("failed") })
    let after = outcome.lines[failed...].filter { !$0.hasPrefix("failed") }
    #expect(after.count <= Self.underWay, "\(after)")
  }

  @Test func `a damaged page is told, and ends the writing`() async throws {
    let registry = try await Registry(.sqlite)
    try await registry.list((0..<200).map { "n\($0).example" })
    await registry.store.close()
    // The schema stays sound, so that the store opens.
    let damaged = try SQLiteFile.damage(registry.path, where: "name != 'sqlite_schema' AND path != '/'")
    #expect(damaged > 20)
    let store = try SQLiteRecords(path: registry.path)
    await #expect(throws: RecordsError.self) {
      try await store.submit(registry.batch(["x.example"]), answering: nil)
    }
    let second = await #expect(throws: RecordsError.self) {
      try await store.note(action: "a", subject: "b", rule: "c", act: registry.act())
    }
    guard case .fatal = second else {
      Issue.record("not fatal")
      return
    }
    let findings = try? await store.check()
    #expect(findings != [])
    #expect(findings?.joined().contains("example") != true)
  }

  @Test func `a store whose schema is damaged is called damaged, not somebody else's`() async throws {
    let registry = try await Registry(.sqlite)
    await registry.store.close()
    #expect(try SQLiteFile.damage(registry.path, where: "name = 'sqlite_schema' AND path != '/'") > 0)
    let error = #expect(throws: StoreOpeningError.self) { try SQLiteRecords(path: registry.path) }
    #expect(error?.description.contains("malformed") == true, "\(String(describing: error))")
    #expect(error?.description.contains("\n") == false)
  }

  @Test func `a place where nothing can be written is refused in one line`() throws {
    // The superuser may write to any file on a disk, so this is none.
    let error = #expect(throws: StoreOpeningError.self) { try SQLiteRecords(path: "/proc/version") }
    #expect(error?.description.contains("\n") == false)
  }
}
