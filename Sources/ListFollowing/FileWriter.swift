// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

/// A file that is written part by part.
public protocol FileWriter: AnyObject {
  /// Writes the next octets.
  func append(_ octets: ArraySlice<UInt8>) throws(FileFault)
  /// Writes some octets of a slab next.
  func append(_ slab: Slab, _ range: Range<Int>) throws(FileFault)
  /// Waits until all octets are on disk.
  func finish() throws(FileFault)
}

extension FileWriter {
  /// Writes a copy of the octets.
  public func append(_ slab: Slab, _ range: Range<Int>) throws(FileFault) { try append(slab[range]) }
}

extension FileSystem {
  /// What `read` gives.
  public func map(_ path: String, maximumOctets: Int) throws(FileFault) -> Slab? {
    try read(path, maximumOctets: maximumOctets).map { Slab($0) }
  }

  /// Gathers what is written, and writes it at the end.
  public func open(_ path: String, like stamp: FileStamp) throws(FileFault) -> any FileWriter {
    GatheringWriter(files: self, path: path, stamp: stamp)
  }

  /// Writes the whole file anew.
  public func append(_ slab: Slab, to path: String, at offset: Int) throws(FileFault) {
    let kept = try read(path, maximumOctets: Int.max) ?? []
    try write(Array(kept.prefix(offset)) + slab.octets, to: path, like: FileStamp(permissions: 0o640))
  }
}

/// Keeps what is written until the end.
private final class GatheringWriter: FileWriter {
  private let files: any FileSystem
  private let path: String
  private let stamp: FileStamp
  private var octets: [UInt8] = []

  init(files: any FileSystem, path: String, stamp: FileStamp) {
    (self.files, self.path, self.stamp) = (files, path, stamp)
  }

  func append(_ octets: ArraySlice<UInt8>) { self.octets.append(contentsOf: octets) }

  func finish() throws(FileFault) { try files.write(octets, to: path, like: stamp) }
}
