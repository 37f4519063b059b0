// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// How much of the name tree an entry blocks.
public enum Scope: String, CaseIterable, Hashable, Sendable {
  /// The host of that name alone.
  case host
  /// The name and every name below it.
  case subtree
}
