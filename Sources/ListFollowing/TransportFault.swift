// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why no complete answer came.
public enum TransportFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The server could not be reached or the connection broke; the reason in plain words.
  case unreachable(String)
  /// The connection broke in mid-body: what had arrived, whether that continues what was held (a 206), and the entity tag it came with.
  case interrupted(reason: String, received: [UInt8], isContinuation: Bool, entityTag: String?)
  /// The answer is longer than the limit, in octets.
  case tooLarge(limit: Int)
  /// What arrived could not be written on this machine.
  case unkept(FileFault)

  /// One plain line.
  public var description: String {
    switch self {
    case .unreachable(let reason): "cannot reach the server: \(reason)"
    case .interrupted(let reason, let received, _, _):
      "the connection broke after \(received.count) octets: \(reason)"
    case .tooLarge(let limit): "the server's answer is longer than \(limit) octets"
    case .unkept(let fault): fault.description
    }
  }
}
