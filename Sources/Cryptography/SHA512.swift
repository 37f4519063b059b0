// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import COpenSSL

/// The SHA-512 value of `message` (FIPS 180-4), 64 octets: for repositories that sign no other hash.
public func sha512(_ message: [UInt8]) -> [UInt8] {
  var octets = [UInt8](repeating: 0, count: 64)
  let hashed = unsafe EVP_Digest(message, message.count, &octets, nil, EVP_sha512(), nil)
  precondition(hashed == 1, "SHA-512 is always there unless memory is exhausted")
  return octets
}
