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

  /// Names the files; they are read when the server starts.
  public init(certificateChainFile: String, keyFile: String, clientAuthorityFile: String? = nil) {
    self.certificateChainFile = certificateChainFile
    self.keyFile = keyFile
    self.clientAuthorityFile = clientAuthorityFile
  }
}
