// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Records
internal import RecordsSQL

/// Releases as the octets they are served as: at a million entries, a value for each would cost more than the list.
extension Connection {
  /// What a version held, in canonical text.
  public func publishedText(of list: ListName, version: ListVersion) throws(RecordsError) -> [UInt8] {
    try publishedText(of: list, version: version, from: nil, to: nil)
  }

  /// - Parameters:
  ///   - first: Nothing before this entry; from the first one unless given.
  ///   - end: Nothing from this entry on; to the last one unless given.
  func publishedText(
    of list: ListName, version: ListVersion, from first: String?, to end: String?
  ) throws(RecordsError) -> [UInt8] {
    var condition = "list = ?1 AND first_version <= ?2 AND (until_version IS NULL OR until_version > ?2)"
    if first != nil { condition += " AND entry >= ?3" }
    if end != nil { condition += " AND entry < ?3" }
    let values: [SQLValue] = [.text(list.text), .integer(version.number)]
    var text: [UInt8] = []
    _ = try rows(
      "SELECT entry FROM listing WHERE \(condition) ORDER BY entry",
      values + [first ?? end].compactMap { $0.map { .text($0) } }
    ) { (row: Row) throws(RecordsError) in
      row.append(0, to: &text)
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }

  /// An entry of which about as many stand before as after, by a few looks; nil when none
  /// of them met the list.
  func middle(of list: ListName) throws(RecordsError) -> String? {
    let last = try first("SELECT coalesce(max(number), 0) FROM entry") { $0.integer(0) } ?? 0
    var seen: [String] = []
    for look in 0..<Self.looks {
      // By number, whatever its list: with the list among the conditions SQLite walks an index from its start.
      let entry = try first(
        "SELECT entry, list FROM entry WHERE number > ? ORDER BY number LIMIT 1",
        .integer(last * look / Self.looks)
      ) { (text: $0.text(0), list: $0.text(1)) }
      if let entry, entry.list == list.text { seen.append(entry.text) }
    }
    seen.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return seen.isEmpty ? nil : seen[seen.count / 2]
  }

  private static var looks: Int64 { 31 }

  /// What each version changed, as lines.
  public func stepTexts(
    of list: ListName, from: ListVersion, to: ListVersion
  ) throws(RecordsError) -> [[UInt8]] {
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
