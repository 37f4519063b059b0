// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

/// Runs a signer command with a message as its standard input, and gives what it printed.
///
/// Both ends are files without a name, so that no order of reading and writing can block. Standard error and the terminal
/// stay the caller's: that is where a token asks for its PIN.
enum ProcessSigner {
  private static let maximumOctets = 16_384

  @Sendable static func run(_ command: String, _ message: [UInt8]) throws(CommandFailure) -> [UInt8] {
    guard let input = unsafe tmpfile(), let output = unsafe tmpfile() else {
      throw CommandFailure("cannot make a temporary file for the signer")
    }
    defer {
      unsafe fclose(input)
      unsafe fclose(output)
    }
    let written = unsafe fwrite(message, 1, message.count, input)
    guard written == message.count, unsafe fflush(input) == 0 else {
      throw CommandFailure("cannot write the message for the signer")
    }
    unsafe rewind(input)
    try execute(command, input: unsafe fileno(input), output: unsafe fileno(output))
    unsafe rewind(output)
    var octets = [UInt8](repeating: 0, count: maximumOctets)
    let count = unsafe fread(&octets, 1, octets.count, output)
    return Array(octets.prefix(count))
  }

  private static func execute(_ command: String, input: Int32, output: Int32) throws(CommandFailure) {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // What this process ignores, the command shall not.
    var ordinary = sigset_t()
    unsafe sigemptyset(&ordinary)
    unsafe sigaddset(&ordinary, SIGPIPE)
    unsafe posix_spawnattr_setsigdefault(&attributes, &ordinary)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    let words = ["/bin/sh", "-c", command]
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    var child: pid_t = 0
    guard unsafe posix_spawn(&child, "/bin/sh", &actions, &attributes, pointers, environ) == 0 else {
      throw CommandFailure("the signer command could not be started")
    }
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { throw CommandFailure("the signer command was lost") }
    }
    guard status == 0 else {
      throw CommandFailure(
        "the signer command failed (\(status & 0x7f == 0 ? (status >> 8) & 0xff : status))")
    }
  }
}

/// The terminal, for what must not stand on a command line or in a file.
enum Terminal {
  /// A line typed without echo; nil when there is no terminal.
  @Sendable static func passphrase(_ question: String) -> String? {
    let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    var before = termios()
    guard unsafe tcgetattr(terminal, &before) == 0 else { return nil }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    _ = unsafe write(terminal, question, question.utf8.count)
    unsafe tcsetattr(terminal, TCSAFLUSH, &silent)
    defer {
      unsafe tcsetattr(terminal, TCSAFLUSH, &before)
      _ = unsafe write(terminal, "\n", 1)
    }
    var line: [UInt8] = []
    var octet: UInt8 = 0
    while line.count < 4096, unsafe read(terminal, &octet, 1) == 1, octet != 10 { line.append(octet) }
    return String(decoding: line, as: UTF8.self)
  }
}
