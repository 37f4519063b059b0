// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What is wrong with a command line, in one line that names the part at fault.
package enum UsageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No such subcommand; the ones that exist at this place.
  case unknownCommand(String, known: [String])
  /// A group was named without its subcommand.
  case commandMissing(group: String, known: [String])
  /// No such option.
  case unknownOption(String, command: String)
  /// An option that takes a value came last.
  case valueMissing(option: String)
  /// A flag was given a value with `=`.
  case valueUnexpected(option: String)
  /// An option that may stand once was repeated.
  case repeated(option: String)
  /// A required option or operand is missing.
  case missing(String, command: String)
  /// More operands than the command takes.
  case unexpectedOperand(String, command: String)
  /// A value that cannot be what the option wants.
  case badValue(option: String, value: String, wanted: String)

  package var description: String {
    switch self {
    case .unknownCommand(let name, let known):
      "unknown command \"\(name)\"; known here: \(known.joined(separator: ", "))"
    case .commandMissing(let group, let known):
      "\(group) needs one of: \(known.joined(separator: ", "))"
    case .unknownOption(let option, let command):
      "unknown option \(option); see cordon \(command) --help"
    case .valueMissing(let option): "--\(option) needs a value"
    case .valueUnexpected(let option): "--\(option) takes no value"
    case .repeated(let option): "--\(option) may be given once only"
    case .missing(let what, let command): "\(what) is missing; see cordon \(command) --help"
    case .unexpectedOperand(let operand, let command):
      "unexpected \"\(operand)\"; see cordon \(command) --help"
    case .badValue(let option, let value, let wanted):
      "--\(option) \(value): expected \(wanted)"
    }
  }
}
