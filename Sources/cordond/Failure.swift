// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why the program ends early: one line for people and an exit status.
struct Failure: Error {
  let message: String
  let status: Int32

  init(_ message: String, status: Int32 = 1) {
    self.message = message
    self.status = status
  }
}
