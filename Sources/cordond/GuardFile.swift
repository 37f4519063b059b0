// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest

/// Guarded names in a file.
enum GuardFile {
  static func read(_ path: String) throws(Failure) -> [GuardEntry] {
    let octets = try LocalFiles.read(path, what: "the guard list")
    do throws(GuardImportError) { return try GuardTable.entries(octets) } catch {
      throw Failure("\(path) \(error)")
    }
  }
}
