# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
# An exercise: a data directory with a demo authority, keys, people and a loaded list.
# Needs `cordond`, `cordon` (the programs) and `checkout` (where config/ and seeds/ are).
#
# Two files say how far a directory has come:
#   .cordon-exercise  it is an exercise, and may be deleted by --reset
#   .loaded           all is made, and the seeds are submitted, reviewed and published
# A start that stopped before `.loaded` is redone from nothing by the next one.

config=$checkout/config/cordond.json5
seeds=$checkout/seeds

# check_folder DIR: fails in one line if DIR cannot become, or is not, an exercise. Leaves nothing behind.
check_folder() {
  local dir=$1 nearest=$1 probe
  while [ ! -e "$nearest" ]; do nearest=$(dirname -- "$nearest"); done
  [ -d "$nearest" ] || fail "cannot use $dir: $nearest is not a folder"
  probe=$(mktemp -d "$nearest/.cordon-probe.XXXXXX" 2>/dev/null) || fail "cannot write to $nearest"
  rmdir "$probe"
  [ -e "$dir" ] && [ -n "$(ls -A "$dir" 2>/dev/null)" ] && [ ! -e "$dir/.cordon-exercise" ] &&
    fail "$dir holds files that are not an exercise; give an empty or new folder with --data"
  return 0
}

# take_folder DIR: creates it and holds its lock on descriptor 9, which cordond inherits: while either runs, it is taken.
take_folder() {
  mkdir -p "$1" 2>/dev/null && chmod 0700 "$1" && touch "$1/.cordon-exercise" 2>/dev/null || fail "cannot write to $1"
  exec 9>"$1/.lock"
  flock -n 9 || fail "$1 is in use by another start of this exercise; stop that one, or give another folder with --data"
}

# clear_folder DIR: deletes all but the marker and the lock. Only ever called on a folder with the marker.
clear_folder() {
  [ -e "$1/.cordon-exercise" ] || fail "$1 is not an exercise"
  find "$1" -mindepth 1 -maxdepth 1 ! -name .cordon-exercise ! -name .lock -exec rm -rf -- {} +
}

# bring_up RESET [FLAG…]: from whatever `data` holds to a running server with a loaded list.
bring_up() {
  local reset=$1
  shift
  take_folder "$data"
  if [ "$reset" = yes ] || [ ! -e "$data/.loaded" ]; then clear_folder "$data"; fi
  if [ -e "$data/.loaded" ]; then
    make_certificates "$data"
  else
    prepare_exercise "$data"
  fi
  start_server "$@"
  [ -e "$data/.loaded" ] || load_exercise
}

# The people of the exercise, by the names their credentials carry.
principals() {
  sed -nE '/^ *\/\//d; /roles:/s/.*\{ *id: "([a-z0-9-]+)".*/\1/p' "$seeds/exercise.json5"
}

# prepare_exercise DIR: everything that needs no running server.
prepare_exercise() {
  local dir=$1 name holder
  step "Making the demo authority, keys and credentials in $dir"
  mkdir -p "$dir/credentials" "$dir/keyholders"
  make_certificates "$dir"
  "$cordond" init --data "$dir" --config "$config" --seeds "$seeds/exercise.json5" --credentials "$dir/credentials" \
    >"$dir/init.log" 2>&1 || fail "cordond init: $(tail -n 1 "$dir/init.log")"
  for holder in one two three; do
    "$cordon" keys new --name "holder-$holder" --out "$dir/keyholders/holder-$holder.pem" >>"$dir/init.log" 2>&1 ||
      fail "cordon keys new: $(tail -n 1 "$dir/init.log")"
  done
  "$cordon" keys genesis --online "$dir/keys/online.json" --threshold 2 \
    --holder "$dir/keyholders/holder-one.pub" --holder "$dir/keyholders/holder-two.pub" \
    --holder "$dir/keyholders/holder-three.pub" \
    --holders-sign-targets --target "signing-keys/files.pem=$dir/keys/files.pub" \
    --sign-with "$dir/keyholders/holder-one.pem" --sign-with "$dir/keyholders/holder-two.pem" \
    --targets-out "$dir/targets.json" --out "$dir/root.json" >>"$dir/init.log" 2>&1 || fail "cordon keys genesis: $(tail -n 1 "$dir/init.log")"
}

make_certificates() {
  local dir=$1 name
  make_authority "$dir"
  make_certificate "$dir" "$dir/server" "Cordon exercise server" server
  for name in $(principals); do
    make_certificate "$dir" "$dir/credentials/$name" "$name" client
  done
}

# as NAME COMMAND…: runs `cordon` as that person, against the server of this exercise.
as() {
  local name=$1
  shift
  CORDON_SERVER=$url CORDON_CA=$data/ca.pem CORDON_TOKEN_FILE=$data/credentials/$name.token "$cordon" "$@" 9>&-
}

# The agencies whose people review.
police_units() {
  sed -nE '/^ *\/\//d; s/.*\{ *id: "([a-z0-9-]+)".*kind: "police".*/\1/p' "$seeds/exercise.json5"
}

# register_review_keys: a signing key for each police unit, on record, and agencies.json signed by two of the holders.
register_review_keys() {
  local unit
  step "Making the agencies' review keys, and putting them on record"
  for unit in $(police_units); do
    "$cordon" keys new --name "$unit" --out "$data/credentials/$unit.review.pem" >>"$log" 2>&1 ||
      fail "cordon keys new: $(tail -n 1 "$log")"
    as admin-one admin add-agency-key --agency "$unit" --public "$data/credentials/$unit.review.pub" >>"$log" 2>&1 ||
      fail "cordon admin add-agency-key: $(tail -n 1 "$log")"
  done
  as admin-one admin agency-register >"$data/agencies.json" 2>>"$log" || fail "cordon admin agency-register: $(tail -n 1 "$log")"
  as admin-one keys propose --target "agencies.json=$data/agencies.json" --sign-with "$data/keyholders/holder-one.pem" \
    --sign-with "$data/keyholders/holder-two.pem" >>"$log" 2>&1 || fail "cordon keys propose: $(tail -n 1 "$log")"
  as admin-one keys publish >>"$log" 2>&1 || fail "cordon keys publish: $(tail -n 1 "$log")"
}

# load_exercise: submissions, two countries' reviews and a release, all through the API.
load_exercise() {
  local log=$data/load.log unit
  step "Submitting $(($(grep -c '' "$seeds/submissions.csv") - 1)) addresses as police-jm"
  as police-jm submit "$seeds/submissions.csv" --list worst-of >"$log" 2>&1 || fail "cordon submit: $(tail -n 1 "$log")"
  register_review_keys
  step "Reviewing them as police-tt and as police-bb, signed with their agencies' keys"
  for unit in police-tt police-bb; do
    as "$unit" review approve --all --criteria-all-met --list worst-of --sign-with "$data/credentials/$unit.review.pem" \
      >>"$log" 2>&1 || fail "cordon review: $(tail -n 1 "$log")"
  done
  step "Publishing as admin-one"
  as admin-one admin publish --list worst-of >>"$log" 2>&1 || fail "cordon admin publish: $(tail -n 1 "$log")"
  touch "$data/.loaded"
}
