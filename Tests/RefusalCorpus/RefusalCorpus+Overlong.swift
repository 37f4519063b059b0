// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPWire

extension RefusalCorpus {
  /// Beyond the limits that a server has unless told otherwise.
  static let overlong: [RefusedRequest] = [
    target("/" + letters(9000), .requestLineTooLong),
    target("/?" + letters(9000), .requestLineTooLong),
    RefusedRequest("GET /" + letters(9000), .requestLineTooLong),
    get("X: " + letters(17_000), .headerTooLarge),
    get("X" + letters(17_000) + ": y", .headerTooLarge),
    get(Array(repeating: "X: y", count: 65).joined(separator: "\r\n"), .tooManyFields),
  ]

  private static func letters(_ count: Int) -> String { String(repeating: "a", count: count) }
}
