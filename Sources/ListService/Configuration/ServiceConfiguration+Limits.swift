// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPServing

extension ServiceConfiguration {
  /// The section `limits`; what it leaves out has the engine's default.
  static func limits(
    _ keys: inout ConfigurationKeys, _ submissions: Submissions
  ) throws(ConfigurationError) -> ServerLimits {
    var limits = ServerLimits()
    limits.bodyOctets = max(limits.bodyOctets, submissions.bodyOctets)
    var section = try keys.section("limits")
    try section.readCounts(into: &limits)
    try section.readTimes(into: &limits)
    try section.finish()
    guard limits.handshakeBurstPerAddress >= limits.handshakesPerAddressPerSecond else {
      throw ConfigurationError(
        "limits.handshake_burst_per_address: at least handshakes_per_address_per_second is wanted")
    }
    return limits
  }
}

extension ConfigurationKeys {
  fileprivate mutating func readCounts(into limits: inout ServerLimits) throws(ConfigurationError) {
    try set(&limits.connections, "connections", in: 1...1_000_000)
    try set(&limits.connectionsPerAddress, "connections_per_address", in: 1...1_000_000)
    try set(&limits.administrators, "administrators", in: 1...1_000_000)
    try set(&limits.handshakesPerAddressPerSecond, "handshakes_per_address_per_second", in: 1...1_000_000)
    try set(&limits.handshakeBurstPerAddress, "handshake_burst_per_address", in: 1...1_000_000)
    try set(&limits.requestsInFlight, "requests_in_flight", in: 1...1_000_000)
    try set(&limits.requestsPerConnection, "requests_per_connection", in: 1...1_000_000_000)
    limits.heldOctets =
      try integer("held_mebibytes", in: 1...1_048_576, or: limits.heldOctets >> 20) << 20
    // Parts of it, unless they are named.
    let (quarter, half) = (max(1, limits.heldOctets >> 22), max(1, limits.heldOctets >> 21))
    limits.heldOctetsPerAddress =
      try integer("held_mebibytes_per_address", in: 1...1_048_576, or: quarter) << 20
    limits.heldOctetsOfStrangers =
      try integer("held_mebibytes_of_strangers", in: 1...1_048_576, or: half) << 20
    try set(&limits.outputBacklogOctets, "output_backlog_octets", in: 1024...(1 << 30))
    try set(&limits.tlsSessions, "tls_sessions", in: 1...10_000_000)
  }

  fileprivate mutating func readTimes(into limits: inout ServerLimits) throws(ConfigurationError) {
    try set(&limits.handshakeDeadline, "handshake_seconds")
    try set(&limits.headerDeadline, "header_seconds")
    try set(&limits.bodyPause, "body_pause_seconds")
    try set(&limits.bodyOctetsPerSecond, "body_octets_per_second", in: 1...1_000_000_000)
    try set(&limits.idleDeadline, "idle_seconds")
    try set(&limits.writePause, "write_pause_seconds")
    try set(&limits.writeOctetsPerSecond, "write_octets_per_second", in: 1...1_000_000_000)
    try set(&limits.tlsSessionLifetime, "tls_session_seconds", in: 1...604_800)
    try set(&limits.retryAfterSeconds, "retry_after_seconds", in: 1...86_400)
  }

  private mutating func set(
    _ limit: inout Int, _ key: String, in range: ClosedRange<Int>
  ) throws(ConfigurationError) {
    limit = try integer(key, in: range, or: limit)
  }

  private mutating func set(
    _ limit: inout Duration, _ key: String, in range: ClosedRange<Int> = 1...3_600
  ) throws(ConfigurationError) {
    limit = .seconds(try integer(key, in: range, or: Int(limit.components.seconds)))
  }
}
