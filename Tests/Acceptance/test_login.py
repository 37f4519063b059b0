# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Credentials renewed before they end: tokens, and certificates with a new key, by the holder's own hand."""

import shutil
import subprocess

from conftest import needs
from exercise import CORDON


def copy_credential(exercise, name, folder):
    folder.mkdir()
    for suffix in ("token", "pem", "key"):
        shutil.copy(exercise.folder / "credentials" / f"{name}.{suffix}", folder / f"me.{suffix}")
    return folder


def login(exercise, *arguments, check=True):
    done = subprocess.run(
        [str(part) for part in (CORDON, "login", *arguments, "--server", exercise.url,
                                "--ca", exercise.folder / "ca.pem")],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    if check:
        assert done.returncode == 0, done
    return done


def test_a_token_renews_itself_and_the_old_one_goes_on_for_the_overlap(exercise, tmp_path):
    me = copy_credential(exercise, "isp-coral", tmp_path / "me")
    before = (me / "me.token").read_text()
    shown = login(exercise, "status", "--token-file", me / "me.token").stdout
    assert "isp-coral" in shown and "does not end by itself" in shown and "this one" in shown
    done = login(exercise, "renew", "--token-file", me / "me.token", "--overlap-hours", "1").stdout
    assert "new token" in done and "(364 days)" in done and "the old one" in done
    after = (me / "me.token").read_text()
    assert after != before and (me / "me.token.old").read_text() == before
    assert (me / "me.token").stat().st_mode & 0o777 == 0o600
    for file in ("me.token", "me.token.old"):
        assert "isp-coral" in login(exercise, "status", "--token-file", me / file).stdout
    idle = login(exercise, "renew", "--keep-going", "--token-file", me / "me.token").stdout
    assert "nothing to do yet" in idle and (me / "me.token").read_text() == after
    shutil.copy(me / "me.token", me / "ending.token")
    login(exercise, "renew", "--token-file", me / "me.token", "--overlap-hours", "0")
    ended = login(exercise, "status", "--token-file", me / "ending.token", check=False)
    assert ended.returncode == 1 and "credential" in ended.stderr.lower()
    assert before.strip() not in exercise.log.read_text() and after.strip() not in exercise.log.read_text()


@needs("openssl")
def test_a_certificate_is_renewed_for_a_new_key_that_never_leaves(exercise, tmp_path):
    exercise.stop()
    exercise.start("--set", "credentials.issuer_certificate=ca.pem", "--set", "credentials.issuer_key=ca.key")
    me = copy_credential(exercise, "isp-coral", tmp_path / "me")
    mine = ["--cert", me / "me.pem", "--key", me / "me.key"]
    old = (me / "me.key").read_text()
    done = login(exercise, "renew", *mine, "--overlap-hours", "0").stdout
    assert "new certificate" in done and "(89 days)" in done
    assert (me / "me.key").read_text() != old and not list(me.glob("*.new"))
    text = subprocess.run(["openssl", "x509", "-in", me / "me.pem", "-noout", "-text"],
                          capture_output=True, text=True, check=True).stdout
    assert "CN = isp-coral" in text and "CA:FALSE" in text and "TLS Web Client Authentication" in text
    subprocess.run(["openssl", "verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", exercise.folder / "ca.pem",
                    me / "me.pem"], check=True, capture_output=True)
    assert "certificate  until" in login(exercise, "status", *mine).stdout
    ended = login(exercise, "status", "--cert", me / "me.pem.old", "--key", me / "me.key.old", check=False)
    assert ended.returncode == 1 and "credential" in ended.stderr.lower()


@needs("openssl")
def test_without_an_issuer_the_key_is_pinned_and_the_authority_makes_the_certificate(exercise, tmp_path):
    me = copy_credential(exercise, "isp-coral", tmp_path / "me")
    done = login(exercise, "renew", "--cert", me / "me.pem", "--key", me / "me.key",
                 "--request-out", me / "me.csr").stdout
    assert "issues no certificates" in done
    subprocess.run(["openssl", "x509", "-req", "-in", me / "me.csr", "-CA", exercise.folder / "ca.pem", "-CAkey",
                    exercise.folder / "ca.key", "-days", "30", "-out", me / "next.pem"], check=True, capture_output=True)
    shown = login(exercise, "status", "--cert", me / "next.pem", "--key", me / "me.key.new").stdout
    assert "isp-coral" in shown and shown.count("certificate  ") == 2
    assert login(exercise, "status", "--cert", me / "me.pem", "--key", me / "me.key").returncode == 0
