// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Records
public import RecordsSQL

/// What a release is made from, as octets.
extension Connection {
  /// The lines of all entries whose lease runs.
  public func liveText(of list: ListName, at now: SQLValue) throws(RecordsError) -> [UInt8] {
    let sql = """
      SELECT coalesce(string_agg(entry || E'\\n', '' ORDER BY entry), '') FROM entry
      WHERE list = ? AND state = 'listed' AND lease_until > ?
      """
    return try rows(sql, [.text(list.text), now]) { Array($0.text(0).utf8) }.first ?? []
  }
}
