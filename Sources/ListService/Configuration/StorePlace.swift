// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Where the registry is kept. A connection string may hold a password, so that no way of printing shows it.
public enum StorePlace: Hashable, Sendable {
  /// An SQLite file.
  case sqlite(path: String)
  /// A PostgreSQL database: a libpq connection string or URI (PostgreSQL manual §34.1.1).
  case postgresql(connection: String)
}

extension StorePlace: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The file, or only that it is PostgreSQL.
  public var description: String {
    switch self {
    case .sqlite(let path): path
    case .postgresql: "PostgreSQL"
    }
  }

  /// The same.
  public var debugDescription: String { description }

  /// Nothing more than the description.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
