// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A request method (RFC 9110 §9): a case-sensitive token.
public struct HTTPMethod: Hashable, Sendable, CustomStringConvertible {
  /// The token as it goes on the wire.
  public let name: String

  /// Accepts any token; nil for anything else.
  public init?(_ name: String) {
    guard !name.isEmpty, name.utf8.allSatisfy(HTTPGrammar.isTokenOctet) else { return nil }
    self.name = name
  }

  private init(known name: String) { self.name = name }

  /// The token.
  public var description: String { name }

  /// RFC 9110 §9.3: GET.
  public static let get = HTTPMethod(known: "GET")
  /// RFC 9110 §9.3: HEAD.
  public static let head = HTTPMethod(known: "HEAD")
  /// RFC 9110 §9.3: POST.
  public static let post = HTTPMethod(known: "POST")
  /// RFC 9110 §9.3: PUT.
  public static let put = HTTPMethod(known: "PUT")
  /// RFC 5789.
  public static let patch = HTTPMethod(known: "PATCH")
  /// RFC 9110 §9.3: DELETE.
  public static let delete = HTTPMethod(known: "DELETE")
  /// RFC 9110 §9.3: OPTIONS.
  public static let options = HTTPMethod(known: "OPTIONS")
}
