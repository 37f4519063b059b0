// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Error codes of RFC 9113 §7 that this server sends itself.
package enum HTTP2ErrorCode: UInt32, Sendable {
  case noError = 0
  case protocolError = 1
  case internalError = 2
  case flowControlError = 3
  case settingsTimeout = 4
  case streamClosed = 5
  case frameSizeError = 6
  case cancel = 8
  case enhanceYourCalm = 0xB
}
