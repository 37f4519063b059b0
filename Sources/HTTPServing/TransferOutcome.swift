// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What one attempt to move octets came to.
enum TransferOutcome: Equatable {
  case octets(Int)
  case wantsRead
  case wantsWrite
  case closed
  case failed
}
