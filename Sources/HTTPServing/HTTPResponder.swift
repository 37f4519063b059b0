// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPMessages

/// The service behind the engine. Called on a reactor's queue: it must not block.
public protocol HTTPResponder: Sendable {
  /// The most octets of content this request may bring, decided from its head (empty body) before
  /// any is read; the engine's own `ServerLimits.bodyOctets` caps it.
  func bodyLimit(for head: HTTPRequest) -> Int

  /// The answer to a whole request.
  func answer(_ request: HTTPRequest) -> HTTPAnswer
}
