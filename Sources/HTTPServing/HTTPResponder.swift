// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPMessages

/// The service behind the engine. Called on a reactor's queue: it must not block.
public protocol HTTPResponder: Sendable {
  /// The most octets of content this request may bring, decided from its head (empty body) before
  /// any is read; the engine's own `ServerLimits.bodyOctets` caps it.
  func bodyLimit(for head: HTTPRequest) -> Int

  /// Whether this request, which will bring content, is somebody's whom the service knows, decided from its head: memory for
  /// strangers is bounded apart.
  func knows(_ head: HTTPRequest) -> Bool

  /// Who takes the content of this request as it arrives, decided from its head before any is read; nil when it shall be held
  /// and given with the request.
  func receiver(for head: HTTPRequest) -> (any ContentReceiver)?

  /// The answer to a whole request.
  func answer(_ request: HTTPRequest) -> HTTPAnswer

  /// The answer to a whole request and, in `terms`, on what terms it may be given again when it is ready.
  func answer(_ request: HTTPRequest, terms: inout RepeatTerms?) -> HTTPAnswer

  /// Changes whenever answers given before may no longer stand. Read for every request.
  var epoch: UInt64 { get }

  /// The present second since 1970, by which credentials expire. Read for every request of a credential that does.
  var second: Int64 { get }
}

extension HTTPResponder {
  /// All content is held.
  public func receiver(for head: HTTPRequest) -> (any ContentReceiver)? { nil }

  /// Nobody is known.
  public func knows(_ head: HTTPRequest) -> Bool { false }

  /// Nothing may be given again.
  public func answer(_ request: HTTPRequest, terms: inout RepeatTerms?) -> HTTPAnswer {
    answer(request)
  }

  /// Never changes.
  public var epoch: UInt64 { 0 }

  /// The system's clock.
  public var second: Int64 { MonotonicClock.secondsSince1970 }
}
