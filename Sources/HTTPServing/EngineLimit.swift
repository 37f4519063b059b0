// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPWire

/// The bounds of `ServerLimits` by name: how often each was reached is counted.
public enum EngineLimit: String, CaseIterable, Hashable, Sendable {
  case connections
  case connectionsPerAddress = "connections_per_address"
  case refusedAtOnce = "refused_at_once"
  case administrators
  case handshakesPerAddress = "handshakes_per_address"
  case requestsInFlight = "requests_in_flight"
  case requestsPerConnection = "requests_per_connection"
  case handshakeDeadline = "handshake_deadline"
  case headerDeadline = "header_deadline"
  case bodyRate = "body_rate"
  case idleDeadline = "idle_deadline"
  case writeRate = "write_rate"
  case lingering
  case outputBacklog = "output_backlog"
  case heldOctets = "held_octets"
  case heldOctetsPerAddress = "held_octets_per_address"
  case heldOctetsOfStrangers = "held_octets_of_strangers"
  case requestLine = "request_line"
  case headerOctets = "header_octets"
  case headerCount = "header_count"
  case bodyOctets = "body_octets"
  case bodiesOctets = "bodies_octets"
  case bodiesOctetsPerAddress = "bodies_octets_per_address"
  case trailers

  /// Where its count stands.
  var position: Int {
    switch self {
    case .connections: 0
    case .connectionsPerAddress: 1
    case .refusedAtOnce: 2
    case .administrators: 3
    case .handshakesPerAddress: 4
    case .requestsInFlight: 5
    case .requestsPerConnection: 6
    case .handshakeDeadline: 7
    case .headerDeadline: 8
    case .bodyRate: 9
    case .idleDeadline: 10
    case .writeRate: 11
    case .lingering: 12
    case .outputBacklog: 13
    case .heldOctets: 14
    case .heldOctetsPerAddress: 15
    case .heldOctetsOfStrangers: 16
    case .requestLine: 17
    case .headerOctets: 18
    case .headerCount: 19
    case .bodyOctets: 20
    case .bodiesOctets: 21
    case .trailers: 22
    case .bodiesOctetsPerAddress: 23
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
