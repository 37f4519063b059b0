# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
# The release build. `CORDON_BUILD` names the folder of build products (default: .build in the checkout).

build=${CORDON_BUILD:-$checkout/.build}
cordond=$build/release/cordond
cordon=$build/release/cordon
swift_build=(swift build --package-path "$checkout" --scratch-path "$build"
  --explicit-target-dependency-import-check error)

# Newer than the last whole build: any source or folder (a deleted file touches its folder).
release_is_current() {
  local stamp=$build/release-built
  [ -x "$cordond" ] && [ -x "$cordon" ] && [ -f "$stamp" ] &&
    [ -z "$(find "$checkout/Package.swift" "$checkout/Sources" -newer "$stamp" -print -quit)" ]
}

build_release() {
  local began product
  release_is_current && return 0
  command -v swift >/dev/null || fail "no swift on the PATH; Cordon needs Swift 6.3 or later"
  mkdir -p "$build" 2>/dev/null && [ -w "$build" ] ||
    fail "cannot write to $build; set CORDON_BUILD to a folder of your own"
  began=$(mktemp "$build/release-began.XXXXXX")
  for product in cordond cordon; do
    step "Building $product (release; the first time takes minutes)"
    "${swift_build[@]}" -c release --product "$product" 9>&- ||
      { rm -f "$began"; fail "the build of $product failed"; }
  done
  mv "$began" "$build/release-built"
}
