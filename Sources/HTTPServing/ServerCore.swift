// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPWire
internal import Synchronization

/// What all reactors of a server share: immutable, or atomic.
final class ServerCore: Sendable {
  let responder: any HTTPResponder
  let limits: ServerLimits
  let messageLimits: MessageLimits
  let accessLog: (@Sendable (AccessRecord) -> Void)?
  let isTLS: Bool
  let addresses = AddressLoad()
  let connectionsOpen = Atomic<Int>(0)
  let requestsInFlight = Atomic<Int>(0)
  let bodyOctets = Atomic<Int>(0)

  init(_ configuration: ServerConfiguration, responder: any HTTPResponder) {
    self.responder = responder
    limits = configuration.limits
    messageLimits = MessageLimits(
      requestLineOctets: limits.requestLineOctets, headerOctets: limits.headerOctets,
      headerCount: limits.headerCount, trailerOctets: limits.trailerOctets,
      trailerCount: limits.trailerCount)
    accessLog = configuration.accessLog
    isTLS = configuration.tls != nil
  }

  /// Counts one more connection of an address, if both limits allow.
  func admit(bucket: Int) -> Bool {
    guard connectionsOpen.add(1, ordering: .relaxed).oldValue < limits.connections else {
      connectionsOpen.subtract(1, ordering: .relaxed)
      return false
    }
    guard addresses.enter(bucket, limit: limits.connectionsPerAddress) else {
      connectionsOpen.subtract(1, ordering: .relaxed)
      return false
    }
    return true
  }

  func dismiss(bucket: Int) {
    connectionsOpen.subtract(1, ordering: .relaxed)
    addresses.leave(bucket)
  }

  /// Counts one more deferred answer, if the limit allows; `endRequest` undoes it.
  func beginRequest() -> Bool {
    guard requestsInFlight.add(1, ordering: .relaxed).oldValue < limits.requestsInFlight else {
      endRequest()
      return false
    }
    return true
  }

  /// Counts the content of one more request, if the limit allows; `releaseBody` undoes it.
  func holdBody(_ octets: Int) -> Bool {
    guard bodyOctets.add(octets, ordering: .relaxed).newValue <= limits.bodiesOctets else {
      releaseBody(octets)
      return false
    }
    return true
  }

  func releaseBody(_ octets: Int) { bodyOctets.subtract(octets, ordering: .relaxed) }

  func endRequest() { requestsInFlight.subtract(1, ordering: .relaxed) }
}
