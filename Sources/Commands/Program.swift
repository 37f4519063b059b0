// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Finds the subcommand a command line names, and runs it.
package enum Program {
  /// Every subcommand, in the order the help shows them.
  package static let commands: [Command] =
    [submitCommand, answerCommand] + reviewCommands + adminCommands + [
      followCommand, holdCommand, statusCommand,
    ]
    + bundleCommands + [mirrorCommand, namesCommand, tufCommand] + loginCommands + keysCommands

  /// Runs the words after the program's name.
  package static func run(_ words: [String], in context: CommandContext) -> ExitStatus {
    do {
      guard let first = words.first, !["--help", "-h", "help"].contains(first) else {
        context.write(overview)
        return .success
      }
      return try run(named: words, in: context)
    } catch {
      for line in error.lines { context.complain("cordon: " + line) }
      return error.status
    }
  }

  private static func run(
    named words: [String], in context: CommandContext
  ) throws(CommandFailure) -> ExitStatus {
    if let command = commands.first(where: { words.starts(with: $0.path) }) {
      let rest = words.dropFirst(command.path.count)
      if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
        context.write(command.help)
        return .success
      }
      return try command.body(
        Arguments(rest, options: command.options, command: command.name), context)
    }
    return try explain(words, in: context)
  }

  private static func explain(
    _ words: [String], in context: CommandContext
  ) throws(CommandFailure) -> ExitStatus {
    let group = commands.filter { $0.path.first == words[0] }
    let known = group.map { $0.path[1] }
    guard !group.isEmpty else {
      var seen: [String] = []
      for command in commands where !seen.contains(command.path[0]) { seen.append(command.path[0]) }
      throw CommandFailure(.unknownCommand(words[0], known: seen))
    }
    guard words.count > 1 else { throw CommandFailure(.commandMissing(group: words[0], known: known)) }
    guard ["--help", "-h", "help"].contains(words[1]) else {
      throw CommandFailure(.unknownCommand(words[0...1].joined(separator: " "), known: known))
    }
    context.write(list(group))
    return .success
  }

  private static var overview: String {
    "usage: cordon COMMAND [options]\n\n" + list(commands)
      + "\nEach command explains itself: cordon COMMAND --help\n"
  }

  private static func list(_ commands: [Command]) -> String {
    commands.map { command in
      "  " + command.name + String(repeating: " ", count: max(2, 26 - command.name.count)) + command.summary
        + "\n"
    }.joined()
  }
}
