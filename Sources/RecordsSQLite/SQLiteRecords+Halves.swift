// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Records
internal import RecordsSQL

/// A long list is read by two connections at once.
extension SQLiteRecords {
  /// A release's `entries.txt`.
  public func publishedText(list: ListName, version: ListVersion) async throws(RecordsError) -> [UInt8] {
    let middle = try await reader.read {
      [readingApart] (connection: Connection) throws(RecordsError) -> String? in
      let latest = try connection.latestRelease(of: list)
      guard version <= latest?.version ?? .unreleased else { throw .refused(.notFound(.release)) }
      return latest?.entries ?? 0 < readingApart ? nil : try connection.middle(of: list)
    }
    guard let middle else { return try await part(of: list, version, by: reader) }
    // What a release held never changes: both halves are of one state, read at different moments as they are.
    async let upper = Self.result { () throws(RecordsError) in
      try await part(of: list, version, from: middle, by: second)
    }
    let lower = try await part(of: list, version, to: middle, by: reader)
    return lower + (try await upper.get())
  }

  private func part(
    of list: ListName, _ version: ListVersion, from first: String? = nil, to end: String? = nil,
    by queue: StoreQueue
  ) async throws(RecordsError) -> [UInt8] {
    try await queue.read { (connection: Connection) throws(RecordsError) in
      try connection.publishedText(of: list, version: version, from: first, to: end)
    }
  }

  private static func result<Value>(
    _ work: @Sendable () async throws(RecordsError) -> Value
  ) async -> Result<Value, RecordsError> {
    do throws(RecordsError) { return .success(try await work()) } catch { return .failure(error) }
  }
}
