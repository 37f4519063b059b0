// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import FoundationEssentials
import ListFormats
import SignedManifests
import StrictJSON

/// Signed metadata as a service with one list has it, for the size of it in an update.
enum SignedSample {
  /// Timestamp, snapshot and targets of `list` as release `version`, in every format.
  static func metadata(of list: Blocklist, version: UInt64) throws -> [CompactUpdate.File] {
    let holders = try (1...3).map { KeySigner(try PrivateKey.generate(.ed25519), holder: "holder-\($0)") }
    let online = KeySigner(try PrivateKey.generate(.ed25519), holder: "online")
    let now = Date(timeIntervalSince1970: 1_790_000_000)
    let root = Root.initial(
      root: holders.map(\.key), rootThreshold: 2, online: [online.key], expires: now.addingTimeInterval(3e7))
    let options = RenderOptions(list: try ListName("worst-of"), version: ListVersion(version))
    var targets: [String: TargetDescription] = [:]
    for format in ListFormat.allCases {
      let rendered = format.render(list, options: options)
      var custom: JSONObject = [
        "list": "worst-of", "version": .integer(Int64(version)), "entries": .integer(Int64(rendered.listed)),
        "omitted": .integer(Int64(rendered.omitted)),
        "brake": ["additions": 1000, "additions_percent": 20],
      ]
      if format == .rpz { custom["zone"] = "rpz.cordon.invalid" }
      targets["worst-of/\(version)/\(format.rawValue)"] = TargetDescription(
        of: rendered.octets, custom: custom)
    }
    let files = try RepositoryBuilder(root: root, signers: [online]).release(targets: targets, now: now)
    return files.files.map { CompactUpdate.File(name: $0.name, octets: $0.octets) }
  }
}
