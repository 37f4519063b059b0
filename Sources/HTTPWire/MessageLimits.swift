// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The bounds on one request that the machine itself enforces.
package struct MessageLimits: Hashable, Sendable {
  /// The request line without its line end.
  package var requestLineOctets: Int
  /// All field lines of a head, with their line ends.
  package var headerOctets: Int
  package var headerCount: Int
  package var trailerOctets: Int
  package var trailerCount: Int
  /// A line of a chunk's size and extensions, the CR included; the same whether it comes whole or in pieces.
  package var chunkLineOctets: Int
  /// All chunk extensions of one body.
  package var chunkExtensionOctets: Int

  package init(
    requestLineOctets: Int = 8192, headerOctets: Int = 16_384, headerCount: Int = 64,
    trailerOctets: Int = 4096, trailerCount: Int = 16, chunkLineOctets: Int = 256,
    chunkExtensionOctets: Int = 1024
  ) {
    self.requestLineOctets = requestLineOctets
    self.headerOctets = headerOctets
    self.headerCount = headerCount
    self.trailerOctets = trailerOctets
    self.trailerCount = trailerCount
    self.chunkLineOctets = chunkLineOctets
    self.chunkExtensionOctets = chunkExtensionOctets
  }
}
