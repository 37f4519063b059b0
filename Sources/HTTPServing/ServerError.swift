// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why a server cannot start or reload.
public enum ServerError: Error, Hashable, Sendable, CustomStringConvertible {
  case invalidAddress(String)
  case addressInUse(address: String, port: UInt16)
  case cannotListen(address: String, port: UInt16, reason: String)
  case cannotReadCertificate(file: String, reason: String)
  case cannotReadKey(file: String, reason: String)
  case keyDoesNotMatchCertificate(file: String)
  case cannotReadClientAuthority(file: String, reason: String)
  case cannotReadRevocations(file: String, reason: String)
  case cannotListenLocally(path: String, reason: String)
  case unusableSocket(number: Int)
  case noPredecessor(path: String)
  case handoverFailed(path: String, reason: String)
  case tlsUnavailable(reason: String)
  case alreadyStarted
  case outOfResources(reason: String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .invalidAddress(let address): "\(address) is not an IPv4 or IPv6 address"
    case .addressInUse(let address, let port): "\(address) port \(port): address in use"
    case .cannotListen(let address, let port, let reason):
      "cannot listen on \(address) port \(port): \(reason)"
    case .cannotReadCertificate(let file, let reason):
      "cannot read certificate \(file): \(reason)"
    case .cannotReadKey(let file, let reason): "cannot read key \(file): \(reason)"
    case .keyDoesNotMatchCertificate(let file):
      "the key in \(file) does not belong to the certificate"
    case .cannotReadClientAuthority(let file, let reason):
      "cannot read client authority \(file): \(reason)"
    case .cannotReadRevocations(let file, let reason):
      "cannot read revocation list \(file): \(reason)"
    case .cannotListenLocally(let path, let reason): "cannot listen on \(path): \(reason)"
    case .unusableSocket(let number): "socket \(number) that was handed over is no listening TCP socket"
    case .noPredecessor(let path): "nobody answers on \(path)"
    case .handoverFailed(let path, let reason): "cannot take over by \(path): \(reason)"
    case .tlsUnavailable(let reason): "TLS cannot be set up: \(reason)"
    case .alreadyStarted: "the server was already started"
    case .outOfResources(let reason): "no resources to serve: \(reason)"
    }
  }
}
