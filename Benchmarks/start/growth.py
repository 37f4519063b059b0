# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""What a store made by store.py takes on the disk, for each million rows of a table, with its indices:

  growth.py FILE                     SQLite
  growth.py CONNECTION postgresql    by psql
"""

import sqlite3
import subprocess
import sys

TABLES = ("submission", "report", "review", "audit", "entry", "listing")


def sqlite(path):
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    for table in TABLES:
        octets = store.execute(
            "SELECT sum(d.pgsize) FROM dbstat d JOIN sqlite_master m ON m.name = d.name WHERE m.tbl_name = ?", (table,)).fetchone()[0]
        yield table, octets, store.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def postgresql(connection):
    for table in TABLES:
        said = subprocess.run(
            ["psql", "-qAtX", "-d", connection, "-c",
             f"SELECT pg_total_relation_size('cordon.{table}') || ' ' || count(*) FROM cordon.{table}"],
            check=True, capture_output=True, text=True).stdout
        yield table, *map(int, said.split())


total, names = 0, 0
for table, octets, rows in (postgresql if len(sys.argv) > 2 else sqlite)(sys.argv[1]):
    total += octets
    names = rows if table == "entry" else names
    print(f"{table:<12} {rows:>9} rows {octets / 1e6:8.0f} MB {octets / rows:7.0f} octets each")
print(f"in all {total / 1e6:.0f} MB: {total / names:.0f} octets for each name from its report to its listing")
