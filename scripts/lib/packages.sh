# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
# Debian packages: what is missing, and installing just that.

# What the build links, and what preparing an exercise runs.
build_packages=(
  pkg-config libssl-dev libcurl4-openssl-dev libsqlite3-dev libpq-dev libidn2-dev libpsl-dev libzstd-dev
  libnghttp2-dev zlib1g-dev publicsuffix
  openssl curl ca-certificates
)

# What the tests run besides: real resolvers and a proxy, a software token, and Python.
test_packages=(
  unbound bind9 bind9-dnsutils dnsmasq-base squid knot-resolver lua-cqueues pdns-recursor knot pdns-server pdns-backend-sqlite3 sqlite3 tinyproxy dante-server softhsm2 opensc postgresql nginx-light nghttp2-client python3 python3-venv
)

# missing_packages NAME…: those not installed, one a line. Silent where there is no dpkg: the build will tell.
missing_packages() {
  command -v dpkg-query >/dev/null || return 0
  local installed name
  installed=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null | sed -n 's/^.i //p') || true
  for name in "$@"; do
    grep -qxF -- "$name" <<<"$installed" || printf '%s\n' "$name"
  done
}

# install_packages NAME…: installs what is missing; says in one line why it cannot, and returns 1.
install_packages() {
  local missing=() as_root=()
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    printf '%s: missing packages, and no apt-get to install them: %s\n' "$program" "${missing[*]}" >&2
    return 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      printf '%s: missing packages; have an administrator run: apt-get install %s\n' "$program" "${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  step "Installing ${missing[*]}"
  install_without_services "${missing[@]}" && return 0
  printf '%s: apt-get could not install: %s\n' "$program" "${missing[*]}" >&2
  return 1
}

# A package that brings a service (a resolver) must not start one: the tests run their own, on high ports.
install_without_services() {
  local policy=/usr/sbin/policy-rc.d placed=no status=0 unit
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null || return 1
    "${as_root[@]}" chmod 0755 "$policy"
    placed=yes
  fi
  apt_get update -qq || status=$?
  apt_get install -y -qq --no-install-recommends "$@" || status=$?
  [ "$placed" = no ] || "${as_root[@]}" rm -f "$policy"
  if [ "$status" -eq 0 ] && [ -d /run/systemd/system ]; then
    for unit in unbound named squid postgresql nginx kresd@1 pdns-recursor knot pdns tinyproxy danted; do
      case " $* " in
        *" unbound "* | *" bind9 "* | *" squid "* | *" postgresql "* | *" nginx-light "* | *" knot-resolver "* | *" pdns-recursor "* | *" knot "* | *" pdns-server "* | *" tinyproxy "* | *" dante-server "*) "${as_root[@]}" systemctl disable -q --now "$unit" 2>/dev/null || true ;;
      esac
    done
  fi
  # An index that cannot be refreshed is no matter when the packages came all the same.
  [ -z "$(missing_packages "$@")" ]
}

apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 \
    "$@" </dev/null 9>&-
}
