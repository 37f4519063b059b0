# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
# Other servers beside nginx, as far as Debian has them: h2o, lighttpd and haproxy, each on one core, with the same octets, none
# logging. Sourced by `run`, after stage.sh. `present` holds those that answer as they should; the others are named, with the
# reason.
# shellcheck disable=SC2154,SC2034 # the scripts sourced here set them, or read them

declare -A peer_process=() peer_plain=() peer_tls=()
present=()

# rows_of PEER: what it can serve by itself. h2o and lighttpd have no answer of their own without content, haproxy no files.
rows_of() {
  case $1 in
    haproxy) printf '%s\n' '204 plain kept' '4KiB plain kept' '204 tls kept' '4KiB tls kept' '204 tls full' '204 tls resumed' ;;
    *) printf '%s\n' '304 plain kept' '4KiB plain kept' '1MiB plain kept' '304 tls kept' '4KiB tls kept' '1MiB tls kept' '304 tls full' ;;
  esac
}

package_of() { case $1 in lighttpd) echo "lighttpd lighttpd-mod-openssl" ;; *) echo "$1" ;; esac; }

# start_peers: installs what can be installed, starts it, and asks it everything once.
start_peers() {
  local one number=4
  for one in h2o lighttpd haproxy; do
    peer_plain[$one]=$((port + number)) peer_tls[$one]=$((port + number + 1))
    number=$((number + 2))
    # shellcheck disable=SC2046
    if ! install_packages $(package_of "$one") >"$work/$one.log" 2>&1; then
      absent "$one" "cannot be installed: $(tail -n 1 "$work/$one.log")"
    elif ! start_peer "$one"; then
      absent "$one" "does not start: $(tail -n 1 "$work/$one.log")"
    elif ! answers_rightly "$one"; then
      absent "$one" "does not give the same octets"
    else
      present+=("$one")
    fi
  done
}

absent() { printf '\n!! %s is NOT measured: it %s\n' "$1" "$2" >&2; }

start_peer() {
  local tries command
  sed "s#@WORK@#$work#g; s#@DATA@#$data#g; s#@PLAIN@#${peer_plain[$1]}#g; s#@TLS@#${peer_tls[$1]}#g" "$here/peers/$1.conf" \
    >"$work/$1.conf"
  cat "$data/server.pem" "$data/server.key" >"$work/server-both.pem"
  case $1 in
    h2o) command=(h2o -c "$work/h2o.conf") ;;
    lighttpd) command=(lighttpd -D -f "$work/lighttpd.conf") ;;
    haproxy) command=(haproxy -db -f "$work/haproxy.conf") ;;
  esac
  PATH=$PATH:/usr/sbin "${command[@]}" >>"$work/$1.log" 2>&1 9>&- </dev/null &
  peer_process[$1]=$!
  others+=("$!")
  for ((tries = 0; tries < 100; tries++)); do
    port_is_busy "${peer_tls[$1]}" && port_is_busy "${peer_plain[$1]}" && return 0
    kill -0 "${peer_process[$1]}" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# answers_rightly PEER: over both, whatever of it is measured.
answers_rightly() {
  local address wanted_rows
  wanted_rows=$(rows_of "$1")
  for address in "https://127.0.0.1:${peer_tls[$1]}" "http://127.0.0.1:${peer_plain[$1]}"; do
    ask --http1.1 "$address/delta" | cmp -s - "$work/www/delta" || return 1
    ! grep -q 1MiB <<<"$wanted_rows" || ask --http1.1 "$address/list" | cmp -s - "$work/www/list" || return 1
    ! grep -q 204 <<<"$wanted_rows" || [ "$(ask --http1.1 -o /dev/null -w '%{http_code}' "$address/204")" = 204 ] || return 1
    ! grep -q 304 <<<"$wanted_rows" ||
      [ "$(ask --http1.1 -o /dev/null -w '%{http_code}' -H "If-None-Match: $(etag "$1")" "$address/list")" = 304 ] || return 1
  done
}

# measure_peers: Cordon and each of them in turn.
measure_peers() {
  local one each rows answer access connect number
  for one in "${present[@]}"; do
    taskset -a -p -c 0 "${peer_process[$one]}" >/dev/null
    mapfile -t rows < <(rows_of "$one" | { grep -E -- "${wanted/peers/.}" || true; })
    for each in "${rows[@]}"; do
      read -r answer access connect <<<"$each"
      for number in cordon "$one"; do request "$number" "$answer" "$access"; done
      for ((number = 0; number < rounds; number++)); do
        measure cordon "$answer" "$access" "$connect" '' "$one"
        measure "$one" "$answer" "$access" "$connect" '' "$one"
      done
    done
    printf '%-32s %-10s %s  %s  %s\n' "beside $one" unit 'cordon (least to most)' "$one (least to most)" ratio
    for each in "${rows[@]}"; do row "${each// /-}-one-$one" 3 'µs CPU' "$one"; done
  done
}
