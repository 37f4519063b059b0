// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Ingest
public import Records

extension SQLRecords {
  /// What whoever filed an appeal may hear of it.
  public func appealStatus(_ id: AppealCase) async throws(RecordsError) -> AppealStatus {
    try await read { (connection: Session) throws(RecordsError) in
      let found = try connection.first(
        "SELECT id, secret_digest, state, received_at, decided_at, answer FROM appeal WHERE id = ?",
        .text(id.text)
      ) { (row: Row) throws(RecordsError) in
        AppealStatus(
          id: try row.value(0) { AppealCase($0) }, secretDigest: row.octets(1),
          state: try row.value(2) { Appeal.State(rawValue: $0) }, receivedAt: row.time(3),
          decidedAt: row.optionalTime(4), answer: row.optionalText(5))
      }
      guard let found else { throw .refused(.notFound(.appeal)) }
      return found
    }
  }
}
