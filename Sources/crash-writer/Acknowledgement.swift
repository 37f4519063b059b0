// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

/// Lines on standard output, each written at once and whole: a pipe takes up to 4,096 octets in one piece.
enum Acknowledgement {
  static func print(_ line: String) {
    let octets = Array((line + "\n").utf8)
    _ = unsafe octets.withUnsafeBytes { unsafe write(1, $0.baseAddress, $0.count) }
  }
}
