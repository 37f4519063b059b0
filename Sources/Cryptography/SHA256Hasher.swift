// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import COpenSSL

/// SHA-256 over a message that arrives in parts.
@safe public struct SHA256Hasher: ~Copyable {
  /// Owned; freed with the hasher.
  private let context: OpaquePointer?

  /// Nothing hashed yet.
  public init() {
    unsafe context = EVP_MD_CTX_new()
    let started = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
    precondition(started == 1, "SHA-256 is always there unless memory is exhausted")
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// Goes on with `part`.
  public mutating func update(_ part: [UInt8]) {
    update(part.span)
  }

  /// Goes on with `part`.
  public mutating func update(_ part: Span<UInt8>) {
    // The pointer is used during the call only.
    let updated = unsafe part.withUnsafeBufferPointer { buffer in
      unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
    }
    precondition(updated == 1)
  }

  /// Appends the digest of all parts to `octets`, and begins anew: many short messages are hashed faster so than by a hasher each.
  public mutating func finish(appendingTo octets: inout [UInt8]) {
    let start = octets.count
    for _ in 0..<SHA256Digest.length { octets.append(0) }
    let finished = unsafe octets.withUnsafeMutableBufferPointer { buffer in
      unsafe EVP_DigestFinal_ex(context, buffer.baseAddress.map { unsafe $0 + start }, nil)
    }
    let restarted = unsafe EVP_DigestInit_ex(context, nil, nil)
    precondition(finished == 1 && restarted == 1)
  }

  /// The digest of all parts.
  public consuming func finalize() -> SHA256Digest {
    var octets = [UInt8](repeating: 0, count: SHA256Digest.length)
    let finished = unsafe octets.withUnsafeMutableBufferPointer { buffer in
      unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
    }
    precondition(finished == 1)
    return SHA256Digest(known: octets)
  }
}
