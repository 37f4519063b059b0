// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import FoundationEssentials
package import ListFollowing

/// Everything of the outside world a command may touch, so that tests can stand in for it.
package struct CommandContext: Sendable {
  /// Environment variables.
  package var environment: [String: String]
  /// The local files.
  package var files: any FileSystem
  /// Prints to standard output, exactly the text given.
  package var write: @Sendable (String) -> Void
  /// Prints one line to standard error.
  package var complain: @Sendable (String) -> Void
  /// Reads standard input to its end, at most so many octets; nil when there is more.
  package var readInput: @Sendable (_ maximumOctets: Int) -> [UInt8]?
  /// The time now.
  package var now: @Sendable () -> Date
  /// Runs a signer command: the message in, the signature out.
  package var runSigner: @Sendable (String, [UInt8]) throws(CommandFailure) -> [UInt8] = ProcessSigner.run
  /// Asks for a passphrase at the terminal, without echo; nil when there is none.
  package var askPassphrase: @Sendable (_ question: String) -> String? = { _ in nil }
  /// Waits for whole seconds.
  package var sleep: @Sendable (Duration) -> Void = { time in
    var left = time
    while left > .zero {
      FollowRound.sleep(left)
      left -= .seconds(60)
    }
  }
  /// Opens the way to a server.
  package var connect: @Sendable (ConnectionSettings) throws(CommandFailure) -> any Transport

  /// A context.
  package init(
    environment: [String: String], files: any FileSystem, write: @escaping @Sendable (String) -> Void,
    complain: @escaping @Sendable (String) -> Void,
    readInput: @escaping @Sendable (_ maximumOctets: Int) -> [UInt8]?, now: @escaping @Sendable () -> Date,
    connect: @escaping @Sendable (ConnectionSettings) throws(CommandFailure) -> any Transport
  ) {
    self.environment = environment
    self.files = files
    self.write = write
    self.complain = complain
    self.readInput = readInput
    self.now = now
    self.connect = connect
  }

  /// Prints one line to standard output.
  package func say(_ line: String) { write(line + "\n") }

  /// The bytes of a file that must exist, or of standard input for `-`.
  package func contents(of path: String, maximumOctets: Int) throws(CommandFailure) -> [UInt8] {
    if path == "-" {
      guard let octets = readInput(maximumOctets) else {
        throw CommandFailure("standard input is longer than \(maximumOctets) octets")
      }
      return octets
    }
    do {
      guard let octets = try files.read(path, maximumOctets: maximumOctets) else {
        throw CommandFailure("cannot read \(path): no such file")
      }
      return octets
    } catch let fault as FileFault {
      throw CommandFailure(fault.description)
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure("cannot read \(path)")
    }
  }
}
