// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Records
internal import RecordsSQL

/// What must hold of a whole store, whatever happened to it.
enum Invariants {
  /// One line for each thing wrong, without names.
  static func broken(in connection: Connection) throws(RecordsError) -> [String] {
    let integrity = try connection.rows("PRAGMA integrity_check") { $0.text(0) }
    var lines = integrity == ["ok"] ? [] : ["the file is damaged: \(integrity.count) findings"]
    let dangling = try connection.rows("PRAGMA foreign_key_check") { $0.text(0) }
    if !dangling.isEmpty { lines.append("\(dangling.count) rows refer to rows that are not there") }
    return lines + (try connection.brokenInvariants())
  }
}
