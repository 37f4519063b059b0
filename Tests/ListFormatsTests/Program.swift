// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Glibc

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
  func start(_ arguments: [String], output: URL) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "/nonexistent")
    process.arguments = arguments
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    let log = try FileHandle(forWritingTo: output)
    process.standardOutput = log
    process.standardError = log
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Runs it to its end.
  func run(_ arguments: [String], in folder: Folder) throws -> (status: Int32, output: String) {
    let output = folder.url("\(rawValue).out")
    let process = try start(arguments, output: output)
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
  }
}

extension Process {
  /// Ends it by SIGKILL: a child inherits the blocked signals of the thread that started it, SIGTERM among them.
  func kill() {
    _ = Glibc.kill(processIdentifier, SIGKILL)
    waitUntilExit()
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
