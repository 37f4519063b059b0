// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Records
import RecordsPostgres
import Testing

@Suite(.timeLimit(.minutes(2))) struct ChangeBellTests {
  @Test func `a change of which nobody tells is seen all the same`() async throws {
    let cluster = try PostgresCluster.shared.get()
    let place = try cluster.database()
    let store = try PostgresRecords(connection: place, connections: 2)
    var changes = store.changesElsewhere().makeAsyncIterator()
    // The first comes when the listening begins, and says nothing.
    _ = await changes.next()
    let name = try #require(place.split(separator: "=").last.map(String.init))
    for _ in 0..<3 {
      try cluster.sql(
        """
        INSERT INTO cordon.revision VALUES('metadata', 1) ON CONFLICT(subject) DO UPDATE SET value = revision.value + 1
        """, on: name)
      #expect(await changes.next() != nil)
    }
    await store.close()
    #expect(await changes.next() == nil)
  }
}
