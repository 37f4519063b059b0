// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why octets could not be unpacked.
public enum CompressionError: Error, Hashable, Sendable {
  /// Not one whole frame of this coding, or made with another prefix.
  case damaged
  /// It unpacks to another number of octets than was said.
  case otherLength(expected: Int)
  /// The library could not be set up: too little memory.
  case unavailable
}
