// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import SignedManifests
import Testing

/// Writes a repository for `Tests/Interoperability/python-tuf.py` to read with the public Python client.
struct InteroperabilityTests {
  private static let directory = ProcessInfo.processInfo.environment["CORDON_INTEROPERABILITY_DIRECTORY"]

  @Test(.enabled(if: directory != nil))
  func `a repository after two rotations and a release is written for a foreign client`() throws {
    let directory = URL(filePath: try #require(Self.directory))
    var repository = try RepositorySimulator()
    repository.now = Date()
    let entries = Array("bad.example\nworse.example\n".utf8)
    let next = try RepositorySimulator.key("holder-four")
    let old = repository.holders[0]
    try repository.rotate(
      { _ = $0.replace(old.keyid, with: next.key) },
      newHolders: [repository.holders[1], repository.holders[2], next])
    try repository.replaceOnlineKey()
    try repository.release(["worst-of/2/entries.txt": entries])

    let metadata = directory.appending(path: "metadata")
    try FileManager.default.createDirectory(at: metadata, withIntermediateDirectories: true)
    for (name, octets) in repository.files {
      try Data(octets).write(to: metadata.appending(path: name))
    }
    let current = try #require(repository.current)
    for (path, description) in current.targets.signed.targets {
      let file = directory.appending(path: "targets")
        .appending(path: RepositoryPath.target(path, description, consistent: true))
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(entries).write(to: file)
    }
    try Data(repository.firstRoot).write(to: directory.appending(path: "root.json"))
  }
}
