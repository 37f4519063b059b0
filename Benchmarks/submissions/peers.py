# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""The nearest in Python. `peers.py bulk CSV STORE`: reads the sheet with csv, canonicalises with ada-url, idna and
publicsuffixlist, stores in SQLite as one transaction. `peers.py guards CSV`: a set of the names and the look-ups."""

import csv
import json
import os
import sqlite3
import sys
import time

import ada_url
import idna
from publicsuffixlist import PublicSuffixList


def canonical(url, suffixes):
    try:
        host = ada_url.URL(url).hostname.removesuffix(".")
        host = idna.encode(host, uts46=True, std3_rules=True).decode()
    except (ValueError, UnicodeError):
        return None
    registrable = suffixes.privatesuffix(host)
    return (host, registrable) if registrable else None


def bulk(sheet, store):
    start = time.perf_counter()
    suffixes = PublicSuffixList()
    with open(sheet, encoding="utf-8-sig", newline="") as file:
        rows = [(row, canonical(row["url"], suffixes)) for row in csv.DictReader(file)]
    judged = time.perf_counter()
    database = sqlite3.connect(store)
    database.executescript("""PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        CREATE TABLE submission(number INTEGER PRIMARY KEY, host, registrable, entry UNIQUE, state);
        CREATE TABLE report(submission, url, case_reference, evidence, seen_at, note);
        CREATE TABLE audit(number INTEGER PRIMARY KEY, action, subject);""")
    with database:
        for row, name in rows:
            entry = "." + name[0].removeprefix("www.")
            known = database.execute("SELECT number FROM submission WHERE entry = ?", (entry,)).fetchone()
            number = known[0] if known else database.execute(
                "INSERT INTO submission(host, registrable, entry, state) VALUES(?, ?, ?, 'open')", (*name, entry)).lastrowid
            database.execute("INSERT INTO report VALUES(?, ?, ?, ?, ?, ?)", (
                number, row["url"], row["case_reference"], row["evidence_sha256"], row["seen_at"], row["note"]))
            database.execute("INSERT INTO audit(action, subject) VALUES('created', ?)", (number,))
    end = time.perf_counter()
    return {"items": len(rows), "judge": judged - start, "store": end - judged, "seconds": end - start}


def guards(sites):
    start = time.perf_counter()
    with open(sites, encoding="utf-8") as file:
        next(file)
        names = {line.rstrip("\n").partition(",")[2] for line in file}
    parents = set()
    for name in names:
        while "." in name:
            name = name.partition(".")[2]
            parents.add(name)
    return {"names": len(names), "import": time.perf_counter() - start}


result = bulk(*sys.argv[2:]) if sys.argv[1] == "bulk" else guards(sys.argv[2])
print(json.dumps(result))
