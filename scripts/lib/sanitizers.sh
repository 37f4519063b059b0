# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
# The engine's tests under ThreadSanitizer or AddressSanitizer.
#
# Swift's runtime is not built for the first. What orders two tasks, or two threads that meet at a `Mutex` at the same moment, inside
# the runtime is not seen: the tests hand over by queues and atomics, which are, and nothing is suppressed.
#
# The libraries of C are not built for the second: what they do with memory that is freed is seen where they free it again, and since
# freed memory is filled with what no pointer is, where they follow one. Leaks are not looked for: the runtime keeps what it has.

# sanitize thread|address: returns 1 on any report, or if a test fails.
sanitize() {
  local kind=$1 name log status=0 reports
  case $kind in
    thread) name=ThreadSanitizer ;;
    address) name=AddressSanitizer ;;
  esac
  log=$build/$kind-sanitizer.log
  local watched=(--package-path "$checkout" --scratch-path "$build/$kind-sanitizer" --sanitize "$kind"
    --explicit-target-dependency-import-check error)
  export CORDON_ENGINE_ONLY=1
  export TSAN_OPTIONS="halt_on_error=0 exitcode=66 second_deadlock_stack=1"
  export ASAN_OPTIONS="detect_leaks=0 max_free_fill_size=65536 free_fill_byte=222"
  step "Building the engine and its tests with $name"
  mkdir -p "$build"
  swift build "${watched[@]}" --build-tests || fail "the build failed"
  step "Running them"
  timeout --kill-after=30 1800 swift test "${watched[@]}" --skip-build --disable-xctest --no-parallel >"$log" 2>&1 || status=$?
  reports=$(grep -cE "(WARNING|ERROR): $name" "$log" || true)
  grep -E '^. Test .* failed after|^. Test run with' "$log" || true
  if [ "$reports" -gt 0 ]; then
    grep -E -A 40 "(WARNING|ERROR): $name" "$log" | head -n 200
    fail "$name: $reports reports; all of them in $log"
  fi
  [ "$status" -eq 0 ] || fail "the tests failed (status $status); see $log"
  grep -qE 'Test run with [1-9][0-9]* tests.* passed' "$log" || fail "no test ran; see $log"
  say "$name: no report"
}
