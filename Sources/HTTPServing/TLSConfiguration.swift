// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Where the server's certificate and key are, and whose client certificates count.
public struct TLSConfiguration: Hashable, Sendable {
  /// PEM, leaf first.
  public var certificateChainFile: String
  /// PEM, unencrypted.
  public var keyFile: String
  /// PEM of the authorities that client certificates must chain to; nil asks for none.
  public var clientAuthorityFile: String?
  /// PEM of the authorities' revocation lists; nil looks at none. With it a client certificate counts only while a list
  /// of its issuer is there, has not run out, and does not name it.
  public var clientRevocationsFile: String?
  /// Whether clients are offered HTTP/2 (by ALPN) beside HTTP/1.1.
  public var offersHTTP2 = true

  /// Names the files; they are read when the server starts.
  public init(certificateChainFile: String, keyFile: String, clientAuthorityFile: String? = nil) {
    self.certificateChainFile = certificateChainFile
    self.keyFile = keyFile
    self.clientAuthorityFile = clientAuthorityFile
  }
}
