# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
# Reported addresses whose names have 194 octets, each of its own registrable domain: from number `first` on, `count` of them.
BEGIN {
  filler = ""
  for (i = 0; i < 60; i++) filler = filler "x"
  for (n = first; n < first + count; n++) printf "https://%s.%s.%06d%s.example/\n", filler, filler, n, substr(filler, 1, 54)
}
