// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Fields that the machine reads itself, or that may come once only.
enum KnownField: UInt8, Sendable {
  case other, host, contentLength, transferEncoding, connection, expect
  case authorization, contentType, range, ifRange, contentEncoding, idempotencyKey

  init(_ input: Span<UInt8>, _ name: OctetRange) {
    self = .other
    switch name.count {
    case 4 where input.equalsLowercased(name, "host"): self = .host
    case 5 where input.equalsLowercased(name, "range"): self = .range
    case 6 where input.equalsLowercased(name, "expect"): self = .expect
    case 8 where input.equalsLowercased(name, "if-range"): self = .ifRange
    case 10 where input.equalsLowercased(name, "connection"): self = .connection
    case 12 where input.equalsLowercased(name, "content-type"): self = .contentType
    case 13 where input.equalsLowercased(name, "authorization"): self = .authorization
    case 14 where input.equalsLowercased(name, "content-length"): self = .contentLength
    case 15 where input.equalsLowercased(name, "idempotency-key"): self = .idempotencyKey
    case 16 where input.equalsLowercased(name, "content-encoding"): self = .contentEncoding
    case 17 where input.equalsLowercased(name, "transfer-encoding"): self = .transferEncoding
    default: break
    }
  }

  /// Fields of one value: a second line is refused, since two readers may pick different ones.
  var comesOnce: Bool {
    switch self {
    case .other, .connection, .contentEncoding: false
    default: true
    }
  }

  /// A trailer must not carry framing, routing or credentials (RFC 9110 §6.5.1).
  var isForbiddenInTrailer: Bool { self != .other }
}
