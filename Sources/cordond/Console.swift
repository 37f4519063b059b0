// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Foundation
internal import ListService

/// Standard output and standard error, a line at a time.
enum Console {
  /// Nobody who has something to say waits for whoever reads it: neither a reactor, nor the upkeep, nor the end of the process.
  private static let lines = LineWriter { FileHandle.standardError.write(Data($0)) }
  /// How long the last lines may take, in milliseconds.
  private static let patience = 2000

  static func say(_ text: String, terminator: String = "\n") {
    FileHandle.standardOutput.write(Data((text + terminator).utf8))
  }

  static func log(_ line: String) { lines.append(line) }

  static func complain(_ message: String) { log("cordond: \(message)") }

  /// Lines of the log that nobody took in time.
  static var linesLost: Int { lines.lost }

  /// Writes what waits to be written: to be called before the process ends or becomes another.
  static func flush() { lines.finish(within: patience) }
}
