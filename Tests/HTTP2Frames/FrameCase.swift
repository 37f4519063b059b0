// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Frames that break a rule of RFC 9113, or almost, and what has to come of it.
package struct FrameCase: CustomStringConvertible, Sendable {
  package enum Outcome: Hashable, Sendable {
    /// GOAWAY with this code; nothing is answered any more.
    case connection(UInt32)
    /// RST_STREAM with this code; the connection goes on.
    case stream(UInt32, UInt32)
    /// An answer with this status; the connection goes on.
    case answer(UInt32, Int)
    /// Nothing comes of it; the connection goes on.
    case ignored
  }

  package let section: String
  package let rule: String
  /// What follows the opening; with `isWhole` what the peer sends from the first octet on.
  package let octets: [UInt8]
  package let outcome: Outcome
  package let isWhole: Bool

  package var description: String { "\(section): \(rule)" }

  init(_ section: String, _ rule: String, _ outcome: Outcome, _ octets: [UInt8], isWhole: Bool = false) {
    self.section = section
    self.rule = rule
    self.outcome = outcome
    self.octets = octets
    self.isWhole = isWhole
  }

  // Error codes of RFC 9113 §7.
  package static let noError: UInt32 = 0
  package static let protocolError: UInt32 = 1
  package static let flowControlError: UInt32 = 3
  package static let streamClosed: UInt32 = 5
  package static let frameSizeError: UInt32 = 6
  package static let refusedStream: UInt32 = 7
  package static let cancel: UInt32 = 8
  package static let compressionError: UInt32 = 9
  package static let enhanceYourCalm: UInt32 = 0xB

  /// A path that is never answered, so that its stream stays as it is.
  package static let waitingPath = "/never"
  /// The stream of a good request behind the case, which shows whether the connection goes on.
  package static let after: UInt32 = 1001
  package static let all = connectionCases + frameCases + messageCases
}
