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

  public var description: String { name }

  public static let get = HTTPMethod(known: "GET")
  public static let head = HTTPMethod(known: "HEAD")
  public static let post = HTTPMethod(known: "POST")
  public static let put = HTTPMethod(known: "PUT")
  public static let patch = HTTPMethod(known: "PATCH")
  public static let delete = HTTPMethod(known: "DELETE")
  public static let options = HTTPMethod(known: "OPTIONS")
}
