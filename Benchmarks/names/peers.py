# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""The same work with ada-url, idna and publicsuffixlist: `peers.py FILE (ROUNDS | agreement)`."""

import json
import sys
import time

import ada_url
import idna
from publicsuffixlist import PublicSuffixList

suffixes = PublicSuffixList()


def canonical(line):
    try:
        host = ada_url.URL(line).hostname.removesuffix(".")
        if not host or host[0] == "[" or host.replace(".", "").isdigit():
            return None
        host = idna.encode(host, uts46=True, std3_rules=True).decode()
    except (ValueError, UnicodeError):
        return None
    registrable = suffixes.privatesuffix(host)
    return f"{host} {registrable}" if registrable else None


with open(sys.argv[1], encoding="utf-8") as file:
    lines = file.read().split("\n")[:-1]
if sys.argv[2] == "agreement":
    for each in lines:
        print(canonical(each) or "")
else:
    rounds = int(sys.argv[2])
    start = time.perf_counter()
    accepted = sum(canonical(each) is not None for _ in range(rounds) for each in lines)
    seconds = time.perf_counter() - start
    count = len(lines) * rounds
    print(json.dumps({"addresses": count, "accepted": accepted, "seconds": seconds, "per_second": int(count / seconds)}))
