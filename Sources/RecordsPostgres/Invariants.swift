// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Records
internal import RecordsSQL

/// What must hold of a whole store, whatever happened to it.
enum Invariants {
  /// One line for each thing wrong, without names.
  static func broken(in connection: Connection) throws(RecordsError) -> [String] {
    var lines: [String] = []
    for setting in ["fsync", "full_page_writes"] {
      let value = try connection.first("SELECT current_setting('\(setting)')") { $0.text(0) }
      if value != "on" {
        lines.append("the server's \(setting) is off: a power cut can lose what was acknowledged")
      }
    }
    return lines + (try LogSettings.findings(in: connection)) + (try connection.brokenInvariants())
  }
}
