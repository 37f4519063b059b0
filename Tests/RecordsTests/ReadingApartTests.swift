// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Records
import RecordsSQLite
import Testing

@Suite struct ReadingApartTests {
  @Test(arguments: [0, 1, 39, 40])
  func `a list read in two halves is the list read in one`(names: Int) async throws {
    let registry = try await Registry(.sqlite)
    let ids = try await registry.list((0..<40).map { "n\($0 * 7 % 40).example" })
    try await registry.publish()
    for id in ids.prefix(40 - names) {
      _ = try await registry.store.suspend(id, reason: "", act: registry.act(), answering: nil)
    }
    if names < 40 { try await registry.publish() }
    var whole: [[UInt8]] = []
    let versions = try await registry.store.releases(list: registry.list, after: .unreleased, limit: .max)
      .map(
        \.version)
    for version in versions {
      whole.append(try await registry.store.publishedText(list: registry.list, version: version))
    }
    #expect(whole.last?.split(separator: UInt8(ascii: "\n")).count == names)
    await registry.store.close()
    let apart = try SQLiteRecords(path: registry.path, readingApart: 0)
    for (version, text) in zip(versions, whole) {
      #expect(try await apart.publishedText(list: registry.list, version: version) == text)
    }
    await apart.close()
  }
}
