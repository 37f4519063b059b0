// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Cryptography

/// A file that is being written beside the one it will replace, so that no more of it is in memory than need be.
///
/// What goes wrong on the way is kept, and thrown at the end: whoever hands over the octets need not know of files.
final class FileDraft {
  /// Where it is written: the temporary name of `FileSystem.replace`.
  let path: String
  private let files: any FileSystem
  private let target: String
  private let writer: any FileWriter
  private var hasher: SHA256Hasher?
  private var fault: FileFault?
  private(set) var count = 0

  /// Begins the draft of a file.
  /// - Parameter permissions: of the file, when there is none yet.
  init(of target: String, permissions: UInt32, isHashed: Bool, files: any FileSystem) throws(FileFault) {
    (self.files, self.target) = (files, target)
    path = directoryPart(of: target) + "/." + namePart(of: target) + ".new"
    writer = try files.open(path, like: try files.stamp(of: target) ?? FileStamp(permissions: permissions))
    hasher = isHashed ? SHA256Hasher() : nil
  }

  /// Takes the next octets.
  func append(_ octets: ArraySlice<UInt8>) {
    guard fault == nil else { return }
    count += octets.count
    hasher?.update(octets.span)
    do { try writer.append(octets) } catch { fault = error }
  }

  /// Takes some octets of a slab, without a copy where they are a file's.
  func append(_ slab: Slab, _ range: Range<Int>) {
    guard fault == nil else { return }
    count += range.count
    hasher?.update(slab.span.extracting(range))
    do { try writer.append(slab, range) } catch { fault = error }
  }

  /// - Throws: what went wrong so far. Before what was taken is judged: it may not be all.
  func check() throws(FileFault) { if let fault { throw fault } }

  /// Waits until all of it is on disk.
  /// - Returns: nil when no digest was wanted.
  @discardableResult
  func finish() throws(FileFault) -> SHA256Digest? {
    try check()
    try writer.finish()
    guard let hasher = hasher.take() else { return nil }
    return hasher.finalize()
  }

  /// The octets of a finished draft.
  func slab() throws(FileFault) -> Slab { try files.map(path, maximumOctets: count) ?? Slab([]) }

  /// Puts a finished draft in place of the file.
  func replace() throws(FileFault) {
    try files.rename(path, to: target)
    try files.synchronize(directory: directoryPart(of: target))
  }
}

/// A digest that is made only when somebody wants it.
final class Digester {
  private var hasher: SHA256Hasher?

  init(isNeeded: Bool) { hasher = isNeeded ? SHA256Hasher() : nil }

  func update(_ part: ArraySlice<UInt8>) { hasher?.update(part.span) }

  func finish() -> SHA256Digest? {
    guard let hasher = hasher.take() else { return nil }
    return hasher.finalize()
  }
}
