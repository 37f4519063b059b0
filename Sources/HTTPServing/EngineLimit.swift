// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPWire

/// The bounds of `ServerLimits` by name: how often each was reached is counted.
public enum EngineLimit: String, CaseIterable, Hashable, Sendable {
  case connections
  case connectionsPerAddress = "connections_per_address"
  case administrators
  case handshakesPerAddress = "handshakes_per_address"
  case requestsInFlight = "requests_in_flight"
  case requestsPerConnection = "requests_per_connection"
  case handshakeDeadline = "handshake_deadline"
  case headerDeadline = "header_deadline"
  case bodyRate = "body_rate"
  case idleDeadline = "idle_deadline"
  case writeRate = "write_rate"
  case outputBacklog = "output_backlog"
  case heldOctets = "held_octets"
  case heldOctetsPerAddress = "held_octets_per_address"
  case heldOctetsOfStrangers = "held_octets_of_strangers"
  case requestLine = "request_line"
  case headerOctets = "header_octets"
  case headerCount = "header_count"
  case bodyOctets = "body_octets"
  case trailers

  /// Where its count stands.
  var position: Int {
    switch self {
    case .connections: 0
    case .connectionsPerAddress: 1
    case .administrators: 2
    case .handshakesPerAddress: 3
    case .requestsInFlight: 4
    case .requestsPerConnection: 5
    case .handshakeDeadline: 6
    case .headerDeadline: 7
    case .bodyRate: 8
    case .idleDeadline: 9
    case .writeRate: 10
    case .outputBacklog: 11
    case .heldOctets: 12
    case .heldOctetsPerAddress: 13
    case .heldOctetsOfStrangers: 14
    case .requestLine: 15
    case .headerOctets: 16
    case .headerCount: 17
    case .bodyOctets: 18
    case .trailers: 19
    }
  }

  /// The limit that a refused request has passed; nil when it is wrong otherwise.
  init?(_ refusal: RequestRefusal) {
    switch refusal {
    case .requestLineTooLong: self = .requestLine
    case .headerTooLarge: self = .headerOctets
    case .tooManyFields: self = .headerCount
    case .bodyTooLarge: self = .bodyOctets
    case .trailerTooLarge: self = .trailers
    default: return nil
    }
  }
}
