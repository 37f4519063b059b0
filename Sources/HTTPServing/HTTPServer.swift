// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// An HTTP/1.1 server: reactors, each with its own listener, that feed one responder.
public final class HTTPServer: Sendable {
  private let configuration: ServerConfiguration
  private let responder: any HTTPResponder

  public init(configuration: ServerConfiguration, responder: any HTTPResponder) {
    self.configuration = configuration
    self.responder = responder
  }

  /// Binds, listens and serves until drained.
  /// - Returns: the port bound.
  /// - Throws: `ServerError`, naming the address or file at fault.
  public func start() throws(ServerError) -> UInt16 {
    throw .outOfResources(reason: "not there yet")
  }

  /// Stops accepting, lets requests in flight finish, and closes every connection, by force once
  /// `deadline` has passed.
  public func drain(deadline: Duration) async {}

  /// Reads certificate, key and client authorities again; connections keep what they have.
  /// - Throws: `ServerError`, in which case the old ones stay in force.
  public func reloadTLS() throws(ServerError) {}

  public var counters: ServerCounters { ServerCounters() }
}
