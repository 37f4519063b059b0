// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import HTTPWire

// Content that somebody takes as it arrives.
extension Connection {
  /// What came of the content goes to who takes it; how much may still come shrinks by it.
  mutating func passOn(to content: ArrivedContent) {
    let piece = machine.takeBody()
    guard !piece.isEmpty else { return }
    machine.bodyLimit -= piece.count
    content.receiver.take(piece.span)
  }

  /// Looks what the receiver of content that is not all there would do with more: a peer that is too quick waits, and one whose
  /// content will not be taken hears so now.
  mutating func heedAppetite(on reactor: Reactor) {
    guard let receiver = current.request?.arrived?.receiver else { return }
    switch receiver.appetite {
    case .hungry: return
    case .sated: answerEarly(on: reactor)
    case .full:
      awaitsReceiver = true
      let token = token
      receiver.whenNotFull { reactor.post { reactor.handle(token) { $0.readOn(on: reactor) } } }
    }
  }

  /// RFC 9112 §9.3: what is left of the request is not read, so nothing can follow it on this connection.
  private mutating func answerEarly(on reactor: Reactor) {
    current.keepsAlive = false
    machine.abandon()
    finishRequest(Span(), on: reactor)
  }

  /// The receiver has put away what it held.
  private mutating func readOn(on reactor: Reactor) {
    guard awaitsReceiver, phase == .open else { return }
    awaitsReceiver = false
    if reactor.dateLine.second >= certificateEnd { reviewCertificate(on: reactor) }
    heedAppetite(on: reactor)
    proceed(on: reactor, isReadable: true)
    settle(on: reactor)
  }
}
