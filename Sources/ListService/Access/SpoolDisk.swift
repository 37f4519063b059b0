// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import Dispatch
internal import HTTPServing
private import Synchronization

/// The part of one request's content that lies on the disk, and the digest of it. Whoever calls may have to wait for the disk, and is
/// never a reactor.
final class SpoolDisk: Sendable {
  private struct Contents: ~Copyable {
    var file: SpoolFile?
    /// Until the digest is asked for.
    var hasher: SHA256Hasher? = SHA256Hasher()
    var digest: [UInt8] = []
  }

  private let folder: String
  private let contents = Mutex(Contents())

  /// - Parameter head: what the digest begins with.
  init(head: [UInt8], folder: String) {
    self.folder = folder
    contents.withLock { $0.hasher?.update(head) }
  }

  /// - Returns: whether the disk took it.
  func append(_ octets: [UInt8]) -> Bool {
    contents.withLock { contents in
      contents.hasher?.update(octets)
      if contents.file == nil { contents.file = SpoolFile(in: folder) }
      return contents.file?.append(octets.span) == true
    }
  }

  /// Nil when it cannot be read.
  func read(_ most: Int, at offset: Int) -> [UInt8]? {
    contents.withLock { $0.file?.read(most, at: offset) }
  }

  /// SHA-256 of the head, of what was appended and of `rest`; the same the next time, whatever `rest`.
  func digest(with rest: [UInt8]) -> [UInt8] {
    contents.withLock { contents in
      contents.hasher?.update(rest)
      if let hasher = contents.hasher.take() { contents.digest = hasher.finalize().octets }
      return contents.digest
    }
  }

  /// Gives the room on the disk back.
  func discard() { contents.withLock { $0.file = nil } }
}

/// Threads that write what is put aside: few, so that a slow disk has few calls to bear, and none of them a reactor's.
enum SpoolWriters {
  private static let queues = (0..<4).map { DispatchQueue(label: "cordon.spool.\($0)") }
  private static let next = Atomic(0)

  /// One of them, in turn.
  static func any() -> DispatchQueue {
    queues[next.wrappingAdd(1, ordering: .relaxed).oldValue & (queues.count - 1)]
  }
}
