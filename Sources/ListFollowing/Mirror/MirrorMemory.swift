// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What a mirror remembers besides the files served: losing it keeps some files longer, nothing else.
///
/// A line of settings, then a line `SECONDS PATH` for each file that is kept past its use.
struct MirrorMemory: Equatable {
  /// The settings that the state served was made with.
  var settings = ""
  /// Since when the newest state no longer names a file that is still kept, in seconds since 1970.
  var obsolete: [String: Int64] = [:]

  init() {}

  init(parsing octets: [UInt8]) {
    let lines = String(decoding: octets, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    settings = lines.first.map(String.init) ?? ""
    for line in lines.dropFirst() {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, let time = Int64(parts[0]) else { continue }
      obsolete[String(parts[1])] = time
    }
  }

  var encoded: [UInt8] {
    let lines = obsolete.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)\n" }
    return Array((settings + "\n" + lines.joined()).utf8)
  }
}
