// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

/// Runs a command of the ISP's (reload, or telling a resolver) and waits for it, but not for ever.
///
/// What it says when it fails may name what is listed: it goes into a file of the state folder, and into no log.
package struct ShellCommand: Sendable {
  private let command: String
  private let timeout: Duration
  private let input: String
  private let words: String?

  /// A command for `/bin/sh -c`.
  /// - Parameter input: the file that it reads as standard input.
  /// - Parameter state: the folder that keeps what it says when it fails; nil to drop that.
  package init(_ command: String, timeout: Duration, input: String = "/dev/null", state: String? = nil) {
    self.command = command
    self.timeout = timeout
    self.input = input
    words = state.map { $0 + "/" + Self.wordsFile }
  }

  /// What the last command that failed had to say.
  package static let wordsFile = "command-output.txt"
  /// The most octets of that, the last ones.
  package static let maximumWords = 8192

  /// What went wrong.
  package struct Problem: Hashable, Sendable {
    /// As in "ended with 3 (see FILE)".
    package let text: String
    /// Whether the command came to that end by itself, rather than that it could not be run or took too long.
    package let isVerdict: Bool
  }

  /// Runs it; nil when it ended with 0.
  package func run() -> Problem? { perform(isRead: false) { _ in } }

  /// Runs it and takes its standard output as it comes; what it says of failures is its standard error.
  package func run(output: (ArraySlice<UInt8>) -> Void) -> Problem? { perform(isRead: true, output) }

  private func perform(isRead: Bool, _ output: (ArraySlice<UInt8>) -> Void) -> Problem? {
    guard let messages = Channel(), let results = isRead ? Channel() : messages else {
      return Problem(text: "could not be started: \(systemReason(errno))", isVerdict: false)
    }
    let child = spawn(output: results.writer, messages: messages.writer)
    messages.closeWriter()
    results.closeWriter()
    guard child > 0 else {
      return Problem(text: "could not be started: \(systemReason(-child))", isVerdict: false)
    }
    return wait(for: child, messages, isRead ? results : nil, output)
  }

  /// Follows the command until it ends, whatever it leaves running behind, or the time is over.
  private func wait(
    for child: pid_t, _ messages: Channel, _ results: Channel?, _ output: (ArraySlice<UInt8>) -> Void
  ) -> Problem? {
    let deadline = ContinuousClock.now + timeout
    var printed: [UInt8] = []
    let keep: (ArraySlice<UInt8>) -> Void = { part in
      printed.append(contentsOf: part)
      if printed.count > 2 * Self.maximumWords { printed.removeFirst(printed.count - Self.maximumWords) }
    }
    var status: Int32 = 0
    while ContinuousClock.now < deadline {
      let ended = unsafe waitpid(child, &status, WNOHANG)
      results?.drain(output)
      messages.drain(keep)
      if ended == child { return verdict(status, printed.suffix(Self.maximumWords)) }
      (results ?? messages).wait(milliseconds: 5)
    }
    // The command leads its own process group, so that what it started ends with it.
    kill(-child, SIGKILL)
    _ = unsafe waitpid(child, &status, 0)
    return Problem(
      text: "took longer than \(timeout.components.seconds) s and was ended", isVerdict: false)
  }

  private func spawn(output: Int32, messages: Int32) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, messages, 2)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    // What this process ignores, the command shall not.
    var ordinary = sigset_t()
    unsafe sigemptyset(&ordinary)
    for signal in [SIGTERM, SIGINT, SIGHUP, SIGPIPE] { unsafe sigaddset(&ordinary, signal) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &ordinary)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
    let words = ["/bin/sh", "-c", command]
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    var child: pid_t = 0
    let result = unsafe posix_spawn(&child, "/bin/sh", &actions, &attributes, pointers, environ)
    return result == 0 ? child : -result
  }

  private func verdict(_ status: Int32, _ printed: ArraySlice<UInt8>) -> Problem? {
    let (signal, code) = (status & 0x7f, (status >> 8) & 0xff)
    guard signal != 0 || code != 0 else { return nil }
    let end = signal != 0 ? "was ended by signal \(signal)" : "ended with \(code)"
    return Problem(text: end + kept(printed), isVerdict: true)
  }

  /// Where what it said is kept, in words; nothing where it said nothing, or it cannot be kept.
  private func kept(_ printed: ArraySlice<UInt8>) -> String {
    guard let words, !printed.isEmpty else { return "" }
    do {
      try LocalFileSystem().replace(words, with: Array(printed), permissions: 0o640)
      return " (see \(words))"
    } catch { return "" }
  }
}

/// A pipe from the command to here.
private final class Channel {
  let writer: Int32
  private let reader: Int32
  private var isWriterOpen = true
  private var isReaderAtEnd = false
  private var chunk = [UInt8](repeating: 0, count: 1 << 16)

  init?() {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return nil }
    (reader, writer) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(reader, F_SETFL, O_NONBLOCK)
  }

  deinit {
    closeWriter()
    close(reader)
  }

  func closeWriter() {
    if isWriterOpen { close(writer) }
    isWriterOpen = false
  }

  /// Reads what has been printed so far.
  func drain(_ body: (ArraySlice<UInt8>) -> Void) {
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(reader, $0.baseAddress, $0.count) }
      if count == 0 { isReaderAtEnd = true }
      guard count > 0 else { return }
      body(chunk[..<count])
    }
  }

  /// Waits until there is something to read, but not long.
  func wait(milliseconds: Int32) {
    if isReaderAtEnd { usleep(2000) }
    var waiting = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
    if !isReaderAtEnd { unsafe _ = poll(&waiting, 1, milliseconds) }
  }
}
