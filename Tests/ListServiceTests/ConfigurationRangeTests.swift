// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListService
import Testing

/// The numbers that an operator may set: the first and the last that are taken, and those beyond, which stop the start.
@Suite struct ConfigurationRangeTests {
  /// A key, what it may be, and what it is unless it is set.
  struct Row: Sendable, CustomTestStringConvertible {
    let key: String
    let range: ClosedRange<Int>
    let standard: Int
    var testDescription: String { key }

    init(_ key: String, _ range: ClosedRange<Int>, or standard: Int) {
      self.key = key
      self.range = range
      self.standard = standard
    }
  }

  static let rows: [Row] = [
    Row("port", 0...65_535, or: 8443), Row("http2.streams", 1...10_000, or: 100),
    Row("handover_seconds", 1...3_600, or: 120), Row("drain_seconds", 0...3_600, or: 10),
    Row("reactors", 0...256, or: 0), Row("rendered_mebibytes", 0...1_048_576, or: 160),
    Row("metadata.timestamp_hours", 1...8_760, or: 24), Row("metadata.snapshot_days", 1...3_650, or: 7),
    Row("metadata.targets_days", 1...3_650, or: 90),
    Row("credentials.token_days", 1...3_650, or: 365), Row("credentials.certificate_days", 1...3_650, or: 90),
    Row("credentials.overlap_hours", 0...8_760, or: 168),
    Row("lists.a.countries", 2...10, or: 2), Row("lists.a.lease_days", 1...180, or: 90),
    Row("lists.a.poll_interval_seconds", 1...86_400, or: 300),
    Row("lists.a.kept_releases", 1...1_000_000, or: 10_000), Row("lists.a.kept_days", 1...36_500, or: 90),
    Row("lists.a.settle_minutes", 0...43_200, or: 0), Row("lists.a.freezing_holds", 0...10_000, or: 3),
    Row("lists.a.signature_age_minutes", 1...10_080, or: 60),
    Row("lists.a.signature_ahead_minutes", 0...60, or: 5),
    Row("desk.changes_per_minute", 1...1_000_000, or: 600),
    Row("desk.receipts_per_minute", 1...1_000_000, or: 600),
    Row("desk.reveals_per_minute", 1...1_000_000, or: 120),
    Row("claims.minutes", 1...1_440, or: 30), Row("claims.per_reviewer", 1...10_000, or: 50),
    Row("claims.in_a_row", 1...1_000, or: 4),
    Row("appeals.per_address_an_hour", 1...100_000, or: 10), Row("appeals.an_hour", 1...1_000_000, or: 600),
    Row("submissions.items_per_request", 1...100_000, or: 100_000),
    Row("submissions.body_octets", 1_024...(1 << 30), or: 32 << 20),
    Row("submissions.spool_mebibytes", 1...1_048_576, or: 512),
    Row("submissions.reports_per_person", 1...10_000, or: 100),
    Row("submissions.requests_per_minute", 1...1_000_000, or: 600),
  ]

  /// All that a configuration says.
  static func read(_ key: String? = nil, _ value: String = "") throws(ConfigurationError) -> String {
    let overrides = key.map { [(path: $0, value: value)] } ?? []
    var said = ""
    dump(
      try ServiceConfiguration(
        json5: Array("{ lists: { a: {} } }".utf8), folder: "conf", overrides: overrides),
      to: &said)
    return said
  }

  @Test(arguments: rows) func `a number is taken within its range, and one beyond it stops the start`(
    row: Row
  )
    throws
  {
    let usual = try Self.read()
    #expect(try Self.read(row.key, String(row.standard)) == usual, "that is what it is unless it is set")
    for value in [row.range.lowerBound, row.range.upperBound] where value != row.standard {
      #expect(try Self.read(row.key, String(value)) != usual, "\(value) makes a difference")
    }
    for value in [row.range.lowerBound - 1, row.range.upperBound + 1] {
      let error = #expect(throws: ConfigurationError.self) { try Self.read(row.key, String(value)) }
      let words =
        "\(row.key): a whole number from \(row.range.lowerBound) to \(row.range.upperBound) is wanted"
      #expect(error?.description == words, "\(value)")
    }
  }
}
