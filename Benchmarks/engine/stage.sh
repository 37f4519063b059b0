# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
# What the measurements of this folder share: a whole Cordon with a list of 1 MiB and a change of 4 KiB, served with TLS
# and, from a copy of its data, without; an nginx that serves the same octets; the clients; the CPU time of processes.
# `CORDON_BUILD` names the folder of build products. Sourced after `set -euo pipefail`, with `checkout` and `here` set.
# shellcheck disable=SC2154 # the scripts sourced here set them

umask 077
for part in say packages build authority exercise server; do . "$checkout/scripts/lib/$part.sh"; done
install_packages "${build_packages[@]}" nginx-light util-linux gcc libc6-dev || exit 1

work=$(mktemp -d)
data=$work/data
port=$((18000 + RANDOM % 8000)) plain=$((port + 1)) nginx_tls=$((port + 2)) nginx_plain=$((port + 3))
url=https://127.0.0.1:$port
list=/v1/lists/worst-of
others=()

# end PROCESS…: ends processes of ours.
end() {
  local process
  for process in "$@"; do kill "$process" 2>/dev/null && wait "$process" 2>/dev/null || true; done
  return 0
}

tidy() {
  trap - EXIT
  end "${others[@]}"
  stop_server
  rm -rf "$work"
}

# propose FIRST COUNT: that many long names, submitted and approved.
propose() {
  local unit
  awk -v first="$1" -v count="$2" -f "$here/names.awk" >"$work/names.txt"
  as police-jm submit "$work/names.txt" --list worst-of --case-reference BENCH-1 >"$work/load.log" 2>&1 ||
    fail "$(tail -n 1 "$work/load.log")"
  for unit in police-tt police-bb; do
    as "$unit" review approve --all --criteria-all-met --list worst-of >"$work/load.log" 2>&1 ||
      fail "$(tail -n 1 "$work/load.log")"
  done
}

# release: publishes what was approved.
release() {
  as admin-one admin publish --list worst-of >"$work/load.log" 2>&1 || fail "$(tail -n 1 "$work/load.log")"
}

# publish FIRST COUNT: that many long names through the whole line.
publish() { propose "$@" && release; }

ask() { curl -sS --cacert "$data/ca.pem" -H "Authorization: Bearer $token" "$@" 9>&-; }

# client NAME: builds a client of this folder.
client() { cc -O2 -Wall -D_GNU_SOURCE -o "$work/$1" "$here/$1.c" -lssl -lcrypto || fail "the client $1 does not build"; }

# stage: builds everything, and makes and loads the data.
stage() {
  local used
  for used in $port $plain $nginx_tls $nginx_plain; do port_is_busy "$used" && fail "port $used is in use"; done
  ulimit -n "$(ulimit -H -n)"
  build_release
  take_folder "$data"
  prepare_exercise "$data"
  start_server --set reactors=1
  trap tidy EXIT
  trap 'exit 1' INT TERM HUP
  step "Publishing a list of 1 MiB and a change of 4 KiB"
  publish 0 5380
  publish 5380 21
  token=$(cat "$data/credentials/isp-coral.token")
  mkdir "$work/www"
  ask -o "$work/www/list" "$url$list/latest/entries.txt"
  ask -o "$work/www/delta" "$url$list/changes?since=1"
  list_octets=$(wc -c <"$work/www/list") delta_octets=$(wc -c <"$work/www/delta")
  end "$server"
  cp -a "$data" "$work/plain-data"
}

# serve_cordon REACTORS: `server` with TLS, `plain_server` without, each on its own data.
serve_cordon() {
  start_server --set reactors="$1"
  trap tidy EXIT
  trap 'exit 1' INT TERM HUP
  "$cordond" serve --data "$work/plain-data" --config "$config" --port "$plain" --set tls=null --set reactors="$1" \
    >>"$work/plain.log" 2>&1 9>&- </dev/null &
  plain_server=$!
  others+=("$plain_server")
  wait_for "$plain"
}

# serve_nginx WORKERS: with TLS and without. One worker runs without a master, as one process.
serve_nginx() {
  local master=on
  [ "$1" -gt 1 ] || master=off
  sed "s#@WORK@#$work#; s#@DATA@#$data#; s#@PLAIN@#$nginx_plain#; s#@TLS@#$nginx_tls#; s#@MASTER@#$master#; s#@WORKERS@#$1#" \
    "$here/nginx.conf" >"$work/nginx.conf"
  # Its workers, if it has some, are of another user and must reach the files.
  chmod 0755 "$work" "$work/www"
  chmod 0644 "$work/www"/*
  nginx -c "$work/nginx.conf" 2>>"$work/nginx.log" 9>&- </dev/null &
  nginx_server=$!
  others+=("$nginx_server")
  wait_for "$nginx_tls"
}

wait_for() {
  local tries
  for ((tries = 0; tries < 200; tries++)); do
    port_is_busy "$1" && return
    sleep 0.1
  done
  fail "nothing listens on port $1: $(tail -n 1 "$work/plain.log" "$work/nginx.log" 2>/dev/null)"
}

# check_answers: both give the same octets, and Cordon gives none of them to a stranger.
check_answers() {
  local address
  for address in "https://127.0.0.1:$nginx_tls" "http://127.0.0.1:$nginx_plain"; do
    ask "$address/list" | cmp - "$work/www/list"
    ask "$address/delta" | cmp - "$work/www/delta"
  done
  for address in "$url" "http://127.0.0.1:$plain"; do
    ask "$address$list/latest/entries.txt" | cmp - "$work/www/list"
    ask "$address$list/changes?since=1" | cmp - "$work/www/delta"
    [ "$(curl -s -o "$work/refusal" -w '%{http_code}' --cacert "$data/ca.pem" "$address$list/changes?since=1")" = 401 ] ||
      fail "$address answers a stranger"
  done
}

etag() {
  local address
  case $1 in
    cordon) address=$url$list/latest/entries.txt ;;
    nginx) address=https://127.0.0.1:$nginx_tls/list ;;
    *) address=https://127.0.0.1:${peer_tls[$1]}/list ;;
  esac
  ask --http1.1 -I "$address" | sed -nE 's/^etag: (.*)\r$/\1/Ip'
}

# request SERVER ANSWER ACCESS: a file with the request's octets.
request() {
  local path
  case $1-$2 in
    cordon-304 | cordon-1MiB) path=$list/latest/entries.txt ;;
    cordon-204) path="$list/changes?since=2" ;;
    cordon-4KiB) path="$list/changes?since=1" ;;
    *-204) path=/204 ;;
    *-4KiB) path=/delta ;;
    *) path=/list ;;
  esac
  {
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench/1\r\nAccept: */*\r\n' "$path"
    [ "$3" = mtls ] || printf 'Authorization: Bearer %s\r\n' "$token"
    [ "$2" != 304 ] || printf 'If-None-Match: %s\r\n' "$(etag "$1")"
    printf '\r\n'
  } >"$work/request-$1-$2-$3"
}

clock_rate=$(getconf CLK_TCK)

# ticks PROCESS…: clock ticks of CPU time used so far, with the children that still run.
ticks() {
  local process all sum=0
  for process in "$@" $(pgrep -P "$(IFS=,; echo "$*")"); do
    all=$(<"/proc/$process/stat")
    # shellcheck disable=SC2086
    set -- ${all##*) }
    sum=$((sum + ${12} + ${13}))
  done
  echo "$sum"
}

# rested PROCESS…: waits until they do nothing: Cordon packs the list for transfer after the start, as after a release.
rested() {
  local before tries
  for ((tries = 0; tries < 60; tries++)); do
    before=$(ticks "$@")
    sleep 1
    [ $(($(ticks "$@") - before)) -gt 1 ] || return 0
  done
  fail "a server does not come to rest"
}

# kilobytes PROCESS: resident memory.
kilobytes() { awk '/^VmRSS:/ { print $2 }' "/proc/$1/status"; }

descriptors() { find "/proc/$1/fd" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l; }

# kernel_kilobytes: what the whole system's kernel holds in its caches of objects and for TCP.
kernel_kilobytes() {
  { awk '/^Slab:/ { print $2 }' /proc/meminfo; awk '/^TCP:/ { print $11 * 4 }' /proc/net/sockstat; } | awk '{ sum += $1 } END { print sum }'
}

# now: microseconds on the monotonic clock, to ten milliseconds.
now() { awk '{ printf "%.0f", $1 * 1e6 }' /proc/uptime; }

# engine NAME: one of Cordon's metrics.
engine() { curl -s --cacert "$data/ca.pem" "${2:-$url}/metrics" 9>&- | awk -v name="cordon_engine_$1" '$1 == name { print $2 }'; }
