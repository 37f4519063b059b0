// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListFollowing
import Synchronization

/// Files in memory, which a power cut may hit before any chosen step.
final class MemoryFileSystem: FileSystem {
  private struct Disk {
    var files: [String: [UInt8]] = [:]
    var steps = 0
    var lastStep: Int?
    var writes: [String] = []
  }

  private let disk = Mutex(Disk())

  init(files: [String: [UInt8]] = [:]) {
    disk.withLock { $0.files = files }
  }

  /// What is on the disk now.
  var files: [String: [UInt8]] { disk.withLock { $0.files } }

  /// How many changing steps were taken.
  var steps: Int { disk.withLock { $0.steps } }

  /// Paths written, in order.
  var writes: [String] { disk.withLock { $0.writes } }

  /// The power goes after this many further steps; the step under way is half done.
  func cutPower(after steps: Int) { disk.withLock { $0.lastStep = $0.steps + steps } }

  func put(_ text: String, at path: String) { disk.withLock { $0.files[path] = Array(text.utf8) } }

  /// Removes all files whose path begins so.
  func forget(_ prefix: String) {
    disk.withLock { $0.files = $0.files.filter { !$0.key.hasPrefix(prefix) } }
  }

  func text(_ path: String) -> String? { files[path].map { String(decoding: $0, as: UTF8.self) } }

  func change(_ path: String, _ body: (inout [UInt8]) -> Void) {
    disk.withLock { if $0.files[path] != nil { body(&$0.files[path, default: []]) } }
  }

  private func step(_ path: String, halfDone: (inout Disk) -> Void = { _ in }, _ body: (inout Disk) -> Void)
    throws(FileFault)
  {
    let isAlive = disk.withLock { disk in
      disk.steps += 1
      guard let last = disk.lastStep, disk.steps > last else {
        body(&disk)
        return true
      }
      if disk.steps == last + 1 { halfDone(&disk) }
      return false
    }
    guard isAlive else { throw FileFault(operation: "reach", path: path, reason: "the power is cut") }
  }

  func read(_ path: String, maximumOctets: Int) throws(FileFault) -> [UInt8]? { files[path] }

  func stamp(of path: String) throws(FileFault) -> FileStamp? {
    files[path].map { FileStamp(octets: $0.count, permissions: 0o640) }
  }

  func write(_ octets: [UInt8], to path: String, like stamp: FileStamp) throws(FileFault) {
    let half = Array(octets.prefix(octets.count / 2))
    try step(path, halfDone: { $0.files[path] = half }) {
      $0.files[path] = octets
      $0.writes.append(path)
    }
  }

  func rename(_ path: String, to newPath: String) throws(FileFault) {
    try step(path) { $0.files[newPath] = $0.files.removeValue(forKey: path) }
  }

  func link(_ path: String, as newPath: String) throws(FileFault) {
    try step(path) { $0.files[newPath] = $0.files[path] }
  }

  func renew(_ path: String) throws(FileFault) { try step(path) { _ in } }

  func synchronize(directory: String) throws(FileFault) { try step(directory) { _ in } }

  func remove(_ path: String) throws(FileFault) { try step(path) { $0.files[path] = nil } }

  func makeDirectory(_ path: String) throws(FileFault) {}
}
