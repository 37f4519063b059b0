// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import CLinux
private import Glibc
internal import HTTPMessages
internal import HTTPWire

extension Reactor {
  /// Accepts in one run; the listener stays ready if there are more. In TLS no more than the steps of handshakes that a run
  /// is sure to take.
  private var acceptsPerRun: Int { tls == nil ? 4 : 1 }

  func acceptConnections() {
    guard !isDraining else { return }
    for _ in 0..<acceptsPerRun {
      var peer = cordon_peer()
      let descriptor = unsafe cordon_accept(listener, &peer)
      if descriptor >= 0 {
        admit(descriptor, peer, isBalancer: !core.balancers.isEmpty && core.isBalancer(Self.text(peer)))
        continue
      }
      switch cordon_errno() {
      case EMFILE, ENFILE, ENOBUFS, ENOMEM:
        // The next tick tries again: a listener that stays ready would spin.
        counters.acceptPauses.bump()
        return unwatchListener()
      case EINTR, ECONNABORTED, EPROTO: continue
      default: return
      }
    }
  }

  private func admit(_ descriptor: Int32, _ peer: cordon_peer, isBalancer: Bool) {
    // A balancer's address stands for nobody; whose the connection is comes with the header.
    let bucket = isBalancer ? nil : core.addresses.bucket(of: peer.network)
    var admission = Admission.full(bucket: bucket)
    if let limit = core.admit(bucket: bucket) {
      counters.limits.bump(limit)
      counters.connectionsRefused.bump()
      guard core.admitToRefuse() else {
        counters.limits.bump(.refusedAtOnce)
        return shut(descriptor)
      }
      admission = .toBeRefused
    }
    guard mayShakeHands(bucket) else {
      core.dismiss(admission)
      return shut(descriptor)
    }
    let facts = ConnectionFacts(
      peerAddress: Self.text(peer), isLoopback: peer.is_loopback != 0, tls: tls != nil)
    let phase: Connection.Phase = isBalancer ? .introducing : tls == nil ? .open : .handshaking
    open(descriptor, tls: tls, facts: facts, phase: phase, admission: admission)
  }

  /// Whether an address may begin one more handshake, if there is one to begin.
  func mayShakeHands(_ bucket: Int?) -> Bool {
    guard tls != nil, let bucket, !core.handshakes.enter(bucket, now: now) else { return true }
    counters.limits.bump(.handshakesPerAddress)
    counters.connectionsRefused.bump()
    return false
  }

  /// A connection that was admitted, or is to be refused in words, begins.
  func open(
    _ descriptor: Int32, tls: TLSContext?, facts: ConnectionFacts, phase: Connection.Phase,
    admission: Admission
  ) {
    var transport = Transport(descriptor: descriptor, tls: tls?.accept(descriptor))
    guard transport.tls != nil || tls == nil else {
      core.dismiss(admission)
      return transport.close(politely: false)
    }
    let token = table.reserve()
    let interest = EPOLLIN.rawValue
    let isInLobby = tls != nil
    guard watch(descriptor, events: isInLobby ? Lobby.events(interest) : interest, token: token) else {
      table.cancel(token)
      core.dismiss(admission)
      return transport.close(politely: false)
    }
    if admission != .toBeRefused { counters.connectionsAccepted.bump() }
    counters.connectionsOpen.bump()
    table.open(
      Connection(
        token: token, transport: transport, phase: phase, facts: facts, admission: admission,
        machine: RequestMachine(limits: core.messageLimits, isSecured: tls != nil), interest: interest,
        isInLobby: isInLobby))
    handle(token) {
      $0.setDeadline(on: self)
      // In TLS it hears so after the handshake.
      if admission == .toBeRefused, phase == .open { $0.turnAway(on: self) }
    }
  }

  /// Ends a connection unheard.
  private func shut(_ descriptor: Int32) { _ = close(descriptor) }

  static func text(_ peer: cordon_peer) -> String {
    var peer = peer
    return unsafe withUnsafeBytes(of: &peer.text) { buffer in
      unsafe String(decoding: unsafe buffer.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
