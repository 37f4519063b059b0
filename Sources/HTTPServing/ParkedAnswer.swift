// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPMessages

/// An answer that waits for something to happen, such as a long poll for a release.
public struct ParkedAnswer: Sendable {
  /// The longest wait.
  public let timeout: Duration
  /// Whether the content of its answers is held elsewhere too, so that many who wait for one thing cost nothing.
  public let sharesContent: Bool
  /// Asked on the reactor after every `HTTPServer.wakeParked()`, and a last time, with `isOver`,
  /// when the wait is over or the server drains. Must not block. Nil goes on waiting; with `isOver`
  /// it counts as 204.
  public let resume: @Sendable (_ isOver: Bool) -> HTTPResponse?

  /// Waits at most `timeout` for `resume` to answer.
  public init(
    timeout: Duration, sharesContent: Bool = false,
    resume: @escaping @Sendable (_ isOver: Bool) -> HTTPResponse?
  ) {
    self.timeout = timeout
    self.sharesContent = sharesContent
    self.resume = resume
  }
}
