// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A response status code (RFC 9110 §15), 100 to 599.
public struct HTTPStatus: Hashable, Sendable, CustomStringConvertible {
  /// The three digits.
  public let code: Int

  /// Accepts 100 to 599; nil for anything else.
  public init?(_ code: Int) {
    guard (100...599).contains(code) else { return nil }
    self.code = code
  }

  private init(known code: Int) { self.code = code }

  /// Code and phrase.
  public var description: String { "\(code) \(reasonPhrase)" }

  /// Whether a response with this status may carry content (RFC 9110 §6.4.1).
  public var allowsBody: Bool { code >= 200 && code != 204 && code != 304 }

  /// RFC 9110 §15: status 100.
  public static let `continue` = HTTPStatus(known: 100)
  /// RFC 9110 §15: status 200.
  public static let ok = HTTPStatus(known: 200)
  /// RFC 9110 §15: status 201.
  public static let created = HTTPStatus(known: 201)
  /// RFC 9110 §15: status 202.
  public static let accepted = HTTPStatus(known: 202)
  /// RFC 9110 §15: status 204.
  public static let noContent = HTTPStatus(known: 204)
  /// RFC 9110 §15: status 206.
  public static let partialContent = HTTPStatus(known: 206)
  /// RFC 9110 §15: status 303.
  public static let seeOther = HTTPStatus(known: 303)
  /// RFC 9110 §15: status 304.
  public static let notModified = HTTPStatus(known: 304)
  /// RFC 9110 §15: status 400.
  public static let badRequest = HTTPStatus(known: 400)
  /// RFC 9110 §15: status 401.
  public static let unauthorized = HTTPStatus(known: 401)
  /// RFC 9110 §15: status 403.
  public static let forbidden = HTTPStatus(known: 403)
  /// RFC 9110 §15: status 404.
  public static let notFound = HTTPStatus(known: 404)
  /// RFC 9110 §15: status 405.
  public static let methodNotAllowed = HTTPStatus(known: 405)
  /// RFC 9110 §15: status 406.
  public static let notAcceptable = HTTPStatus(known: 406)
  /// RFC 9110 §15: status 408.
  public static let requestTimeout = HTTPStatus(known: 408)
  /// RFC 9110 §15: status 409.
  public static let conflict = HTTPStatus(known: 409)
  /// RFC 9110 §15: status 410.
  public static let gone = HTTPStatus(known: 410)
  /// RFC 9110 §15: status 411.
  public static let lengthRequired = HTTPStatus(known: 411)
  /// RFC 9110 §15: status 412.
  public static let preconditionFailed = HTTPStatus(known: 412)
  /// RFC 9110 §15: status 413.
  public static let contentTooLarge = HTTPStatus(known: 413)
  /// RFC 9110 §15: status 414.
  public static let uriTooLong = HTTPStatus(known: 414)
  /// RFC 9110 §15: status 415.
  public static let unsupportedMediaType = HTTPStatus(known: 415)
  /// RFC 9110 §15: status 416.
  public static let rangeNotSatisfiable = HTTPStatus(known: 416)
  /// RFC 9110 §15: status 417.
  public static let expectationFailed = HTTPStatus(known: 417)
  /// RFC 9110 §15: status 421.
  public static let misdirectedRequest = HTTPStatus(known: 421)
  /// RFC 9110 §15: status 422.
  public static let unprocessableContent = HTTPStatus(known: 422)
  /// RFC 6585: status 429.
  public static let tooManyRequests = HTTPStatus(known: 429)
  /// RFC 6585: status 431.
  public static let requestHeaderFieldsTooLarge = HTTPStatus(known: 431)
  /// RFC 7725: status 451.
  public static let unavailableForLegalReasons = HTTPStatus(known: 451)
  /// RFC 9110 §15: status 500.
  public static let internalServerError = HTTPStatus(known: 500)
  /// RFC 9110 §15: status 501.
  public static let notImplemented = HTTPStatus(known: 501)
  /// RFC 9110 §15: status 503.
  public static let serviceUnavailable = HTTPStatus(known: 503)
  /// RFC 9110 §15: status 505.
  public static let httpVersionNotSupported = HTTPStatus(known: 505)
  /// RFC 4918: status 507.
  public static let insufficientStorage = HTTPStatus(known: 507)
}
