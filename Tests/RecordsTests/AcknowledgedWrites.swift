// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import Ingest
import Names
import Records
import Testing

/// Looks each acknowledgement up in a store opened again.
struct AcknowledgedWrites {
  let store: any Records

  /// The lines that do not hold.
  func missing(of lines: [String]) async throws -> [String] {
    let list = try ListName("worst-of")
    let files = try await store.metadata().files
    let releases = try await store.releases(list: list, after: .unreleased, limit: .max)
    var missing: [String] = []
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      let holds =
        switch words.first {
        case "submit": try await isSubmitted(words)
        case "review": try await isReviewed(words)
        case "listed": try await store.entry(#require(EntryID(words[1]))).entry.text == words[2]
        case "suspend": try await isSuspended(words)
        case "release":
          releases.contains { "\($0.version)" == words[1] && $0.digest == [UInt8](words[2].utf8) }
        case "metadata": try Self.holds(files, words)
        default: true
        }
      if !holds { missing.append(line) }
    }
    return missing
  }

  private func isSubmitted(_ words: [String]) async throws -> Bool {
    let submission = try await store.submission(#require(SubmissionID(words[1])))
    let key = IdempotencyKey(
      principal: try #require(PrincipalID("a-jm")), key: words[3], requestDigest: [UInt8](words[3].utf8))
    let answer = try await store.answer(for: key)
    return submission.host.name.text == words[2] && submission.reports.count == 1 && answer != nil
  }

  private func isReviewed(_ words: [String]) async throws -> Bool {
    try await store.reviews(of: #require(SubmissionID(words[2]))).contains { $0.id.text == words[1] }
  }

  private func isSuspended(_ words: [String]) async throws -> Bool {
    let id = try #require(EntryID(words[1]))
    let state = try await store.entry(id).state
    let last = try await store.history(of: id).last
    return state == .suspended && last?.reason == words[2]
  }

  // Later values may have been written without their acknowledgement getting out.
  private static func holds(_ files: [MetadataFile], _ words: [String]) throws -> Bool {
    let file = files.first { $0.name == words[1] }
    let value = file.flatMap { Int(String(decoding: $0.octets, as: UTF8.self)) } ?? 0
    return try value >= #require(Int(words[2]))
  }
}
