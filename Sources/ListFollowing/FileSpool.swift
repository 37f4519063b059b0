// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// Lines on disk until they are needed: sorted runs until they are merged, or the many lines of a difference.
///
/// What goes wrong is kept, as in a draft: whoever asks for the lines gets none then, and `check` tells why.
final class FileSpool: LineSpool {
  private let path: String
  private let files: any FileSystem
  private var writer: (any FileWriter)?
  private var fault: FileFault?

  /// A spool at a path where nothing of value is.
  init(path: String, files: any FileSystem) { (self.path, self.files) = (path, files) }

  deinit { if writer != nil { try? files.remove(path) } }

  func append(_ octets: ArraySlice<UInt8>) {
    attempt { () throws(FileFault) in
      if writer == nil { writer = try files.open(path, like: FileStamp(permissions: 0o600)) }
      try writer?.append(octets)
    }
  }

  func slab() -> Slab {
    var slab: Slab?
    attempt { () throws(FileFault) in
      try writer?.finish()
      slab = try files.map(path, maximumOctets: StateDirectory.maximumListOctets)
    }
    return slab ?? Slab([])
  }

  /// - Throws: what went wrong so far.
  func check() throws(FileFault) { if let fault { throw fault } }

  private func attempt(_ step: () throws(FileFault) -> Void) {
    guard fault == nil else { return }
    do { try step() } catch { fault = error }
  }
}

extension FileSystem {
  /// The difference between two lists. What is much of it lies in files that have no name any more.
  /// - Parameter path: beside which they may be written.
  func difference(from older: Blocklist, to newer: Blocklist, beside path: String) throws(FileFault) -> Delta
  {
    let gone = FileSpool(path: path + ".gone", files: self)
    let come = FileSpool(path: path + ".come", files: self)
    let delta = Delta(from: older, to: newer, spooling: gone, come)
    try gone.check()
    try come.check()
    return delta
  }
}
