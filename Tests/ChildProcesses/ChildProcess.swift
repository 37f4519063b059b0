// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
package import Foundation
private import Glibc
private import Synchronization

/// A program that a test runs.
///
/// Foundation's `Process` ends the tests now and then: while it looks how many descriptors are open it reads a whole directory entry
/// where a short one stands at the end of a page, which happens when there are very many.
package final class ChildProcess: Sendable {
  /// How a program ended.
  package enum Ending: Equatable, Sendable {
    case exited(Int32)
    case killed(signal: Int32)

    /// The status it gave back, or minus the signal it died of.
    package var status: Int32 {
      switch self {
      case .exited(let status): status
      case .killed(let signal): -signal
      }
    }
  }

  /// Where complaints go.
  package enum Complaints: Sendable {
    /// Among what is printed.
    case printed
    /// Where the tests' own go.
    case shown
    case dropped
  }

  package struct Failure: Error, CustomStringConvertible {
    package let path: String
    package let code: Int32

    package var description: String { "\(path) cannot be started: error \(code)" }
  }

  package let id: Int32
  private let ending = Mutex<Ending?>(nil)

  /// Starts a program.
  /// - Parameters:
  ///   - input: what it reads; nothing without.
  ///   - output: where it prints. Whoever reads the other end of a pipe closes this one here.
  /// - Throws: `Failure`.
  package init(
    _ path: String, _ arguments: [String], input: FileHandle = .nullDevice, output: FileHandle,
    complaints: Complaints = .shown
  ) throws {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input.fileDescriptor, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output.fileDescriptor, 1)
    switch complaints {
    case .printed: unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    case .shown: break
    case .dropped: unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    }
    unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // The threads of tests block signals, which a child would inherit.
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    var child: pid_t = 0
    let code = unsafe posix_spawn(&child, path, &actions, &attributes, words, environ)
    guard code == 0 else { throw Failure(path: path, code: code) }
    id = child
  }

  /// Waits until it ends.
  @discardableResult
  package func wait() -> Ending {
    ending.withLock { known in
      if let known { return known }
      var status: Int32 = 0
      while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7f
      let found: Ending = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: signal)
      known = found
      return found
    }
  }

  /// Ends it by SIGKILL, if it still runs, and waits.
  @discardableResult
  package func kill() -> Ending {
    let isRunning = ending.withLock { $0 == nil }
    // Until it is waited for, its number is nobody else's.
    if isRunning { _ = Glibc.kill(id, SIGKILL) }
    return wait()
  }
}
