# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""scripts/serve: its flags, what it leaves behind, and how it refuses."""

import fcntl
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import time

import pytest

from curl import Person
from exercise import BUILD, CHECKOUT, Exercise, free_port
from serving import Serving, serve


def copy_of(prepared, folder):
    shutil.copytree(prepared, folder, ignore=shutil.ignore_patterns("*.sock"))
    return folder


def occupied_port():
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


def test_help_names_every_flag():
    done = subprocess.run([CHECKOUT / "scripts/serve", "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    for flag in ("--data", "--port", "--reset"):
        assert flag in done.stdout


@pytest.mark.parametrize("flags", [["--bogus"], ["--port", "0"], ["--port", "65536"], ["--port", "eighty"], ["--data"]])
def test_a_wrong_argument_is_refused_in_one_line(flags, tmp_path):
    done = subprocess.run([CHECKOUT / "scripts/serve", *flags], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1 and done.stdout == ""


def test_it_answers_with_a_list_of_at_least_400_names_and_prints_what_to_try(prepared, tmp_path):
    folder = copy_of(prepared, tmp_path / "a folder with spaces")
    with Serving("--data", folder, cwd=tmp_path) as serving:
        serving.wait_until_ready(30)
        exercise = Exercise(folder, serving.port)
        assert exercise.about()["entries"] >= 400
        assert serving.url in serving.text
        for person in ("isp-coral", "police-jm", "admin-one"):
            assert person in serving.text


def test_the_commands_it_prints_work_when_pasted(prepared, tmp_path):
    folder = copy_of(prepared, tmp_path / "exercise")
    with Serving("--data", folder) as serving:
        serving.wait_until_ready(30)
        printed = serving.text.split("Paste this first, in another terminal:\n", 1)[1]
        commands = "\n".join(line for line in printed.splitlines() if line.startswith("  "))
        commands = commands.replace("/tmp/cordon-", f"{tmp_path}/cordon-")
        environment = {**os.environ}
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands.replace("| head", "| sed -n 1,10p")],
                              capture_output=True, text=True, env=environment, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "problems/" not in done.stdout, done.stdout
        assert (tmp_path / "cordon-rpz.zone").read_text().count("CNAME") >= 400
        assert ".newly-found.example" in Exercise(folder, serving.port).entries()


def test_a_second_start_takes_seconds_and_keeps_the_exercise(prepared, tmp_path):
    folder = copy_of(prepared, tmp_path / "exercise")
    root = (folder / "root.json").read_bytes()
    began = time.monotonic()
    with Serving("--data", folder) as serving:
        serving.wait_until_ready(30)
        assert time.monotonic() - began < 10
    assert (folder / "root.json").read_bytes() == root


def test_reset_starts_afresh(prepared, tmp_path):
    folder = copy_of(prepared, tmp_path / "exercise")
    root = (folder / "root.json").read_bytes()
    (folder / "left-over").write_text("of the old one")
    with Serving("--data", folder, "--reset") as serving:
        serving.wait_until_ready(120)
        assert Exercise(folder, serving.port).about()["version"] == 1
    assert (folder / "root.json").read_bytes() != root
    assert not (folder / "left-over").exists()


@pytest.mark.parametrize("flags", [[], ["--reset"]])
def test_a_folder_that_is_no_exercise_is_left_alone(flags, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    status, lines = serve("--data", tmp_path, *flags)
    assert status != 0 and len(lines) == 1 and str(tmp_path) in lines[0]
    assert os.listdir(tmp_path) == ["thesis.txt"]


def test_a_busy_port_gives_one_line_and_leaves_nothing(tmp_path):
    with occupied_port() as taken:
        port = taken.getsockname()[1]
        status, lines = serve("--data", tmp_path / "exercise", port=port)
    assert status != 0 and len(lines) == 1
    assert str(port) in lines[0] and "in use" in lines[0]
    assert os.listdir(tmp_path) == []


def test_cordond_itself_refuses_a_busy_port_in_one_line(prepared, tmp_path):
    folder = copy_of(prepared, tmp_path / "exercise")
    with occupied_port() as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [BUILD / "release/cordond", "serve", "--data", folder, "--config", CHECKOUT / "config/cordond.json5",
             "--port", port], capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert len((done.stdout + done.stderr).strip().splitlines()) == 1 and port in done.stdout + done.stderr


@pytest.mark.parametrize("where", ["a file", "below a file"])
def test_a_path_that_cannot_be_a_folder_gives_one_line(where, tmp_path):
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" if where == "a file" else tmp_path / "file" / "exercise"
    status, lines = serve("--data", target)
    assert status != 0 and len(lines) == 1 and str(tmp_path / "file") in lines[0]


def as_nobody():
    """How to run a command without privileges, whoever runs the tests."""
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


def test_an_unwritable_folder_gives_one_line(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o755)
    for folder in (tmp_path, *tmp_path.parents):  # the folders above are the test runner's own
        if folder.owner() == locked.owner() and str(folder).startswith("/tmp/"):
            os.chmod(folder, 0o755)
    os.chmod(locked, 0o555)
    status, lines = serve("--data", locked / "exercise", prefix=as_nobody())
    assert status != 0 and len(lines) == 1, lines
    assert str(locked) in lines[0] and "write" in lines[0]
    assert os.listdir(locked) == []


def test_everything_secret_is_readable_by_its_owner_alone(prepared):
    published = {prepared / "root.json", prepared / "targets.json"}  # the first metadata that followers are given
    open_to_others = [
        path for path in prepared.rglob("*")
        if stat.S_IMODE(path.stat().st_mode) & 0o077 and path.suffix != ".pub" and path not in published]
    assert open_to_others == []


def test_every_principal_has_a_token_and_a_certificate(prepared):
    for name in ("police-jm", "police-tt", "police-bb", "police-gy", "isp-coral", "isp-lagoon", "admin-one", "admin-two",
                 "auditor"):
        for suffix in ("token", "pem", "key"):
            assert (prepared / "credentials" / f"{name}.{suffix}").stat().st_size > 0
    keys = set((prepared / "credentials").glob("*.review.pem"))
    agencies = json.loads((prepared / "agencies.json").read_text())["agencies"]
    assert {path.name.removesuffix(".review.pem") for path in keys} == {each["agency"] for each in agencies}
    for key in keys:  # what an agency signs its reviews with, which is no certificate
        assert "PRIVATE KEY" in key.read_text() and stat.S_IMODE(key.stat().st_mode) == 0o600
    certificates = sorted(set((prepared / "credentials").glob("*.pem")) - keys)
    verified = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-CAfile", prepared / "ca.pem", prepared / "server.pem",
         *certificates], capture_output=True, text=True)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_two_starts_cannot_share_a_folder(prepared, tmp_path):
    folder = copy_of(prepared, tmp_path / "exercise")
    with Serving("--data", folder) as first:
        first.wait_until_ready(30)
        for flags in ([], ["--reset"]):
            status, lines = serve("--data", folder, *flags)
            assert status != 0 and len(lines) == 1 and "in use" in lines[0]
        assert Exercise(folder, first.port).about()["entries"] >= 400


@pytest.mark.parametrize("signal_sent", [signal.SIGTERM, signal.SIGINT])
def test_ending_it_stops_the_server_cleanly(signal_sent, prepared, tmp_path):
    folder = copy_of(prepared, tmp_path / "exercise")
    with Serving("--data", folder) as serving:
        serving.wait_until_ready(30)
        process = int((folder / "cordond.pid").read_text())
        assert serving.end(signal_sent) == 0, serving.text[-2000:] + (folder / "cordond.log").read_text()[-2000:]
    assert not os.path.exists(f"/proc/{process}")
    assert Person(Exercise(folder, serving.port), None, None).get("/readyz", check=False).status == 0


@pytest.mark.parametrize("words", ["Making the demo authority", "Submitting", "Reviewing", "Publishing"])
def test_a_start_cut_short_is_completed_by_the_next(words, tmp_path):
    folder = tmp_path / "exercise"
    with Serving("--data", folder) as serving:
        serving.wait_for(words, 120)
        serving.end(signal.SIGKILL)
    # What it had started (a server, openssl) hears of the death and ends too; until then the folder is taken.
    deadline = time.monotonic() + 20
    with open(folder / ".lock") as lock:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.1)
    with Serving("--data", folder) as serving:
        serving.wait_until_ready(120)
        about = Exercise(folder, serving.port).about()
        assert about["version"] == 1 and about["entries"] >= 400


def test_it_says_so_when_its_server_dies(prepared, tmp_path):
    folder = copy_of(prepared, tmp_path / "exercise")
    with Serving("--data", folder) as serving:
        serving.wait_until_ready(30)
        os.kill(int((folder / "cordond.pid").read_text()), signal.SIGKILL)
        assert serving.process.wait(20) != 0
        assert "ended by itself" in serving.text


@pytest.mark.skipif(os.geteuid() != 0, reason="already without privileges")
def test_it_runs_without_privileges(tmp_path_factory):
    import tempfile
    with tempfile.TemporaryDirectory(prefix="cordon-nobody-") as home:
        os.chown(home, 65534, 65534)
        prefix = [*as_nobody(), "env", f"HOME={home}"]
        readable = subprocess.run([*as_nobody(), "test", "-x", BUILD / "release/cordond"]).returncode == 0
        if not readable:
            pytest.skip("the checkout cannot be read by others")
        with Serving("--data", f"{home}/exercise", port=free_port(), prefix=prefix) as serving:
            serving.wait_until_ready(120)
