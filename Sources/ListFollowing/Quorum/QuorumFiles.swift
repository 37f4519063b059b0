// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import Ingest

/// The quorum check's part of a state directory: `quorum.txt` and `agencies.json`.
struct QuorumFiles {
  let directory: String
  let files: any FileSystem

  private var memoryPath: String { directory + "/quorum.txt" }
  private var agenciesPath: String { directory + "/agencies.json" }

  func memory() throws(FileFault) -> QuorumMemory? {
    try files.read(memoryPath, maximumOctets: StateDirectory.maximumListOctets).flatMap(
      QuorumMemory.init(parsing:))
  }

  func save(_ memory: QuorumMemory) throws(FileFault) {
    try files.replace(memoryPath, with: memory.octets, permissions: 0o640)
  }

  func forget() throws(FileFault) {
    try files.remove(memoryPath)
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
