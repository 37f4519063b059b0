// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A response status code (RFC 9110 §15), 100 to 599.
public struct HTTPStatus: Hashable, Sendable, CustomStringConvertible {
  public let code: Int

  /// Accepts 100 to 599; nil for anything else.
  public init?(_ code: Int) {
    guard (100...599).contains(code) else { return nil }
    self.code = code
  }

  private init(known code: Int) { self.code = code }

  public var description: String { "\(code) \(reasonPhrase)" }

  /// Whether a response with this status may carry content (RFC 9110 §6.4.1).
  public var allowsBody: Bool { code >= 200 && code != 204 && code != 304 }

  public static let `continue` = HTTPStatus(known: 100)
  public static let ok = HTTPStatus(known: 200)
  public static let created = HTTPStatus(known: 201)
  public static let accepted = HTTPStatus(known: 202)
  public static let noContent = HTTPStatus(known: 204)
  public static let partialContent = HTTPStatus(known: 206)
  public static let seeOther = HTTPStatus(known: 303)
  public static let notModified = HTTPStatus(known: 304)
  public static let badRequest = HTTPStatus(known: 400)
  public static let unauthorized = HTTPStatus(known: 401)
  public static let forbidden = HTTPStatus(known: 403)
  public static let notFound = HTTPStatus(known: 404)
  public static let methodNotAllowed = HTTPStatus(known: 405)
  public static let notAcceptable = HTTPStatus(known: 406)
  public static let requestTimeout = HTTPStatus(known: 408)
  public static let conflict = HTTPStatus(known: 409)
  public static let gone = HTTPStatus(known: 410)
  public static let lengthRequired = HTTPStatus(known: 411)
  public static let preconditionFailed = HTTPStatus(known: 412)
  public static let contentTooLarge = HTTPStatus(known: 413)
  public static let uriTooLong = HTTPStatus(known: 414)
  public static let unsupportedMediaType = HTTPStatus(known: 415)
  public static let rangeNotSatisfiable = HTTPStatus(known: 416)
  public static let expectationFailed = HTTPStatus(known: 417)
  public static let misdirectedRequest = HTTPStatus(known: 421)
  public static let unprocessableContent = HTTPStatus(known: 422)
  public static let tooManyRequests = HTTPStatus(known: 429)
  public static let requestHeaderFieldsTooLarge = HTTPStatus(known: 431)
  public static let unavailableForLegalReasons = HTTPStatus(known: 451)
  public static let internalServerError = HTTPStatus(known: 500)
  public static let notImplemented = HTTPStatus(known: 501)
  public static let serviceUnavailable = HTTPStatus(known: 503)
  public static let httpVersionNotSupported = HTTPStatus(known: 505)
  public static let insufficientStorage = HTTPStatus(known: 507)
}
