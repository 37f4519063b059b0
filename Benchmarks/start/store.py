# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Fills the store of an exercise that is not running with synthetic history, as reports and reviews would have left it:

  store.py FILE ENTRIES DAYS

ENTRIES names listed on the first day, and for DAYS days a release an hour that adds 40 names and takes 30 off. Everything
has its report, two approvals and audit lines, so that `cordond check` finds nothing wrong.
"""

import hashlib
import sqlite3
import sys
import time

FILE, ENTRIES, DAYS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
LIST, HOURS, ADDED, REMOVED = "worst-of", 24, 40, 30
RELEASES = DAYS * HOURS
NOW = int(time.time())
START = NOW - DAYS * 86_400
WORDS = ["harbour", "lantern", "meadow", "quarry", "saffron", "timber", "velvet", "walnut"]


def name(number):
    return f"{WORDS[number % 8]}-{number * 7_919 % 9_999_991:07d}.{WORDS[number // 8 % 8]}.example"


def moment(release):
    """Releases are numbered on from those the store has."""
    return START + (release - first) * 3_600


store = sqlite3.connect(FILE)
store.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN;")
latest, standing = store.execute("SELECT max(version), (SELECT count(*) FROM listing WHERE until_version IS NULL) FROM release").fetchone()
first = latest + 1
base = {table: store.execute(f"SELECT coalesce(max(number), 0) FROM {table}").fetchone()[0] for table in ("submission", "entry")}
total = ENTRIES + RELEASES * ADDED
began = [first if n < ENTRIES else first + 1 + (n - ENTRIES) // ADDED for n in range(total)]
# Each hour the oldest go.
ended = [first + 1 + n // REMOVED if n < RELEASES * REMOVED else None for n in range(total)]


def rows(make):
    return (make(n, began[n], ended[n]) for n in range(total))


store.executemany(
    "INSERT INTO submission(number, list, host, base, registrable, entry, state, created_at) VALUES(?, ?, ?, ?, ?, ?, 'listed', ?)",
    rows(lambda n, b, e: (base["submission"] + 1 + n, LIST, name(n), name(n), name(n), "." + name(n), moment(b) - 7_200)))
store.executemany(
    "INSERT INTO report(submission, principal, agency, country, at, understood, case_reference, evidence) "
    "VALUES(?, 'police-jm', 'police-jm', 'JM', ?, ?, ?, ?)",
    rows(lambda n, b, e: (base["submission"] + 1 + n, moment(b) - 7_200, f"https://{name(n)}/gallery/{n}", f"JM-{n}",
                          hashlib.sha256(b"%d" % n).hexdigest())))
for country in ("tt", "bb"):
    store.executemany(
        "INSERT INTO review(submission, principal, agency, country, decision, entry, criteria_id, criteria_version, at) "
        f"VALUES(?, 'police-{country}', 'police-{country}', '{country.upper()}', 'approve', ?, 'interpol-baseline', 1, ?)",
        rows(lambda n, b, e: (base["submission"] + 1 + n, "." + name(n), moment(b) - 3_600)))
store.executemany(
    "INSERT INTO entry(number, list, entry, state, submission, listed_at, lease_from, lease_until) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
    rows(lambda n, b, e: (base["entry"] + 1 + n, LIST, "." + name(n), "suspended" if e else "listed", base["submission"] + 1 + n,
                          moment(b) - 3_600, moment(b) - 3_600, NOW + 30 * 86_400)))
store.execute("UPDATE submission SET entry_number = number - ? + ? WHERE number > ?",
              (base["submission"], base["entry"], base["submission"]))
store.executemany("INSERT INTO listing VALUES(?, ?, ?, ?)", rows(lambda n, b, e: (LIST, "." + name(n), b, e)))
for action, who, subject, ahead in (
        ("submission-created", "police-jm", "sub", 7_200), ("review-recorded", "police-tt", "sub", 3_600),
        ("review-recorded", "police-bb", "sub", 3_600), ("entry-listed", "police-bb", "ent", 3_600)):
    number = base["entry" if subject == "ent" else "submission"] + 1
    store.executemany(
        "INSERT INTO audit(at, principal, action, subject, rule) VALUES(?, ?, ?, ?, ?)",
        rows(lambda n, b, e: (moment(b) - ahead, who, action, f"{subject}_{number + n}", LIST)))

held = standing
for release in range(first, first + RELEASES + 1):
    added, removed = (ENTRIES, 0) if release == first else (ADDED, REMOVED)
    held += added - removed
    store.execute(
        "INSERT INTO release VALUES(?, ?, ?, 'admin-one', 'publish', NULL, ?, ?, ?, x'00', 0, 0)",
        (LIST, release, moment(release), held, added, removed))
digest, length = hashlib.sha256(), 0
for (entry,) in store.execute("SELECT entry FROM listing WHERE until_version IS NULL ORDER BY entry"):
    line = entry.encode() + b"\n"
    digest.update(line)
    length += len(line)
store.execute("UPDATE release SET digest = ?, length = ? WHERE version = (SELECT max(version) FROM release)", (digest.digest(), length))
store.execute("INSERT INTO revision VALUES('list/worst-of', 1) ON CONFLICT(subject) DO UPDATE SET value = value + 1")
store.execute("COMMIT")
store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
print(f"{held} live entries of {total}, {RELEASES + 1} releases")
