# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""Makes releases on one cordond and looks when another on the same database serves them.

  measure.py CORDON DATA PORT OTHER-PORT POSTGRES-FOLDER ROUNDS
"""

import http.client
import json
import os
import ssl
import statistics
import subprocess
import sys
import threading
import time

CORDON, DATA, PORT, OTHER, POSTGRES, ROUNDS = *sys.argv[1:3], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5], int(sys.argv[6])
TLS = ssl.create_default_context(cafile=f"{DATA}/ca.pem")
# The last statement of a connection that listens; all others end with a commit.
THROW_OUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'cordon' AND state = 'idle'
  AND (query LIKE 'LISTEN%' OR query LIKE 'SELECT value FROM revision%')
\\watch 0.02
"""


class Person:
    """Somebody on a connection that is kept."""

    def __init__(self, name, port):
        self.connection = http.client.HTTPSConnection("127.0.0.1", port, context=TLS, timeout=60)
        self.fields = {"Authorization": "Bearer " + open(f"{DATA}/credentials/{name}.token").read().strip()}

    def ask(self, method, path, body=None):
        fields = {**self.fields, **({"Content-Type": "application/json"} if body is not None else {})}
        self.connection.request(method, path, None if body is None else json.dumps(body), fields)
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status < 300, text
        return json.loads(text)


def cordon(name, *arguments):
    subprocess.run([CORDON, *arguments], check=True, stdout=subprocess.DEVNULL, env={
        **os.environ, "CORDON_SERVER": f"https://127.0.0.1:{PORT}", "CORDON_CA": f"{DATA}/ca.pem",
        "CORDON_TOKEN_FILE": f"{DATA}/credentials/{name}.token"})


def approve(name):
    with open(f"{DATA}/names.txt", "w") as file:
        file.write(f"https://{name}.example/\n")
    cordon("police-jm", "submit", f"{DATA}/names.txt", "--list", "worst-of", "--case-reference", "BENCH-1")
    for unit in ("police-tt", "police-bb"):
        cordon(unit, "review", "approve", "--all", "--criteria-all-met", "--list", "worst-of")


publisher, reader = Person("admin-one", PORT), Person("isp-coral", OTHER)


def release():
    """Seconds from the publisher's answer, and from its request, until the other serves the release."""
    version, seen = reader.ask("GET", "/v1/lists/worst-of")["version"], []

    def look():
        while reader.ask("GET", "/v1/lists/worst-of")["version"] == version:
            time.sleep(0.001)
        seen.append(time.monotonic())

    looking = threading.Thread(target=look)
    looking.start()
    time.sleep(0.05)
    begun = time.monotonic()
    publisher.ask("POST", "/v1/lists/worst-of/releases", {})
    answered = time.monotonic()
    looking.join()
    return seen[0] - answered, seen[0] - begun


def measure(what):
    all = []
    for number in range(ROUNDS):
        approve(f"{what}-{number}")
        # Not in step with anything that looks from time to time.
        time.sleep(0.0317 * (number % 16))
        all.append(release())
    for column, since in enumerate(("the publisher's answer", "its request")):
        values = [each[column] * 1000 for each in all]
        print(f"{what}: served by the other {statistics.median(values):.0f} ms after {since} (median of {ROUNDS}), "
              f"{min(values):.0f} at best, {max(values):.0f} at worst", flush=True)


measure("notified")
silencer = subprocess.Popen(["psql", "-qAtX", "-h", POSTGRES, "-U", "cordon", "-d", "cordon"], stdin=subprocess.PIPE,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
silencer.stdin.write(THROW_OUT)
silencer.stdin.flush()
try:
    measure("unheard")
finally:
    silencer.kill()
