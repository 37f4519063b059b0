# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
# Running cordond in the foreground of a script: start, wait until ready, stop with us.

# port_is_busy PORT: something already answers on loopback.
port_is_busy() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# start_server [FLAG…]: leaves `server` set to its process id. Its output goes to DIR/cordond.log.
start_server() {
  local log=$data/cordond.log command=("$cordond" serve --data "$data" --config "$config" --port "$port"
    --set credentials.issuer_certificate=ca.pem --set credentials.issuer_key=ca.key "$@")
  [ -e "$log" ] || : >"$log"
  local before
  before=$(wc -c <"$log")
  # Should this script be killed outright, its server is told to stop as well.
  setpriv --pdeathsig TERM true 2>/dev/null && command=(setpriv --pdeathsig TERM "${command[@]}")
  "${command[@]}" >>"$log" 2>&1 </dev/null &
  server=$!
  printf '%s\n' "$server" >"$data/cordond.pid"
  trap 'stop_server; exit 0' TERM INT HUP
  trap 'stop_server' EXIT
  wait_until_ready "$log" "$before"
}

wait_until_ready() {
  local log=$1 before=$2 tries
  for ((tries = 0; tries < 600; tries++)); do
    if ! kill -0 "$server" 2>/dev/null; then
      fail "cordond did not start: $(tail -c "+$((before + 1))" "$log" | tail -n 1)"
    fi
    curl -sf -o /dev/null --max-time 2 --cacert "$data/ca.pem" "$url/readyz" 9>&- && return
    sleep 0.1
  done
  fail "cordond was not ready within a minute; see $log"
}

stop_server() {
  trap - EXIT
  [ -n "${server:-}" ] || return 0
  kill -TERM "$server" 2>/dev/null && wait "$server" 2>/dev/null
  rm -f "$data/cordond.pid"
  server=
  return 0
}

# follow_server: returns only when cordond ends by itself, which it should not.
follow_server() {
  local status=0
  wait "$server" || status=$?
  server=
  fail "cordond ended by itself (status $status); see $data/cordond.log"
}
