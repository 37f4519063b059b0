// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// Where sets of many lines lie while they are worked out; few are in memory.
package final class LineRoom {
  private let path: String
  private let files: any FileSystem
  private var spools: [FileSpool] = []
  private var number = 0

  /// - Parameter path: beside which the lines may lie.
  package init(beside path: String, files: any FileSystem) {
    self.path = directoryPart(of: path) + "/." + namePart(of: path) + ".spool"
    self.files = files
  }

  /// A place for the lines that one step brings.
  func spool() -> FileSpool {
    number += 1
    let spool = FileSpool(path: "\(path).\(number)", files: files)
    spools.append(spool)
    return spool
  }

  /// - Throws: what went wrong in any of them: then the lines are not all there.
  package func check() throws(FileFault) {
    for spool in spools { try spool.check() }
    spools = []
  }
}
