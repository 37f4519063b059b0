// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPMessages

/// How a responder answers.
public enum HTTPAnswer: Sendable {
  /// Now, from memory, on the reactor.
  case ready(HTTPResponse)
  /// Later: the closure runs as a task off the reactor, which is cancelled if the peer goes away.
  case deferred(@Sendable () async -> HTTPResponse)
  /// Not before something happens: the reactor holds the request without a task.
  case parked(ParkedAnswer)
}
