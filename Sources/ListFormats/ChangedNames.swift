// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// A delta name by name: what a resolver must forget, and what it must know afterwards.
///
/// A name that changes its scope stands on both sides of a delta; a resolver is told of it once, so that it stays blocked meanwhile.
/// Nothing is gathered, so a whole list told as a change takes no memory.
struct ChangedNames {
  private let delta: Delta

  init(_ delta: Delta) { self.delta = delta }

  /// Names listed afterwards, in the order of the delta.
  func forEachListed<Failure>(_ body: (ArraySlice<UInt8>, Scope) throws(Failure) -> Void) throws(Failure) {
    try EntrySlices.forEachSlice(in: delta.additions.slab, body)
  }

  /// Names listed before, with what they are afterwards: nil for no longer listed.
  func forEachUnlisted<Failure>(
    _ body: (ArraySlice<UInt8>, Scope, _ now: Scope?) throws(Failure) -> Void
  ) throws(Failure) {
    try EntrySlices.forEachSlice(in: delta.removals.slab) { name, scope throws(Failure) in
      try body(name, scope, now(name))
    }
  }

  private func now(_ name: ArraySlice<UInt8>) -> Scope? {
    if delta.additions.contains(line: [UInt8(ascii: ".")] + name) { return .subtree }
    return delta.additions.contains(line: Array(name)) ? .host : nil
  }
}
