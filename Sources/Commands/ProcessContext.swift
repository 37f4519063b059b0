// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import FoundationEssentials
private import Glibc
private import HTTPFetching
private import ListFollowing
private import Synchronization

/// Runs `cordon` as a process: the real files, network, clock and terminal.
public enum CordonProgram {
  /// Runs the words after the program's name and gives the process's exit code.
  public static func run(_ words: [String]) -> Int32 {
    // A pipe whose reader has gone is an error of a write: a follower goes on.
    signal(SIGPIPE, SIG_IGN)
    let context = CommandContext.process()
    // The list, tokens and keys are in memory.
    if context.environment["CORDON_CORE_DUMPS"] != "1", cordon_keep_memory_private() != 0 {
      context.complain("cordon: a crash may leave a core file, which holds what is in memory")
    }
    let status = Program.run(words, in: context)
    let error = outputError.withLock { $0 }
    guard error != 0, status == .success else { return status.rawValue }
    // Who was to hear something and did not must not take this for a good end; a reader that has gone knows.
    if error != EPIPE {
      _ = put(
        "cordon: cannot write to standard output: \(unsafe String(cString: strerror(error)))\n",
        to: STDERR_FILENO)
    }
    return ExitStatus.failure.rawValue
  }
}

/// Why standard output did not take all; 0 while it does.
private let outputError = Mutex<Int32>(0)

extension CommandContext {
  /// The real world.
  static func process() -> CommandContext {
    var context = CommandContext(
      environment: ProcessInfo.processInfo.environment, files: LocalFileSystem(),
      write: { text in
        let error = put(text, to: STDOUT_FILENO)
        if error != 0 { outputError.withLock { $0 = error } }
      },
      complain: { line in _ = put(line + "\n", to: STDERR_FILENO) },
      readInput: readStandardInput, now: { Date() }, connect: openConnection)
    context.askPassphrase = Terminal.passphrase
    return context
  }
}

/// - Returns: the system's error if not all was written; else 0.
@Sendable private func put(_ text: String, to descriptor: Int32) -> Int32 {
  var octets = Array(text.utf8)[...]
  while !octets.isEmpty {
    let count = unsafe octets.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno != EINTR { return errno }
    octets = octets.dropFirst(max(0, count))
  }
  return 0
}

@Sendable private func readStandardInput(maximumOctets: Int) -> [UInt8]? {
  var octets: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    if count <= 0 { return octets }
    octets.append(contentsOf: chunk[..<count])
    if octets.count > maximumOctets { return nil }
  }
}

@Sendable private func openConnection(_ settings: ConnectionSettings) throws(CommandFailure) -> any Transport
{
  var configuration = FetchConfiguration()
  configuration.certificateAuthorityFile = settings.authorityFile
  configuration.clientCertificateFile = settings.certificateFile
  configuration.clientKeyFile = settings.keyFile
  configuration.proxy = settings.proxy
  configuration.bearerToken = try token(in: settings.tokenFile)
  configuration.allowsPlainHTTP = settings.isLoopback || settings.allowsPlainHTTP
  // A long poll may be silent for a minute.
  configuration.lowSpeedTime = .seconds(90)
  do {
    return try NetworkTransport(server: settings.server, configuration: configuration)
  } catch {
    throw CommandFailure(error.description)
  }
}

private func token(in path: String?) throws(CommandFailure) -> String? {
  guard let path else { return nil }
  do {
    guard let octets = try LocalFileSystem().read(path, maximumOctets: 1 << 16) else {
      throw CommandFailure("cannot read \(path): no such file")
    }
    let text = String(decoding: octets, as: UTF8.self)
    return String(text.filter { !$0.isWhitespace })
  } catch let fault as FileFault {
    throw CommandFailure(fault.description)
  } catch let failure as CommandFailure {
    throw failure
  } catch {
    throw CommandFailure("cannot read \(path)")
  }
}
