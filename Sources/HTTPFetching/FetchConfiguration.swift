// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// How a `Fetcher` connects: whom it trusts, who it is, and how long it waits.
public struct FetchConfiguration: Hashable, Sendable {
  /// PEM file of the only authorities trusted; nil for the system's own.
  public var certificateAuthorityFile: String?
  /// PEM file of the client certificate (and chain).
  public var clientCertificateFile: String?
  /// PEM file of the client certificate's private key.
  public var clientKeyFile: String?
  /// Sent as `Authorization: Bearer`, only over HTTPS or where plain HTTP is allowed.
  public var bearerToken: String?
  /// Proxy URL (`http://proxy.example:3128`, `socks5h://…`); nil means none, whatever the environment says.
  public var proxy: String?
  /// Time to resolve, connect and finish the TLS handshake.
  public var connectTimeout: Duration = .seconds(30)
  /// Time for the whole exchange; nil for no bound but the low-speed limit.
  public var totalTimeout: Duration? = .seconds(600)
  /// The slowest acceptable transfer, in octets a second, held over `lowSpeedTime`; 0 for no bound.
  public var lowSpeedLimit = 64
  /// How long a transfer may stay below `lowSpeedLimit`.
  public var lowSpeedTime: Duration = .seconds(60)
  /// The `User-Agent`.
  public var userAgent = "cordon"
  /// Whether `http:` URLs are fetched too; for tests and loopback only.
  public var allowsPlainHTTP = false

  /// The defaults: system authorities, no identity, HTTPS only.
  public init() {}
}
