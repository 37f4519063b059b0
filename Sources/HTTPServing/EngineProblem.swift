// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPMessages

/// What the engine refuses on its own account, before or beside the service (RFC 9457); the raw value is the last part of
/// `/problems/<name>`.
public enum EngineProblem: String, CaseIterable, Hashable, Sendable {
  case unreadableRequest = "unreadable-request"
  case requestTimeout = "request-timeout"
  case contentTooLarge = "content-too-large"
  case targetTooLong = "target-too-long"
  case expectationFailed = "expectation-failed"
  case headerTooLarge = "header-too-large"
  case internalError = "internal-error"
  case notImplemented = "not-implemented"
  case overloaded
  case versionNotSupported = "version-not-supported"

  /// The status it is answered with.
  public var status: HTTPStatus {
    switch self {
    case .unreadableRequest: .badRequest
    case .requestTimeout: .requestTimeout
    case .contentTooLarge: .contentTooLarge
    case .targetTooLong: .uriTooLong
    case .expectationFailed: .expectationFailed
    case .headerTooLarge: .requestHeaderFieldsTooLarge
    case .internalError: .internalServerError
    case .notImplemented: .notImplemented
    case .overloaded: .serviceUnavailable
    case .versionNotSupported: .httpVersionNotSupported
    }
  }

  /// The short heading.
  public var title: String {
    switch self {
    case .unreadableRequest: "The request is not in the form of HTTP"
    case .requestTimeout: "The request came too slowly"
    case .contentTooLarge: "The content is too large"
    case .targetTooLong: "The request line is too long"
    case .expectationFailed: "The expectation is not known"
    case .headerTooLarge: "The header is too large"
    case .internalError: "The service failed"
    case .notImplemented: "That is not implemented"
    case .overloaded: "The service has no room now"
    case .versionNotSupported: "The version of HTTP is not supported"
    }
  }

  /// What it means and what helps, in a sentence or two.
  public var meaning: String {
    switch self {
    case .unreadableRequest: "`rule` names what is wrong with it; the connection is closed. Nothing was done."
    case .requestTimeout: "`detail` says at what pace it must come. Nothing was done."
    case .contentTooLarge: "`limit` is the most octets that may be sent here. Send it in parts."
    case .targetTooLong: "`limit` is the most octets of method, target and version together."
    case .expectationFailed: "The field `Expect` may say `100-continue` and nothing else."
    case .headerTooLarge: "`limit` is how much there may be of what `rule` names: octets, or fields."
    case .internalError: "It is our fault, and it is logged. Try again later."
    case .notImplemented:
      "The method is none that this service uses, or the transfer coding is not `chunked` alone."
    case .overloaded: "Nothing was done. Try again after `Retry-After` seconds."
    case .versionNotSupported: "The service speaks HTTP/1.1 and HTTP/1.0, and HTTP/2 where TLS has chosen it."
    }
  }
}
