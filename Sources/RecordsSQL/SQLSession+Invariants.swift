// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import Records

/// What must hold of a whole store, whatever happened to it.
extension SQLSession {
  /// One line for each invariant that is broken, without names.
  package func brokenInvariants() throws(RecordsError) -> [String] {
    var lines: [String] = []
    for (count, words) in Self.invariants {
      let number = try first(count) { $0.integer(0) } ?? 0
      if number > 0 { lines.append("\(number) \(words)") }
    }
    return lines
  }

  /// Whose approvals count for nothing since they had reported the same: `barred`, of submission and principal. Where the clock says
  /// that a report came first, the trail decides, which has everything in its order: a clock may have been set back.
  private static var barred: String {
    """
    WITH early AS MATERIALIZED (SELECT DISTINCT r.submission, r.principal FROM review r JOIN report p
        ON p.submission = r.submission AND p.principal = r.principal AND p.at < r.at WHERE r.decision = 'approve'),
      told AS MATERIALIZED (SELECT a.subject, a.principal,
          min(CASE WHEN a.action IN ('submission-created', 'submission-joined') THEN a.number END) AS reported,
          max(CASE WHEN a.action = 'review-approve' THEN a.number END) AS approved
        FROM audit a WHERE a.subject IN (SELECT 'sub_' || submission FROM early) GROUP BY a.subject, a.principal),
      barred AS (SELECT e.submission, e.principal FROM early e LEFT JOIN told t
        ON t.subject = 'sub_' || e.submission AND t.principal = e.principal
        WHERE NOT coalesce(t.reported > t.approved, false))
    """
  }

  private static var invariants: [(count: String, words: String)] {
    [
      (
        "SELECT count(*) FROM (SELECT list FROM release GROUP BY list HAVING min(version) <> 1 OR max(version) <> count(*)) AS gaps",
        "lists have a gap in their release numbers"
      ),
      (
        """
        \(barred) SELECT count(*) FROM entry e WHERE (SELECT count(DISTINCT r.country) FROM review r
          WHERE r.submission = e.submission AND r.decision = 'approve' AND r.entry = e.entry
          AND (r.submission, r.principal) NOT IN (SELECT submission, principal FROM barred)) < 2
        """, "entries lack approvals of two countries"
      ),
      (
        """
        SELECT count(*) FROM release r WHERE r.added <> (SELECT count(*) FROM listing l WHERE l.list = r.list
            AND l.first_version = r.version)
          OR r.removed <> (SELECT count(*) FROM listing l WHERE l.list = r.list AND l.until_version = r.version)
          OR r.entries <> r.added - r.removed + coalesce((SELECT p.entries FROM release p WHERE p.list = r.list
            AND p.version = r.version - 1), 0)
        """, "releases hold another number of entries than they say"
      ),
      (
        """
        SELECT count(*) FROM listing l WHERE l.until_version <= l.first_version OR NOT EXISTS
          (SELECT 1 FROM release r WHERE r.list = l.list AND r.version = l.first_version)
          OR l.until_version IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM release r WHERE r.list = l.list AND r.version = l.until_version)
        """, "listings belong to no release"
      ),
      (
        """
        SELECT count(*) FROM listing l WHERE NOT EXISTS
          (SELECT 1 FROM entry e WHERE e.list = l.list AND e.entry = l.entry)
        """, "listings have no entry behind them"
      ),
      (
        "SELECT count(*) FROM submission s WHERE NOT EXISTS (SELECT 1 FROM report p WHERE p.submission = s.number)",
        "submissions have no report"
      ),
      (
        "SELECT count(*) FROM submission WHERE (state = 'listed') <> (entry_number IS NOT NULL)",
        "submissions disagree with their entry"
      ),
      (
        """
        SELECT count(*) FROM entry e WHERE NOT EXISTS (SELECT 1 FROM audit a
          WHERE a.subject = 'ent_' || e.number AND a.\(Self.isEntrySubject) AND a.action = 'entry-listed')
        """, "entries were listed without a line in the trail"
      ),
      (
        """
        SELECT count(*) FROM release r WHERE r.cause = 'restore' AND NOT EXISTS (SELECT 1 FROM release l
          WHERE l.list = r.list AND l.version = r.version - 1 AND l.cause = 'lost')
          OR r.cause = 'lost' AND NOT EXISTS (SELECT 1 FROM release n
          WHERE n.list = r.list AND n.version = r.version + 1 AND n.cause IN ('lost', 'restore'))
        """, "releases were lost without one that follows them"
      ),
      (
        "SELECT count(*) FROM appeal WHERE (state = 'decided') <> (decided_at IS NOT NULL AND decision IS NOT NULL)",
        "appeals disagree with their decision"
      ),
    ]
  }
}
