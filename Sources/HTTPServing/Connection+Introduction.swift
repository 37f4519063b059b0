// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
internal import HTTPMessages
internal import HTTPWire

// A balancer says whose connection it is, before all else.
extension Connection {
  /// Reads the PROXY header octet for octet, and nothing behind it.
  mutating func readIntroduction(on reactor: Reactor) {
    while phase == .introducing {
      do throws(ProxyHeader.Refusal) {
        switch try ProxyHeader.read(input.span) {
        case .whole(let header): return introduce(header, on: reactor)
        case .wants(let octets): guard readPlainly(octets, on: reactor) else { return }
        }
      } catch {
        reactor.counters.introductionsRefused.bump()
        return close(on: reactor)
      }
    }
  }

  /// - Returns: whether octets came.
  private mutating func readPlainly(_ count: Int, on reactor: Reactor) -> Bool {
    let room = unsafe UnsafeMutableRawBufferPointer(rebasing: reactor.receiveBuffer[..<count])
    switch unsafe transport.discard(into: room) {
    case .octets(let count):
      unsafe input.append(contentsOf: room[..<count])
      return true
    case .wantsRead, .wantsWrite: return false
    case .closed, .failed:
      close(on: reactor)
      return false
    }
  }

  private mutating func introduce(_ header: ProxyHeader, on reactor: Reactor) {
    input = []
    if case .client(let octets) = header.source {
      var peer = cordon_peer()
      unsafe cordon_peer_at(octets, Int32(octets.count), &peer)
      facts = ConnectionFacts(peerAddress: Reactor.text(peer), isLoopback: false, tls: facts.tls)
      let bucket = reactor.core.addresses.bucket(of: peer.network)
      guard enter(bucket, on: reactor) else { return close(on: reactor) }
      guard reactor.mayShakeHands(bucket) else { return close(on: reactor) }
    }
    guard transport.tls != nil else {
      phase = .open
      if admission == .toBeRefused { return turnAway(on: reactor) }
      return proceed(on: reactor, isReadable: true)
    }
    phase = .handshaking
    shakeHands(on: reactor)
  }

  /// Counts for the client's address. Beyond its limit it hears so, as who comes without a balancer; false if it cannot.
  private mutating func enter(_ bucket: Int, on reactor: Reactor) -> Bool {
    guard admission != .toBeRefused else { return true }
    let core = reactor.core
    if core.addresses.enter(bucket, limit: core.limits.connectionsPerAddress) {
      recount(on: reactor) { $0.admission = .full(bucket: bucket) }
      return true
    }
    reactor.counters.limits.bump(.connectionsPerAddress)
    reactor.counters.connectionsRefused.bump()
    guard core.admitToRefuse() else {
      reactor.counters.limits.bump(.refusedAtOnce)
      return false
    }
    core.dismiss(admission)
    recount(on: reactor) { $0.admission = .toBeRefused }
    return true
  }
}

extension ServerCore {
  /// Whether a peer must say whose connection it passes on.
  func isBalancer(_ address: String) -> Bool { balancers.contains { $0.contains(address) } }
}
