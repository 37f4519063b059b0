// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// A delta name by name: what a resolver must forget, and what it must know afterwards.
///
/// A name that changes its scope stands on both sides of a delta; a resolver is told of it once, so that it stays blocked meanwhile.
struct ChangedNames {
  /// Names listed afterwards, in the order of the delta.
  private(set) var listed: [(name: ArraySlice<UInt8>, scope: Scope)] = []
  /// Names listed before, with what they are afterwards: nil for no longer listed.
  private(set) var unlisted: [(name: ArraySlice<UInt8>, scope: Scope, now: Scope?)] = []

  init(_ delta: Delta) {
    var scopes: [ArraySlice<UInt8>: Scope] = [:]
    EntrySlices.forEach(in: delta.additions.octets) { name, scope in
      listed.append((name, scope))
      scopes[name] = scope
    }
    EntrySlices.forEach(in: delta.removals.octets) { name, scope in
      unlisted.append((name, scope, scopes[name]))
    }
  }
}
