// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Where and how to serve.
public struct ServerConfiguration: Sendable {
  /// A literal IPv4 or IPv6 address.
  public var address: String
  /// 0 lets the system choose; `HTTPServer.start()` returns the choice.
  public var port: UInt16
  /// Nil serves plain HTTP.
  public var tls: TLSConfiguration?
  /// Listening sockets got from a predecessor or the system, instead of address and port; the server closes them.
  public var inherited: [Int32] = []
  /// Peers that say by PROXY protocol, version 2, whose connection they pass on; they must, and nobody else may.
  public var balancers: [NetworkRange] = []
  /// A Unix socket, for this user and root alone, that serves plain HTTP to local administration; nil for none.
  public var administrationSocket: String?
  /// Every bound that is enforced.
  public var limits: ServerLimits
  /// Reactors, one per core by default.
  public var reactorCount: Int
  /// Called on a reactor after each answer; must not block.
  public var accessLog: (@Sendable (AccessRecord) -> Void)?

  /// A configuration with defaults for what is not said; a `reactorCount` of 0 means one per core.
  public init(
    address: String = "127.0.0.1", port: UInt16 = 0, tls: TLSConfiguration? = nil,
    limits: ServerLimits = ServerLimits(), reactorCount: Int = 0,
    accessLog: (@Sendable (AccessRecord) -> Void)? = nil
  ) {
    self.address = address
    self.port = port
    self.tls = tls
    self.limits = limits
    self.reactorCount = reactorCount > 0 ? reactorCount : ProcessorCount.online
    self.accessLog = accessLog
  }
}
