// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import Foundation

/// A program of the system that a rendered list is tried on.
enum Program: String {
  case named
  case namedCheckzone = "named-checkzone"
  case unbound
  case unboundCheckconf = "unbound-checkconf"
  case dnsmasq
  case squid
  case kresd
  case recursor = "pdns_recursor"

  /// Where it is installed, if it is.
  var path: String? {
    ["/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"].map { $0 + rawValue }
      .first(where: FileManager.default.isExecutableFile)
  }

  /// Whether it is installed; says loudly that a test is skipped if not.
  var isInstalled: Bool {
    if path != nil { return true }
    print("SKIPPED: \(rawValue) is not installed, so no list was tried on it")
    return false
  }

  /// Starts it without waiting.
  func start(_ arguments: [String], output: URL) throws -> ChildProcess {
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    let log = try FileHandle(forWritingTo: output)
    defer { try? log.close() }
    return try ChildProcess(path ?? "/nonexistent", arguments, output: log, complaints: .printed)
  }

  /// Runs it to its end.
  func run(_ arguments: [String], in folder: Folder) throws -> (status: Int32, output: String) {
    let output = folder.url("\(rawValue).out")
    let status = try start(arguments, output: output).wait().status
    return (status, try String(contentsOf: output, encoding: .utf8))
  }
}

/// A folder of its own for one test, removed with it.
final class Folder {
  let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("formats-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  func url(_ name: String) -> URL { root.appendingPathComponent(name) }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: url(name))
    return url(name).path
  }
}
