# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Puts a large list into the store of an exercise that is not running, which reports and reviews would take long to bring there:

  store.py FILE fill LIST             as published, but for one name, with which the next release is the first that is signed
  store.py FILE change OLDER NEWER    the difference, decided and not yet published
"""

import hashlib
import sqlite3
import sys
import time

FILE, WHAT, *LISTS = sys.argv[1:]
NAME, NOW = "worst-of", int(time.time())


def read(path):
    with open(path) as file:
        return file.read().splitlines()


def decide(lines):
    """Entries that are listed, each with the submission that it came from."""
    first = {table: store.execute(f"SELECT coalesce(max(number), 0) + 1 FROM {table}").fetchone()[0] for table in ("submission", "entry")}
    hosts = [line.lstrip(".") for line in lines]
    store.executemany(
        "INSERT INTO submission(number, list, host, base, registrable, entry, state, created_at) VALUES(?, ?, ?, ?, ?, ?, 'listed', ?)",
        ((first["submission"] + n, NAME, host, host, host, line, NOW - 7_200) for n, (line, host) in enumerate(zip(lines, hosts))))
    store.executemany(
        "INSERT INTO entry(number, list, entry, state, submission, listed_at, lease_from, lease_until) VALUES(?, ?, ?, 'listed', ?, ?, ?, ?)",
        ((first["entry"] + n, NAME, line, first["submission"] + n, NOW - 3_600, NOW - 3_600, NOW + 30 * 86_400)
         for n, line in enumerate(lines)))
    store.execute("UPDATE submission SET entry_number = number - ? + ? WHERE number >= ?",
                  (first["submission"], first["entry"], first["submission"]))


store = sqlite3.connect(FILE)
store.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN;")
if WHAT == "fill":
    lines = read(LISTS[0])
    decide(lines)
    shown = lines[:-1]
    store.executemany("INSERT INTO listing VALUES(?, ?, 1, NULL)", ((NAME, line) for line in shown))
    octets = "".join(line + "\n" for line in shown).encode()
    store.execute("INSERT INTO release(list, version, published_at, published_by, cause, reason, entries, added, removed, digest, length) "
                  "VALUES(?, 1, ?, 'admin-one', 'publish', NULL, ?, ?, 0, ?, ?)",
                  (NAME, NOW - 1_800, len(shown), len(shown), hashlib.sha256(octets).digest(), len(octets)))
else:
    older, newer = (set(read(path)) for path in LISTS)
    decide(sorted(newer - older))
    store.executemany("UPDATE entry SET state = 'suspended' WHERE list = ? AND entry = ? AND state = 'listed'",
                      ((NAME, line) for line in older - newer))
store.execute("INSERT INTO revision VALUES('list/worst-of', 1) ON CONFLICT(subject) DO UPDATE SET value = value + 1")
store.execute("COMMIT")
store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
