// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What the engine knows of the connection a request came on.
public struct ConnectionFacts: Hashable, Sendable {
  /// The peer's IP address as text, without port.
  public let peerAddress: String
  /// Whether the peer is on this machine's loopback network.
  public let isLoopback: Bool
  /// Whether the connection is protected by TLS.
  public let tls: Bool
  /// SHA-256 of the client certificate's SubjectPublicKeyInfo, only if the certificate verified.
  public let clientCertificateSPKI: [UInt8]?

  /// Facts as the engine, or a test, knows them.
  public init(
    peerAddress: String, isLoopback: Bool, tls: Bool, clientCertificateSPKI: [UInt8]? = nil
  ) {
    self.peerAddress = peerAddress
    self.isLoopback = isLoopback
    self.tls = tls
    self.clientCertificateSPKI = clientCertificateSPKI
  }
}
