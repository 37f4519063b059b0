// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Records
public import RecordsSQL

/// What a release is made from, as octets.
extension Connection {
  /// The lines of all entries listed, which the index by text holds by itself, without the few whose lease has ended.
  public func liveText(of list: ListName, at now: SQLValue) throws(RecordsError) -> [UInt8] {
    let ended = try lines(
      "SELECT entry FROM entry WHERE list = ? AND state = 'listed' AND lease_until <= ? ORDER BY entry",
      [.text(list.text), now])
    let listed = try lines(
      "SELECT entry FROM entry INDEXED BY entry_listed WHERE list = ? AND state = 'listed' ORDER BY entry",
      [.text(list.text)])
    return listed.droppingLines(of: ended)
  }

  private func lines(_ sql: String, _ values: [SQLValue]) throws(RecordsError) -> [UInt8] {
    var text: [UInt8] = []
    _ = try rows(sql, values) { (row: Row) throws(RecordsError) in
      row.append(0, to: &text)
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }
}
