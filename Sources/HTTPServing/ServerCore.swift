// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPWire
internal import Synchronization

/// What all reactors of a server share: immutable, or atomic.
final class ServerCore: Sendable {
  let responder: any HTTPResponder
  let limits: ServerLimits
  let patience: ServerPatience
  let messageLimits: MessageLimits
  let accessLog: (@Sendable (AccessRecord) -> Void)?
  let isTLS: Bool
  /// Balancers that say by PROXY protocol whose connection they pass on.
  let balancers: [NetworkRange]
  let addresses = AddressLoad()
  let handshakes: AddressPace
  let connectionsOpen = Atomic<Int>(0)
  let administrators = Atomic<Int>(0)
  let requestsInFlight = Atomic<Int>(0)
  /// What requests of HTTP/1.1 have announced, come or not: all, and those of each address.
  let octetsAwaited = Atomic<Int>(0)
  let octetsAwaitedByAddress = AddressLoad()
  /// Connections beyond a limit that are held until they have heard so.
  let beingRefused = Atomic<Int>(0)
  /// What is there for single peers.
  let held = HeldOctets()
  /// The second since 1970 at which the first revocation list runs out; 0 without one.
  let revocationsEnd = Atomic<Int>(0)
  /// The second since 1970 at which the first certificate of the chain that is shown ends; 0 without one.
  let certificateEnd = Atomic<Int>(0)

  init(_ configuration: ServerConfiguration, responder: any HTTPResponder) {
    self.responder = responder
    limits = configuration.limits
    patience = ServerPatience(limits)
    handshakes = AddressPace(
      perSecond: limits.handshakesPerAddressPerSecond, burst: limits.handshakeBurstPerAddress)
    messageLimits = MessageLimits(
      requestLineOctets: limits.requestLineOctets, headerOctets: limits.headerOctets,
      headerCount: limits.headerCount, trailerOctets: limits.trailerOctets,
      trailerCount: limits.trailerCount, chunkLineOctets: limits.chunkLineOctets,
      chunkExtensionOctets: limits.chunkExtensionOctets)
    accessLog = configuration.accessLog
    isTLS = configuration.tls != nil
    balancers = configuration.balancers
  }

  /// Counts one more connection of an address.
  /// - Returns: the limit that it would pass, in which case it is not counted.
  func admit(bucket: Int?) -> EngineLimit? {
    guard connectionsOpen.add(1, ordering: .relaxed).oldValue < limits.connections else {
      connectionsOpen.subtract(1, ordering: .relaxed)
      return .connections
    }
    guard let bucket else { return nil }
    guard addresses.enter(bucket, limit: limits.connectionsPerAddress) else {
      connectionsOpen.subtract(1, ordering: .relaxed)
      return .connectionsPerAddress
    }
    return nil
  }

  /// Counts one more connection that is to be refused, if there is room for it.
  func admitToRefuse() -> Bool {
    guard beingRefused.add(1, ordering: .relaxed).oldValue < limits.refusedAtOnce else {
      beingRefused.subtract(1, ordering: .relaxed)
      return false
    }
    return true
  }

  /// Counts one more connection of local administration, if the limit allows.
  func admitAdministrator() -> Bool {
    guard administrators.add(1, ordering: .relaxed).oldValue < limits.administrators else {
      administrators.subtract(1, ordering: .relaxed)
      return false
    }
    return true
  }

  /// Whether somebody is there who is to be answered yet.
  var isServing: Bool { connectionsOpen.value > 0 || administrators.value > 0 }

  func dismiss(_ admission: Admission) {
    switch admission {
    case .full(let bucket):
      connectionsOpen.subtract(1, ordering: .relaxed)
      if let bucket { addresses.leave(bucket) }
    case .administrator: administrators.subtract(1, ordering: .relaxed)
    case .toBeRefused: beingRefused.subtract(1, ordering: .relaxed)
    }
  }

  /// Whether nothing more may be held for anybody.
  var isFull: Bool { held.all.value > limits.heldOctets }

  /// Counts one more deferred answer, if the limit allows; `endRequest` undoes it.
  func beginRequest() -> Bool {
    guard requestsInFlight.add(1, ordering: .relaxed).oldValue < limits.requestsInFlight else {
      endRequest()
      return false
    }
    return true
  }

  /// Counts the content of one more request of an address; `releaseBody` undoes it.
  /// - Returns: the limit that it would pass, in which case it is not counted.
  func holdBody(_ octets: Int, bucket: Int?) -> EngineLimit? {
    let sum = octetsAwaited.add(octets, ordering: .relaxed).newValue
    let ofAddress = bucket.map { octetsAwaitedByAddress.add(octets, to: $0) } ?? 0
    guard sum > limits.bodiesOctets || ofAddress > limits.bodiesOctetsPerAddress else { return nil }
    releaseBody(octets, bucket: bucket)
    return ofAddress > limits.bodiesOctetsPerAddress ? .bodiesOctetsPerAddress : .bodiesOctets
  }

  func releaseBody(_ octets: Int, bucket: Int?) {
    octetsAwaited.subtract(octets, ordering: .relaxed)
    if let bucket { octetsAwaitedByAddress.add(-octets, to: bucket) }
  }

  func endRequest() { requestsInFlight.subtract(1, ordering: .relaxed) }
}
