// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import HTTPMessages

/// Why a request is not read any further. After any of them the connection is closed, since where
/// the next request would begin is no longer known.
package enum RequestRefusal: String, Error, Hashable, Sendable, CaseIterable {
  case malformedRequestLine = "malformed-request-line"
  case unknownMethod = "unknown-method"
  case unsupportedVersion = "unsupported-version"
  case requestLineTooLong = "request-line-too-long"
  case malformedTarget = "malformed-target"
  case dotSegment = "dot-segment"
  case bareLineFeed = "bare-line-feed"
  case malformedField = "malformed-field"
  case foldedField = "folded-field"
  case headerTooLarge = "header-too-large"
  case tooManyFields = "too-many-fields"
  case missingHost = "missing-host"
  case repeatedField = "repeated-field"
  case invalidHost = "invalid-host"
  case hostMismatch = "host-mismatch"
  case schemeMismatch = "scheme-mismatch"
  case invalidContentLength = "invalid-content-length"
  case conflictingFraming = "conflicting-framing"
  case invalidTransferCoding = "invalid-transfer-coding"
  case unsupportedTransferCoding = "unsupported-transfer-coding"
  case invalidConnectionOption = "invalid-connection-option"
  case unknownExpectation = "unknown-expectation"
  case bodyTooLarge = "body-too-large"
  case malformedChunk = "malformed-chunk"
  case malformedTrailer = "malformed-trailer"
  case trailerTooLarge = "trailer-too-large"

  /// The status to answer with before closing.
  package var status: HTTPStatus {
    switch self {
    case .unknownMethod, .unsupportedTransferCoding: .notImplemented
    case .unsupportedVersion: .httpVersionNotSupported
    case .requestLineTooLong: .uriTooLong
    case .headerTooLarge, .tooManyFields, .trailerTooLarge: .requestHeaderFieldsTooLarge
    case .bodyTooLarge: .contentTooLarge
    case .unknownExpectation: .expectationFailed
    default: .badRequest
    }
  }
}
