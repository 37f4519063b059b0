// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

/// Runs the ISP's reload command and waits for it, but not for ever.
package struct ReloadCommand: Sendable {
  private let command: String
  private let timeout: Duration

  /// A command for `/bin/sh -c`.
  package init(_ command: String, timeout: Duration) {
    self.command = command
    self.timeout = timeout
  }

  /// Runs it; nil when it ended with 0, else what went wrong, as in "ended with 3: its last line of output".
  package func run() -> String? {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return "could not be started: \(systemReason(errno))" }
    let (reader, writer) = (ends[0], ends[1])
    defer { close(reader) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    let child = spawn(output: writer)
    close(writer)
    guard child > 0 else { return "could not be started: \(systemReason(-child))" }
    return wait(for: child, reading: reader)
  }

  /// Follows the command until it ends, whatever it leaves running behind, or the time is over.
  private func wait(for child: pid_t, reading reader: Int32) -> String? {
    let deadline = ContinuousClock.now + timeout
    var printed: [UInt8] = []
    var status: Int32 = 0
    while ContinuousClock.now < deadline {
      let ended = unsafe waitpid(child, &status, WNOHANG)
      drain(reader, into: &printed)
      if ended == child { return Self.verdict(status, lastLine: Self.lastLine(printed)) }
      usleep(5000)
    }
    // The command leads its own process group, so that what it started ends with it.
    kill(-child, SIGKILL)
    _ = unsafe waitpid(child, &status, 0)
    return "took longer than \(timeout.components.seconds) s and was ended"
  }

  private func spawn(output: Int32) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
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

  /// Reads what has been printed so far, keeping the end of it.
  private func drain(_ reader: Int32, into printed: inout [UInt8]) {
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(reader, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      printed.append(contentsOf: chunk[..<count])
      if printed.count > 8192 { printed.removeFirst(printed.count - 4096) }
    }
  }

  private static func lastLine(_ octets: [UInt8]) -> String {
    let text = String(decoding: octets, as: UTF8.self)
    let line = text.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    return String(line.prefix(200))
  }

  private static func verdict(_ status: Int32, lastLine: String) -> String? {
    let tail = lastLine.isEmpty ? "" : ": \(lastLine)"
    let signal = status & 0x7f
    if signal != 0 { return "was ended by signal \(signal)\(tail)" }
    let code = (status >> 8) & 0xff
    return code == 0 ? nil : "ended with \(code)\(tail)"
  }
}
