// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
private import Names

/// Guarded names in a file: `name,level,reason` lines after a header.
enum GuardFile {
  static func read(_ path: String) throws(Failure) -> [GuardEntry] {
    let text = String(decoding: try LocalFiles.read(path, what: "the guard list"), as: UTF8.self)
    var entries: [GuardEntry] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let fields = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
        .map { $0.trimmingPrefix(while: \.isWhitespace) }
      guard index > 0, !line.allSatisfy(\.isWhitespace), !line.hasPrefix("#") else { continue }
      guard fields.count >= 2, let name = try? DomainName(canonical: String(fields[0])),
        let level = GuardLevel(rawValue: String(fields[1].prefix { !$0.isWhitespace }))
      else {
        throw Failure("\(path) line \(index + 1): `name,level,reason` is wanted, level never or narrow")
      }
      let reason = fields.count > 2 ? fields[2].prefix { $0 != "\r" } : ""
      entries.append(GuardEntry(name: name, level: level, reason: String(reason)))
    }
    return entries
  }
}
