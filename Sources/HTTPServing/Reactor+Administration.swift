// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Glibc
internal import HTTPMessages

extension Reactor {
  /// Connections of this machine's administrators: their user is looked at, their requests are plain HTTP and count
  /// as from loopback.
  func acceptAdministrators() {
    guard !isDraining, let administrationListener else { return }
    while true {
      let descriptor = cordon_accept_locally(administrationListener)
      guard descriptor >= 0 else {
        if LocalSocket.isShort {
          // The next tick tries again: a listener that stays ready would spin.
          counters.acceptPauses.bump()
          unwatchAdministration()
        }
        return
      }
      guard cordon_peer_is_ours(descriptor) == 1 else {
        counters.administratorsRefused.bump()
        _ = close(descriptor)
        continue
      }
      guard core.admitAdministrator() else {
        counters.limits.bump(.administrators)
        _ = close(descriptor)
        continue
      }
      let facts = ConnectionFacts(peerAddress: "local", isLoopback: true, tls: false)
      open(descriptor, tls: nil, facts: facts, phase: .open, admission: .administrator)
    }
  }
}
