// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc
private import ListService

/// The service: parses its arguments, wires the parts, runs.
@main
enum Cordond {
  static func main() async {
    StandardStream.outliveReaders()
    do throws(Failure) {
      try await run(Arguments(parsing: Array(CommandLine.arguments.dropFirst())))
      try Console.requireHeard()
    } catch {
      if !error.message.isEmpty { Console.complain(error.message) }
      end(error.status)
    }
    end(0)
  }

  /// Ends the process and undoes nothing: what libraries do at an exit takes away locks that a worker in its last work still needs.
  private static func end(_ status: Int32) -> Never {
    Console.flush()
    _exit(status)
  }

  private static func run(_ arguments: Arguments) async throws(Failure) {
    switch arguments.command {
    case .help: Console.say(Arguments.help)
    case .version: Console.say("cordond \(version)")
    case .problems: Console.say(ProblemCatalogue.markdown, terminator: "")
    case .initialise: try await InitCommand(arguments).run()
    case .serve: try await ServeCommand(arguments).run()
    case .check: try await CheckCommand(arguments).run()
    case .migrate: try MigrateCommand(arguments).run()
    case .backup: try BackupCommand(arguments).run()
    case .restore: try await RestoreCommand(arguments).run()
    case .resume: try await ResumeCommand(arguments).run()
    case .compact: try CompactCommand(arguments).run()
    }
  }

  static let version = "0.1.0"
}
