// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What turns one canonical list into another: lines to remove and lines to add.
public struct Delta: Hashable, Sendable {
  /// No change.
  public static let none = Delta(proven: .none, .none)

  /// The entries of the older list that the newer one lacks.
  public let removals: EntryLines
  /// The entries of the newer list that the older one lacks.
  public let additions: EntryLines

  init(proven removals: EntryLines, _ additions: EntryLines) {
    self.removals = removals
    self.additions = additions
  }

  /// Whether nothing changes.
  public var isEmpty: Bool { removals.isEmpty && additions.isEmpty }
  /// Removals and additions together.
  public var count: Int { removals.count + additions.count }
}

extension Delta {
  /// A change that removes entries and adds none.
  public init(removing entries: EntryLines) { self.init(proven: entries, .none) }

  /// A change that was one before it was written down.
  package init(remembered removals: EntryLines, _ additions: EntryLines) {
    self.init(proven: removals, additions)
  }

  /// A change that adds entries to nothing.
  public init(adding entries: EntryLines) { self.init(proven: .none, entries) }
}
