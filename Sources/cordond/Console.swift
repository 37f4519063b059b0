// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Foundation

/// Standard output and standard error, a line at a time.
enum Console {
  static func say(_ text: String, terminator: String = "\n") {
    FileHandle.standardOutput.write(Data((text + terminator).utf8))
  }

  /// One write a line, so that lines of several threads do not mix.
  static func log(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

  static func complain(_ message: String) { log("cordond: \(message)") }
}
