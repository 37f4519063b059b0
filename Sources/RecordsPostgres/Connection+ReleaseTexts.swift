// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Records
internal import RecordsSQL

/// Releases as the octets they are served as: at a million entries, a value for each would cost more than the list.
extension Connection {
  /// What a version held, in canonical text.
  public func publishedText(of list: ListName, version: ListVersion) throws(RecordsError) -> [UInt8] {
    let sql = """
      SELECT coalesce(string_agg(entry || E'\\n', '' ORDER BY entry), '') FROM listing WHERE list = $1
        AND first_version <= $2 AND (until_version IS NULL OR until_version > $2)
      """
    let texts = try rows(sql, [.text(list.text), .integer(version.number)]) { Array($0.text(0).utf8) }
    return texts.first ?? []
  }

  /// What each version changed, as lines.
  public func stepTexts(of list: ListName, from: ListVersion, to: ListVersion) throws(RecordsError)
    -> [[UInt8]]
  {
    var texts = [[UInt8]](repeating: [], count: Int(to.number - from.number))
    for (column, sign) in [("until_version", "-"), ("first_version", "+")] {
      let sql = """
        SELECT \(column), string_agg('\(sign)' || entry || E'\\n', '' ORDER BY entry) FROM listing
        WHERE list = $1 AND \(column) > $2 AND \(column) <= $3 GROUP BY \(column)
        """
      let values: [SQLValue] = [.text(list.text), .integer(from.number), .integer(to.number)]
      _ = try rows(sql, values) { (row: Row) throws(RecordsError) in
        texts[Int(row.integer(0)) - Int(from.number) - 1] += Array(row.text(1).utf8)
      }
    }
    return texts
  }
}
