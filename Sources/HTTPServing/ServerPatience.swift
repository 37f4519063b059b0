// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The deadlines of `ServerLimits` in milliseconds: they are looked at for every request, and a `Duration` is slow to take apart.
struct ServerPatience: Sendable {
  let handshake: UInt64
  let head: UInt64
  let body: UInt64
  let nextRequest: UInt64
  let lastRequest: UInt64
  let peerReading: UInt64
  let peerLeaving: UInt64

  init(_ limits: ServerLimits) {
    handshake = limits.handshakeDeadline.milliseconds
    head = limits.headerDeadline.milliseconds
    body = limits.bodyPause.milliseconds
    nextRequest = limits.idleDeadline.milliseconds
    lastRequest = limits.lastRequestDeadline.milliseconds
    peerReading = limits.writePause.milliseconds
    peerLeaving = limits.lingeringDeadline.milliseconds
  }
}
