// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Where the parts of a checked head lie in the input. One is reused for every request of a
/// reactor, so that reading a head allocates nothing.
package struct HeadIndex: Sendable {
  struct Line: Sendable {
    var name: OctetRange
    var value: OctetRange
    var known: KnownField
  }

  package internal(set) var method = KnownMethod.get
  package internal(set) var path = OctetRange(0, 0)
  /// After the first `?`; nil without one.
  package internal(set) var query: OctetRange?
  /// The authority of an absolute-form target.
  var authority: OctetRange?
  var lines: [Line] = []
  package internal(set) var framing = Framing.none
  package internal(set) var isHTTP10 = false
  package internal(set) var keepsAlive = true
  package internal(set) var expectsContinue = false
  /// An absolute-form target without a path means `/`.
  var hasEmptyPath = false

  package init() { lines.reserveCapacity(64) }

  mutating func reset() {
    query = nil
    authority = nil
    lines.removeAll(keepingCapacity: true)
    framing = .none
    isHTTP10 = false
    keepsAlive = true
    expectsContinue = false
    hasEmptyPath = false
  }

  /// How the body is delimited (RFC 9112 §6).
  package enum Framing: Hashable, Sendable {
    case none
    case length(Int)
    case chunked
  }
}
