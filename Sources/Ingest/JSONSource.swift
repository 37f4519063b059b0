// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import StrictJSON

/// Reads JSON as it arrives: each step is tried on what is here, and again with more behind it when that may change what was read.
struct JSONSource {
  private var window: BodyWindow
  private var reader: JSONReader

  init(_ window: BodyWindow) throws(SubmissionBodyError) {
    self.window = window
    reader = try Self.begin(window)
    // Nothing but blanks so far.
    while reader.isAtEnd, !self.window.isLast {
      try self.window.refill(dropping: reader.position)
      reader = try Self.begin(self.window)
    }
  }

  private static func begin(_ window: BodyWindow) throws(SubmissionBodyError) -> JSONReader {
    do throws(JSONError) {
      return try JSONReader(window.octets, limits: JSONLimits(octets: window.octets.count, depth: 8))
    } catch { throw refusal(error, window) }
  }

  /// What one step yields.
  mutating func read<Value>(
    _ step: (inout JSONReader) throws(JSONError) -> Value
  ) throws(SubmissionBodyError) -> Value {
    while true {
      var attempt = reader
      let result: Result<Value, JSONError>
      do throws(JSONError) { result = .success(try step(&attempt)) } catch { result = .failure(error) }
      guard window.isLast || !mayChange(result, attempt) else {
        try refill()
        continue
      }
      switch result {
      case .failure(let error): throw Self.refusal(error, window)
      case .success(let value):
        guard attempt.position - reader.position <= SubmissionBody.itemOctets else {
          throw Self.refusal(reader.refusal, window, .itemTooLong)
        }
        reader = attempt
        return value
      }
    }
  }

  /// The end of the body.
  mutating func readEnd() throws(SubmissionBodyError) {
    try read { (reader: inout JSONReader) throws(JSONError) in try reader.end() }
  }

  /// Whether the step came to the end of what is here, or near it: half a number, half an escape.
  private func mayChange<Value>(_ result: Result<Value, JSONError>, _ attempt: JSONReader) -> Bool {
    if attempt.isAtEnd { return true }
    guard case .failure(let error) = result else { return false }
    return error.offset + Self.longestEscape >= window.octets.count
  }

  /// Of a code point beyond the first plane: `\\ud83d\\ude00`.
  private static let longestEscape = 12

  private mutating func refill() throws(SubmissionBodyError) {
    try window.refill(dropping: reader.position)
    reader.replaceOctets(with: window.octets)
  }

  private static func refusal(
    _ error: JSONError, _ window: BodyWindow, _ rule: SubmissionBodyError.Rule = .malformedJSON
  ) -> SubmissionBodyError {
    let line = window.line + error.line - 1
    let column = error.line == 1 ? window.column + error.column - 1 : error.column
    if rule == .itemTooLong { return .itemTooLong(line: line, column: column) }
    return SubmissionBodyError(
      rule, line: line, column: column, detail: "Not JSON: \(error.reason.rawValue).")
  }
}
