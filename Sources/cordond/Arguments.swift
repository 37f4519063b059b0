// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What was asked for on the command line.
struct Arguments {
  enum Command {
    case help, version, problems, initialise, serve, check, migrate, backup, restore, resume, compact
  }

  var command: Command
  var config = "config/cordond.json5"
  var seeds: String?
  var credentials: String?
  /// Whether listening sockets are taken over from the process that serves now.
  var takesOver = false
  /// Whether a person vouches for the clock, however far it is beyond the last time served.
  var clockIsRight = false
  var from: String?
  var to: String?
  /// Folders of metadata that followers have seen.
  var seen: [String] = []
  var nothingIsNewer = false
  /// Overrides of the configuration, `key.path` and value, in order.
  var overrides: [(path: String, value: String)] = []

  static let help = """
    cordond: the Cordon service

    cordond init --data DIR --config FILE --seeds FILE [--credentials DIR]
        creates the store, the online keys, and the people of a seeds file with their tokens
    cordond serve --data DIR --config FILE [--address A] [--port N] [--set key.path=value]... [--take-over] [--clock-is-right]
        serves; installs the root of trust at the first start; --take-over gets the listening sockets from the
        cordond that serves now, which ends once this one serves: no connection is refused; --clock-is-right lets
        leases end although the clock is more than 30 days beyond the last time served and nothing synchronises it
    cordond check --data DIR --config FILE
        checks the configuration, and the store's integrity and invariants
    cordond backup --data DIR --config FILE --to FILE
        copies the store into one file, and checks it; the service may run
    cordond restore --data DIR --config FILE --from FILE [--seen FOLDER]... [--nothing-newer]
        puts a backup in the place of the store, and goes on beyond everything that followers have seen
    cordond resume --data DIR --config FILE [--seen FOLDER]... [--nothing-newer]
        the same for a store that was put back by other means
    cordond compact --data DIR --config FILE
        gives back the room that deleted rows left
    cordond migrate --from STORE --to STORE
        moves all records into an empty store, reads every row back, and closes the old one;
        STORE is sqlite:PATH or postgresql:CONNECTION
    cordond problems
        prints the problem types as a table
    cordond version | --help

    Each value of the configuration is overridden by --set key.path=value (JSON5, or a plain text).
    Exit status: 0 done, 1 failed; one line on standard error says why.
    """

  init(parsing words: [String]) throws(Failure) {
    var words = words[...]
    switch words.popFirst() {
    case "init": command = .initialise
    case "serve": command = .serve
    case "check": command = .check
    case "migrate": command = .migrate
    case "backup": command = .backup
    case "restore": command = .restore
    case "resume": command = .resume
    case "compact": command = .compact
    case "problems": command = .problems
    case "version", "--version": command = .version
    case "help", "--help", "-h": command = .help
    case let word?: throw Failure("there is no command \(word); see cordond --help")
    case nil: throw Failure("a command is needed; see cordond --help")
    }
    while let word = words.popFirst() {
      if word == "--clock-is-right" {
        clockIsRight = true
        continue
      }
      if word == "--nothing-newer" {
        nothingIsNewer = true
        continue
      }
      guard word != "--help", word != "-h" else {
        command = .help
        return
      }
      if word == "--take-over" {
        takesOver = true
      } else {
        try take(word, &words)
      }
    }
  }

  private mutating func take(_ word: String, _ words: inout ArraySlice<String>) throws(Failure) {
    var flag = word
    if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
      flag = String(word[..<equals])
      words = [String(word[word.index(after: equals)...])] + words
    }
    guard flag.hasPrefix("--") else { throw Failure("what is \(word)? see cordond --help") }
    guard let value = words.popFirst() else { throw Failure("\(flag) needs a value") }
    switch flag {
    case "--config": config = value
    case "--seeds": seeds = value
    case "--credentials": credentials = value
    case "--from": from = value
    case "--to": to = value
    case "--seen": seen.append(value)
    case "--data", "--address": overrides.append((String(flag.dropFirst(2)), quoted(value)))
    case "--port": overrides.append(("port", value))
    case "--set": try set(value)
    default: throw Failure("there is no flag \(flag); see cordond --help")
    }
  }

  private mutating func set(_ text: String) throws(Failure) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw Failure("--set wants key.path=value, not \(text)")
    }
    overrides.append((String(parts[0]), String(parts[1])))
  }

  /// A text that is not to be read as anything else, even when it looks like a number.
  private func quoted(_ text: String) -> String {
    let escaped = text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
    return "\"" + String(escaped) + "\""
  }
}
