# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
# The engine's tests under ThreadSanitizer.
#
# Swift's runtime is not built for it. What orders two tasks, or two threads that meet at a `Mutex` at the same moment, inside the
# runtime is not seen: the tests hand over by queues and atomics, which are, and nothing is suppressed.

# watch_threads: returns 1 on any report, or if a test fails.
watch_threads() {
  local log=$build/thread-sanitizer.log status=0 reports
  local watched=(--package-path "$checkout" --scratch-path "$build/thread-sanitizer" --sanitize thread
    --explicit-target-dependency-import-check error)
  export CORDON_ENGINE_ONLY=1
  step "Building the engine and its tests with ThreadSanitizer"
  mkdir -p "$build"
  swift build "${watched[@]}" --build-tests || fail "the build failed"
  step "Running them"
  TSAN_OPTIONS="halt_on_error=0 exitcode=66 second_deadlock_stack=1" \
    timeout --kill-after=30 1800 swift test "${watched[@]}" --skip-build --disable-xctest --no-parallel >"$log" 2>&1 || status=$?
  reports=$(grep -c 'WARNING: ThreadSanitizer' "$log" || true)
  grep -E '^. Test .* failed after|^. Test run with' "$log" || true
  if [ "$reports" -gt 0 ]; then
    grep -A 40 'WARNING: ThreadSanitizer' "$log" | head -n 200
    fail "ThreadSanitizer: $reports reports; all of them in $log"
  fi
  [ "$status" -eq 0 ] || fail "the tests failed (status $status); see $log"
  grep -qE 'Test run with [1-9][0-9]* tests.* passed' "$log" || fail "no test ran; see $log"
  say "ThreadSanitizer: no report"
}
