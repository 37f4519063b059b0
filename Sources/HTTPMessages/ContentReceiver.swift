// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Takes a request's content as it arrives, in place of `HTTPRequest.body`. One request has it alone: first who receives it, then,
/// when all is there, who answers.
public protocol ContentReceiver: AnyObject, Sendable {
  /// Takes the octets that came next. It must not wait.
  func take(_ octets: Span<UInt8>)

  /// Octets of memory it holds.
  var octetsHeld: Int { get }

  /// What it would do with more.
  var appetite: ContentAppetite { get }

  /// Calls `resume`, once, when it is not `full`, or no longer; on any thread.
  func whenNotFull(_ resume: @escaping @Sendable () -> Void)
}

/// What a receiver would do with more content.
public enum ContentAppetite: Hashable, Sendable {
  /// Take it.
  case hungry
  /// Hold it, though what came before is not put away: the peer is to wait.
  case full
  /// Drop it: what the answer will be is certain, and it may be given before the request's end.
  case sated
}

extension ContentReceiver {
  /// More is welcome.
  public var appetite: ContentAppetite { .hungry }

  /// At once.
  public func whenNotFull(_ resume: @escaping @Sendable () -> Void) { resume() }
}
