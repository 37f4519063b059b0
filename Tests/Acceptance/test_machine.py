# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""What of the machine itself needs a person, and what an old store must not do before anybody has looked at it."""

import ctypes
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time

from test_backup import cordond, done, refused

LONG_AGO = "2025-01-01T00:00:00Z"


def is_synchronised():
    """Whether the kernel calls its clock synchronised, as cordond asks it."""
    return ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref((ctypes.c_ubyte * 512)())) not in (-1, 5)


def alarms(exercise):
    return {alarm["role"]: alarm["cause"] for alarm in exercise.anyone.get("/readyz").json["alarms"]}


def until(found):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if found():
            return True
        time.sleep(0.1)
    return False


def end_a_lease(store):
    """One listed entry's lease ended long ago, as if nobody had been there to see it."""
    with sqlite3.connect(store) as connection:
        [entry] = connection.execute("SELECT number FROM entry WHERE state = 'listed' LIMIT 1").fetchone()
        connection.execute("UPDATE entry SET lease_from = 1700000000, lease_until = 1700086400 WHERE number = ?", (entry,))
    connection.close()


def releases(store):
    connection = sqlite3.connect(store)
    found = connection.execute("SELECT list, version, hex(digest) FROM release ORDER BY list, version").fetchall()
    connection.close()
    return found


def test_a_clock_far_ahead_ends_no_lease_unless_something_or_somebody_stands_behind_it(exercise):
    before = exercise.about()["version"]
    exercise.stop()
    end_a_lease(exercise.folder / "cordon.sqlite")
    mark = exercise.folder / "published.json"
    told = json.loads(mark.read_text())
    assert told["at"] > LONG_AGO
    mark.write_text(json.dumps({**told, "at": LONG_AGO}))
    exercise.start()
    if not is_synchronised():
        assert alarms(exercise) == {"clock": "clock-ahead"}
        assert until(lambda: "ALARM: the clock is more than 30 days beyond" in exercise.log.read_text())
        assert exercise.about()["version"] == before
        exercise.stop()
        assert json.loads(mark.read_text())["at"] == LONG_AGO
        exercise.start("--clock-is-right")
    assert alarms(exercise) == {}
    assert exercise.about()["version"] == before + 1, "a lease that ended ends"
    exercise.stop()
    assert json.loads(mark.read_text())["at"] > LONG_AGO


def test_an_old_store_is_looked_at_before_anything_of_it_is_released(exercise, tmp_path):
    backup = tmp_path / "backup.sqlite"
    done(exercise, "backup", "--to", backup)
    exercise.list_names("lost.example")
    exercise.stop()
    end_a_lease(backup)
    held = releases(backup)
    assert "in order" in done(exercise, "check", "--set", f"store.sqlite={backup}")
    assert releases(backup) == held
    for suffix in ("-wal", "-shm"):
        (exercise.folder / f"cordon.sqlite{suffix}").unlink(missing_ok=True)
    shutil.copy(backup, exercise.folder / "cordon.sqlite")
    assert "older than what was published" in refused(exercise, "serve", "--port", exercise.port)
    assert releases(exercise.folder / "cordon.sqlite") == held


def test_a_first_start_on_a_new_machine_is_no_knowledge_of_what_followers_saw(exercise, tmp_path):
    backup = tmp_path / "backup.sqlite"
    done(exercise, "backup", "--to", backup)
    exercise.stop()
    for path in exercise.folder.glob("cordon.sqlite*"):
        path.unlink()
    (exercise.folder / "published.json").write_text('{"timestamp": 1, "snapshot": 1, "targets": 1, "lists": {}}')
    assert "give --seen FOLDER" in refused(exercise, "restore", "--from", backup)
    assert not (exercise.folder / "cordon.sqlite").exists()
    assert "is " in done(exercise, "restore", "--from", backup, "--nothing-newer")


def test_without_the_keys_nothing_is_put_in_the_stores_place(exercise, tmp_path):
    backup = tmp_path / "backup.sqlite"
    done(exercise, "backup", "--to", backup)
    exercise.list_names("lost.example")
    exercise.stop()
    held = releases(exercise.folder / "cordon.sqlite")
    os.rename(exercise.folder / "keys", tmp_path / "keys")
    assert cordond(exercise, "restore", "--from", backup).returncode == 1
    assert releases(exercise.folder / "cordon.sqlite") == held


def test_a_certificate_that_ends_soon_is_told_and_one_without_its_key_is_found_by_check(exercise, tmp_path):
    assert alarms(exercise) == {}
    folder = exercise.folder
    request = subprocess.run(
        ["openssl", "req", "-new", "-key", folder / "server.key", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True).stdout
    brief = subprocess.run(
        ["openssl", "x509", "-req", "-days", "10", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-copy_extensions", "copy"],
        input=request, check=True, capture_output=True).stdout
    (folder / "server.pem").write_bytes(brief)
    exercise.process.send_signal(signal.SIGHUP)
    assert until(lambda: alarms(exercise) == {"certificate": "renewal-due"})
    assert until(lambda: "ALARM: the certificate that this service shows ends; 9 d 23 h left" in exercise.log.read_text())
    exercise.stop()
    assert "in order" in done(exercise, "check")
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", folder / "server.key"], check=True, capture_output=True)
    assert "does not belong to the certificate" in refused(exercise, "check")
