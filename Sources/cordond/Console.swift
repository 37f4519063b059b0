// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Foundation
private import Synchronization

/// Standard output and standard error, a line at a time.
enum Console {
  static func say(_ text: String, terminator: String = "\n") {
    FileHandle.standardOutput.write(Data((text + terminator).utf8))
  }

  /// Lines of several threads do not mix.
  private static let standardError = Mutex(FileHandle.standardError)

  static func log(_ line: String) { write(Array((line + "\n").utf8)) }

  /// Whole lines, to standard error.
  static func write(_ lines: [UInt8]) { standardError.withLock { $0.write(Data(lines)) } }

  static func complain(_ message: String) { log("cordond: \(message)") }
}
