# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Backups, and what followers see when an old one is put back."""

import shutil
import subprocess

from exercise import CONFIG, CORDOND, LIST
from following import Follower


def cordond(exercise, command, *arguments):
    return subprocess.run([str(part) for part in (CORDOND, command, "--data", exercise.folder, "--config", CONFIG, *arguments)],
                          capture_output=True, text=True, timeout=120)


def done(exercise, command, *arguments):
    result = cordond(exercise, command, *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def refused(exercise, command, *arguments):
    result = cordond(exercise, command, *arguments)
    assert result.returncode == 1 and result.stderr.count("\n") == 1, result
    return result.stderr


def test_followers_go_on_after_an_old_backup_was_restored(exercise, tmp_path):
    follower, late = Follower(exercise, tmp_path / "isp"), Follower(exercise, tmp_path / "late", name="isp-lagoon")
    late.poll()
    held = exercise.list_names("kept.example")
    backup = tmp_path / "backup.sqlite"
    assert str(backup) in done(exercise, "backup", "--to", backup)
    assert backup.stat().st_mode & 0o777 == 0o600
    lost = [exercise.list_names(f"lost-{number}.example") for number in range(2)]
    follower.poll()
    assert ".lost-1.example" in follower.names()
    assert "another process" in refused(exercise, "restore", "--from", backup)

    exercise.stop()
    said = done(exercise, "restore", "--from", backup)
    newest = lost[-1]["version"]
    assert f"releases {held['version'] + 1} to {newest} are lost; release {newest + 1} holds what {held['version']} held" in said
    exercise.start()
    about = exercise.about()
    assert about["version"] == newest + 1 and about["sha256"] == held["sha256"]
    for each in (follower, late):
        first = each.poll(check=False)
        if first.returncode:
            each.poll()
        assert each.names() == exercise.entries() and ".lost-1.example" not in each.names()
        assert ".kept.example" in each.names()
    version = exercise.list_names("next.example")["version"]
    assert version == newest + 2
    follower.poll()
    assert ".next.example" in follower.names()
    assert exercise.person("isp-coral").get(f"/v1/lists/{LIST}/versions/{newest}/entries.txt").status == 404
    exercise.stop()
    assert "in order" in done(exercise, "check")
    # What was replaced is still there, whole.
    [replaced] = [path for path in exercise.folder.glob("cordon.sqlite.replaced-*") if path.suffix.startswith(".replaced")
                  and not path.name.endswith(("-wal", "-shm"))]
    assert "in order" in done(exercise, "check", "--set", f"store.sqlite={replaced}")


def test_a_store_put_back_by_hand_is_not_served_until_it_was_resumed(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    backup = tmp_path / "backup.sqlite"
    done(exercise, "backup", "--to", backup)
    newest = exercise.list_names("lost.example")["version"]
    follower.poll()
    exercise.stop()
    for suffix in ("-wal", "-shm"):
        (exercise.folder / f"cordon.sqlite{suffix}").unlink(missing_ok=True)
    shutil.copy(backup, exercise.folder / "cordon.sqlite")
    served = refused(exercise, "serve", "--port", exercise.port)
    assert "older than what was published" in served and "cordond resume" in served
    assert f"release {newest + 1}" in done(exercise, "resume")
    assert "holds every release" in done(exercise, "resume")
    exercise.start()
    if follower.poll(check=False).returncode:
        follower.poll()
    assert follower.names() == exercise.entries() and ".lost.example" not in follower.names()


def test_on_a_new_machine_somebody_must_say_what_followers_have_seen(exercise, tmp_path):
    follower = Follower(exercise, tmp_path / "isp")
    backup = tmp_path / "backup.sqlite"
    done(exercise, "backup", "--to", backup)
    newest = exercise.list_names("lost.example")["version"]
    follower.poll()
    exercise.stop()
    for path in exercise.folder.glob("cordon.sqlite*"):
        path.unlink()
    (exercise.folder / "published.json").unlink()
    assert "--seen" in refused(exercise, "restore", "--from", backup)
    assert not (exercise.folder / "cordon.sqlite").exists()
    assert "no signed metadata" in refused(exercise, "restore", "--from", backup, "--seen", tmp_path)
    assert f"release {newest + 1}" in done(exercise, "restore", "--from", backup, "--seen", tmp_path / "isp" / "state" / "metadata")
    exercise.start()
    if follower.poll(check=False).returncode:
        follower.poll()
    assert follower.names() == exercise.entries()


def test_what_is_no_sound_store_is_not_restored(exercise, tmp_path):
    exercise.stop()
    before = (exercise.folder / "cordon.sqlite").read_bytes()
    half = tmp_path / "half.sqlite"
    half.write_bytes(before[:len(before) // 2])
    noise = tmp_path / "noise"
    noise.write_bytes(b"noise" * 4000)
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    for path in (half, noise, empty, tmp_path / "missing", tmp_path):
        assert "nothing was restored" in refused(exercise, "restore", "--from", path), path
        assert (exercise.folder / "cordon.sqlite").read_bytes() == before
    assert "is not empty" in refused(exercise, "backup", "--to", half)
    assert "no backup" in refused(exercise, "backup", "--to", tmp_path / "no" / "such" / "folder")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["empty", "half.sqlite", "noise"]


def test_compacting_says_what_it_did(exercise):
    assert "another process" in refused(exercise, "compact")
    exercise.stop()
    assert "octets before" in done(exercise, "compact")
    assert "in order" in done(exercise, "check")


def test_without_a_public_suffix_list_nothing_starts_and_another_may_be_named(exercise, tmp_path):
    missing, other = tmp_path / "none.dat", tmp_path / "other.dat"
    for command in ("check", "serve"):
        said = refused(exercise, command, "--set", f"public_suffixes={missing}", "--set", "port=0")
        assert str(missing) in said and "package publicsuffix" in said
    other.write_text("// nothing but a remark\n")
    assert "is no public suffix list" in refused(exercise, "check", "--set", f"public_suffixes={other}")
    other.write_text("example\napp.harbour.example\n")
    exercise.stop()
    assert "in order" in done(exercise, "check", "--set", f"public_suffixes={other}")
    exercise.start()
