# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
# A Python of our own for the acceptance tests, under the build folder.

# prepare_python REQUIREMENTS: sets `python`; returns 1 with the reason in `python_missing`.
# Where the package index cannot be reached, Debian's pytest will do: the tests that need more are skipped.
prepare_python() {
  local requirements=$1 home=$build/acceptance-python base=/usr/bin/python3
  [ -x "$base" ] || base=$(command -v python3) || { python_missing="no python3"; return 1; }
  python=$home/bin/python
  if cmp -s "$requirements" "$home/requirements.txt" && "$python" -c 'import pytest' 2>/dev/null; then return 0; fi
  step "Installing the Python packages of the acceptance tests"
  rm -rf "$home"
  if "$base" -m venv "$home" && "$python" -m pip install --quiet --disable-pip-version-check -r "$requirements"; then
    cp "$requirements" "$home/requirements.txt"
    return 0
  fi
  say "test: the package index gave no $(grep -oE '^[a-z-]+' "$requirements" | tr '\n' ' ')"
  if install_packages python3-pytest python3-pytest-timeout python3-dnspython python3-urllib3 && /usr/bin/python3 -c 'import pytest' 2>/dev/null; then
    say "test: going on with Debian's pytest; what needs the rest will be skipped"
    python=/usr/bin/python3
    return 0
  fi
  python_missing="pytest could be had neither from the package index nor from Debian"
  return 1
}

# prepare_legacy_tuf REQUIREMENTS: an environment of its own for the TUF client of before python-tuf 1; sets
# `CORDON_LEGACY_TUF` to its Python, or leaves it empty: the tests that need it are then skipped by name.
prepare_legacy_tuf() {
  local requirements=$1 home=$build/legacy-tuf
  export CORDON_LEGACY_TUF=
  if ! cmp -s "$requirements" "$home/requirements.txt"; then
    step "Installing the TUF client of before python-tuf 1"
    rm -rf "$home"
    "${python:-python3}" -m venv "$home" &&
      "$home/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" &&
      cp "$requirements" "$home/requirements.txt" || say "test: no tuf 0.20 to be had"
  fi
  "$home/bin/python" -W ignore -c 'import tuf.client.updater' 2>/dev/null && CORDON_LEGACY_TUF=$home/bin/python
  return 0
}
