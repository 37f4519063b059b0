// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import HTTPMessages

/// The methods this server knows; every other token is 501 (RFC 9110 §9.1).
package enum KnownMethod: UInt8, Sendable {
  case get, head, post, put, patch, delete, options

  /// Methods are case-sensitive.
  init?(_ input: Span<UInt8>, _ range: OctetRange) {
    switch input.text(range) {
    case "GET": self = .get
    case "HEAD": self = .head
    case "POST": self = .post
    case "PUT": self = .put
    case "PATCH": self = .patch
    case "DELETE": self = .delete
    case "OPTIONS": self = .options
    default: return nil
    }
  }

  package var method: HTTPMethod {
    switch self {
    case .get: .get
    case .head: .head
    case .post: .post
    case .put: .put
    case .patch: .patch
    case .delete: .delete
    case .options: .options
    }
  }
}
