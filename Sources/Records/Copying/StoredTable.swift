// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A table as a store describes it itself. Two stores of one schema step have equal tables, whatever keeps them.
public struct StoredTable: Hashable, Sendable {
  /// What a column holds.
  public enum Kind: String, Hashable, Sendable {
    /// A whole number, or a time in seconds since 1970.
    case integer
    /// UTF-8.
    case text
    /// Octets.
    case octets
  }

  /// A column.
  public struct Column: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// What it holds.
    public let kind: Kind
    /// Whether it may hold nothing.
    public let isOptional: Bool

    /// A column.
    public init(name: String, kind: Kind, isOptional: Bool) {
      self.name = name
      self.kind = kind
      self.isOptional = isOptional
    }
  }

  /// Its name.
  public let name: String
  /// Its columns, by name: stores may have added them in another order.
  public let columns: [Column]
  /// The columns of its primary key, in the order of the key.
  public let key: [String]
  /// Whether it numbers its rows, never using a number twice.
  public let isNumbered: Bool

  /// A table.
  public init(name: String, columns: [Column], key: [String], isNumbered: Bool) {
    self.name = name
    self.columns = columns.sorted { $0.name < $1.name }
    self.key = key
    self.isNumbered = isNumbered
  }
}

/// What stands in one column of one row.
public enum StoredValue: Hashable, Sendable {
  /// A whole number.
  case integer(Int64)
  /// A text.
  case text(String)
  /// Octets.
  case octets([UInt8])
  /// Nothing.
  case null
}
