# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""What a follower talks to in place of a resolver when its own memory is looked at: it takes everything and says the marker told last.

Real resolvers, with as many names, are in Benchmarks/resolvers.
"""

import os
import socket
import threading

TELL = r"""#!/bin/sh
# Remembers what the marker was told to say; the rest is read and forgotten.
case ${1:-} in local_zones | local_datas_remove | local_zones_remove) exit 0 ;; esac
marker=$(grep -o 'cordon1:[0-9a-z:-]*' | tail -1)
[ -z "$marker" ] || echo "$marker" >"$(dirname "$0")/marker"
"""


class StandIn:
    def __init__(self, folder):
        os.makedirs(folder)
        os.chmod(folder, 0o777)
        self.folder, self.tell, self.zone = folder, f"{folder}/tell", f"{folder}/zone"
        with open(self.tell, "w") as file:
            file.write(TELL)
        os.chmod(self.tell, 0o755)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.hold([])
        threading.Thread(target=self.answer, daemon=True).start()

    def hold(self, lines):
        """The zone that a transfer brings, as `dig` prints it, and a marker that nobody told."""
        with open(self.zone, "w") as file:
            file.write("rpz.cordon.invalid. 60 IN SOA localhost. hostmaster.localhost. 1 300 60 604800 60\n")
            for name in sorted(lines, key=lambda line: line.lstrip(".").split(".")[::-1]):
                file.write(f"{name.lstrip('.')}.rpz.cordon.invalid. 60 IN CNAME .\n")
                if name.startswith("."):
                    file.write(f"*{name}.rpz.cordon.invalid. 60 IN CNAME .\n")
        self.forget()

    def forget(self):
        with open(f"{self.folder}/marker", "w") as file:
            file.write("nothing\n")
        os.chmod(f"{self.folder}/marker", 0o666)

    def unbound(self):
        return "--apply", f"unbound-control@127.0.0.1:{self.port}={self.tell}"

    def bind(self):
        return "--apply", f"nsupdate@127.0.0.1:{self.port}={self.tell}", "--transfer", f"cat {self.zone}"

    def answer(self):
        while True:
            question, asker = self.socket.recvfrom(4096)
            with open(f"{self.folder}/marker") as file:
                text = file.read().strip().encode()
            record = b"\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x3c" + (len(text) + 1).to_bytes(2, "big") + bytes([len(text)]) + text
            self.socket.sendto(question[:2] + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00" + question[12:] + record, asker)
