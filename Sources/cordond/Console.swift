// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import ListService
private import Synchronization

/// Standard output and standard error, a line at a time.
enum Console {
  /// Nobody who has something to say waits for whoever reads it: neither a reactor, nor the upkeep, nor the end of the process.
  private static let lines = LineWriter { StandardStream.error.write($0).taken }
  /// How long the last lines may take, in milliseconds.
  private static let patience = 2000
  /// Why standard output did not take all; 0 while it does.
  private static let cut = Atomic<Int32>(0)

  static func say(_ text: String, terminator: String = "\n") {
    guard cut.load(ordering: .relaxed) == 0 else { return }
    let outcome = StandardStream.output.write(Array((text + terminator).utf8))
    if outcome.error != 0 { cut.store(outcome.error, ordering: .relaxed) }
  }

  /// Who was to hear something and did not must not take the end for a good one.
  static func requireHeard() throws(Failure) {
    let error = cut.load(ordering: .relaxed)
    guard error != 0 else { return }
    throw Failure(StandardStream.reason(error).map { "cannot write to standard output: \($0)" } ?? "")
  }

  static func log(_ line: String, times: Int = 1) { lines.append(line, times: times) }

  static func complain(_ message: String) { log("cordond: \(message)") }

  /// Lines of the log that nobody took in time, or that could not be written.
  static var linesLost: Int { lines.lost }

  /// Writes what waits to be written: to be called before the process ends or becomes another.
  static func flush() { lines.finish(within: patience) }
}
