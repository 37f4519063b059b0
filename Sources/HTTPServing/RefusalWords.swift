// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPWire

/// A refused request in words.
extension RequestRefusal {
  /// The problem it is told as.
  var problem: EngineProblem {
    switch self {
    case .bodyTooLarge: .contentTooLarge
    case .requestLineTooLong: .targetTooLong
    case .headerTooLarge, .tooManyFields, .trailerTooLarge: .headerTooLarge
    case .unknownExpectation: .expectationFailed
    case .unknownMethod, .unsupportedTransferCoding: .notImplemented
    case .unsupportedVersion: .versionNotSupported
    case .malformedRequestLine, .malformedTarget, .dotSegment, .bareLineFeed, .malformedField, .foldedField,
      .missingHost, .repeatedField, .invalidHost, .hostMismatch, .schemeMismatch, .invalidContentLength,
      .conflictingFraming, .invalidTransferCoding, .invalidConnectionOption, .malformedChunk,
      .malformedTrailer:
      .unreadableRequest
    }
  }

  /// The limit it passed, if it passed one.
  /// - Parameter content: the most octets of content that this request might bring.
  func limit(_ limits: MessageLimits, content: Int) -> Int? {
    switch self {
    case .bodyTooLarge: content
    case .requestLineTooLong: limits.requestLineOctets
    case .headerTooLarge: limits.headerOctets
    case .tooManyFields: limits.headerCount
    case .trailerTooLarge: limits.trailerOctets
    default: nil
    }
  }

  /// What is wrong, in a sentence that quotes nothing of the request and needs no escape in JSON.
  func detail(_ limits: MessageLimits, content: Int) -> String {
    switch self {
    case .malformedRequestLine:
      "The first line is not a method, a target and a version with one space between them."
    case .unknownMethod: "The method is none that this service uses."
    case .unsupportedVersion: "The version of HTTP is neither 1.1 nor 1.0."
    case .requestLineTooLong: "The first line has more than \(limits.requestLineOctets) octets."
    case .malformedTarget:
      "The target has none of the forms that RFC 9112 gives, or holds an octet that must be percent-encoded."
    case .dotSegment: "The path has a segment of one or two dots."
    case .bareLineFeed: "A line ends in a line feed without a carriage return before it."
    case .malformedField:
      "A field line is not a name, a colon without space before it, and a value of allowed octets."
    case .foldedField: "A field line goes on in the next line."
    case .headerTooLarge: "The field lines have more than \(limits.headerOctets) octets together."
    case .tooManyFields: "There are more than \(limits.headerCount) field lines."
    case .missingHost: "The field Host is missing."
    case .repeatedField: "A field stands there twice that may stand there once."
    case .invalidHost: "The field Host is not a host, with or without a port."
    case .hostMismatch: "The target names another host than the field Host."
    case .schemeMismatch: "The scheme of the target is not that of the connection."
    case .invalidContentLength: "The field Content-Length is not one number of 1 to 18 digits."
    case .conflictingFraming:
      "Content-Length and Transfer-Encoding are repeated or stand there together, or HTTP 1.0 has the latter."
    case .invalidTransferCoding:
      "The field Transfer-Encoding is not a list of codings that ends in chunked, once."
    case .unsupportedTransferCoding: "The field Transfer-Encoding names another coding than chunked."
    case .invalidConnectionOption: "The field Connection is not a list of options."
    case .unknownExpectation: "The field Expect says something else than 100-continue."
    case .bodyTooLarge: "The content has more than \(content) octets."
    case .malformedChunk: "A chunk of the content does not have the form of RFC 9112."
    case .malformedTrailer:
      "A line behind the content does not have the form of a field, or is one that may not stand there."
    case .trailerTooLarge:
      "There are more than \(limits.trailerCount) lines, or \(limits.trailerOctets) octets of them, behind the content."
    }
  }
}
