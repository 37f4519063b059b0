// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import HTTPWire

// A client certificate on a connection that outlives what made it count.
extension Connection {
  /// The handshake is done. One that began before a reload was decided by what has been replaced since.
  mutating func noteCertificate(on reactor: Reactor) {
    guard let session = transport.tls, facts.clientCertificateSPKI != nil else { return }
    becomeKnown(on: reactor)
    certificateEnd = reactor.tls?.began(session) == true ? session.clientCertificateEnd : .min
  }

  /// Authorities or revocation lists are new: the certificate is looked at before it counts again.
  mutating func suspectCertificate() {
    if facts.clientCertificateSPKI != nil { certificateEnd = .min }
  }

  /// The certificate, an authority of it or a revocation list has ended, or what it was accepted by is new: from here on its key
  /// counts only if it would be accepted now.
  mutating func reviewCertificate(on reactor: Reactor) {
    guard let session = transport.tls, facts.clientCertificateSPKI != nil else {
      certificateEnd = .max
      return
    }
    reactor.counters.certificatesReviewed.bump()
    let now = reactor.dateLine.second
    let end = reactor.tls?.trusts(session, at: now) ?? 0
    if now < end {
      certificateEnd = end
      return
    }
    certificateEnd = .max
    reactor.counters.certificatesForgotten.bump()
    facts = ConnectionFacts(
      peerAddress: facts.peerAddress, isLoopback: facts.isLoopback, tls: facts.tls, clientCertificateSPKI: nil
    )
    // Whether it counts again, after a new list say, is found by a handshake alone.
    hasLostCertificate = true
    http2?.session.facts = facts
    http2?.session.drain(now: reactor.now)
  }

  /// Whether a request that waits must not be answered as its certificate's any more.
  mutating func losesCertificate(on reactor: Reactor) -> Bool {
    // Another request may have found it out.
    if hasLostCertificate { return true }
    guard reactor.dateLine.second >= certificateEnd, facts.clientCertificateSPKI != nil else { return false }
    reviewCertificate(on: reactor)
    return facts.clientCertificateSPKI == nil
  }
}
