// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A whole store, table by table, for copying it. Blocks; used by one thread.
public protocol StoreArchive {
  /// Every table that holds something of the registry, by name: read from the store itself, so that none is forgotten.
  func tables() throws(RecordsError) -> [StoredTable]
  /// Rows of `table` in order of its key, after the row whose key is `after`; each row's values in the order of the table's columns.
  func rows(of table: StoredTable, after: [StoredValue]?, limit: Int) throws(RecordsError) -> [[StoredValue]]
  /// The last number given to a row of `table`; 0 before the first.
  func lastNumber(of table: StoredTable) throws(RecordsError) -> Int64
}

/// A store that is copied into: made new, or empty. Until `finish`, it is no store; what is given up before leaves nothing.
public protocol NewStoreArchive: StoreArchive {
  /// Adds rows, their values in the order of the table's columns.
  func add(_ rows: [[StoredValue]], to table: StoredTable) throws(RecordsError)
  /// Numbers go on after `number`.
  func setLastNumber(_ number: Int64, of table: StoredTable) throws(RecordsError)
  /// Checks that all references lead somewhere, and makes it a store.
  func finish() throws(RecordsError)
}
