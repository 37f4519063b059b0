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
      SELECT entry FROM listing WHERE list = ?1 AND first_version <= ?2
        AND (until_version IS NULL OR until_version > ?2) ORDER BY entry
      """
    var text: [UInt8] = []
    _ = try rows(sql, [.text(list.text), .integer(version.number)]) { (row: Row) throws(RecordsError) in
      row.append(0, to: &text)
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }

  /// What each version changed, as lines.
  public func stepTexts(of list: ListName, from: ListVersion, to: ListVersion) throws(RecordsError)
    -> [[UInt8]]
  {
    var texts = [[UInt8]](repeating: [], count: Int(to.number - from.number))
    for (column, sign) in [("until_version", UInt8(ascii: "-")), ("first_version", UInt8(ascii: "+"))] {
      let sql = """
        SELECT \(column), entry FROM listing WHERE list = ?1 AND \(column) > ?2 AND \(column) <= ?3
        ORDER BY \(column), entry
        """
      let values: [SQLValue] = [.text(list.text), .integer(from.number), .integer(to.number)]
      _ = try rows(sql, values) { (row: Row) throws(RecordsError) in
        let index = Int(row.integer(0)) - Int(from.number) - 1
        texts[index].append(sign)
        row.append(1, to: &texts[index])
        texts[index].append(UInt8(ascii: "\n"))
      }
    }
    return texts
  }
}
