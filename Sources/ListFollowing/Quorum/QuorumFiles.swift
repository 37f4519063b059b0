// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import Ingest

/// The quorum check's part of a state directory: `quorum.txt`, the same of the list before in `quorum-before.txt`, and `agencies.json`.
struct QuorumFiles {
  let directory: String
  let files: any FileSystem

  private var memoryPath: String { directory + "/quorum.txt" }
  private var beforePath: String { directory + "/quorum-before.txt" }
  private var agenciesPath: String { directory + "/agencies.json" }

  /// What is remembered of a list, or of another one when that is nothing.
  ///
  /// A list is judged before it is adopted: where that was cut short, the one before is still held.
  /// - Parameter entries: SHA-256 of the list held.
  func memory(of entries: SHA256Digest?) throws(FileFault) -> QuorumMemory? {
    let newest = try memory(at: memoryPath)
    guard let entries, newest?.entries != entries, let before = try memory(at: beforePath),
      newest == nil || before.entries == entries
    else { return newest }
    return before
  }

  private func memory(at path: String) throws(FileFault) -> QuorumMemory? {
    try files.read(path, maximumOctets: StateDirectory.maximumListOctets).flatMap(
      QuorumMemory.init(parsing:))
  }

  /// Remembers how a list was judged.
  /// - Parameter before: the same of the list that is held until it is adopted.
  func save(_ memory: QuorumMemory, over before: QuorumMemory?) throws(FileFault) {
    if let before, before.entries != memory.entries {
      try files.replace(beforePath, with: before.octets, permissions: 0o640)
    }
    try files.replace(memoryPath, with: memory.octets, permissions: 0o640)
  }

  func forget() throws(FileFault) {
    try files.remove(memoryPath)
    try files.remove(beforePath)
    try files.remove(agenciesPath)
  }

  /// The register kept, if it has this digest.
  func agencies(_ digest: SHA256Digest?) throws(FileFault) -> [UInt8]? {
    guard let digest,
      let octets = try files.read(agenciesPath, maximumOctets: AgencyRegister.maximumOctets),
      SHA256Digest(hashing: octets) == digest
    else { return nil }
    return octets
  }

  func save(agencies octets: [UInt8]) throws(FileFault) {
    try files.replace(agenciesPath, with: octets, permissions: 0o640)
  }
}
