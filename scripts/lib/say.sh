# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
# Words to the person at the terminal.

say() { printf '%s\n' "$*"; }

step() { printf '==> %s\n' "$*"; }

# The one clear line, then out.
fail() {
  printf '%s: %s\n' "${program:-cordon}" "$*" >&2
  exit 1
}
