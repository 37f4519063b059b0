# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A relay that counts what goes over a follower's connections: TLS records as they are, both ways, which is what TCP carries for them."""

import selectors
import socket
import threading
import time


class Wire:
    def __init__(self, port, host="127.0.0.1"):
        self.target = (host, port)
        self.up = self.down = self.connections = 0
        self.runs = []  # [direction, octets], a new one whenever the direction changes: two make a round trip
        self.moved_at = time.monotonic()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.relay, args=(client, socket.create_connection(self.target)), daemon=True).start()

    def relay(self, client, server):
        for each in (client, server):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with selectors.DefaultSelector() as both, client, server:
            both.register(client, selectors.EVENT_READ, ("up", server))
            both.register(server, selectors.EVENT_READ, ("down", client))
            while True:
                for key, _ in both.select():
                    direction, other = key.data
                    try:
                        octets = key.fileobj.recv(1 << 16)
                        other.sendall(octets)
                    except OSError:
                        return
                    if not octets:
                        return
                    self.count(direction, len(octets))

    def count(self, direction, octets):
        with self.lock:
            setattr(self, direction, getattr(self, direction) + octets)
            self.moved_at = time.monotonic()
            if self.runs and self.runs[-1][0] == direction:
                self.runs[-1][1] += octets
            else:
                self.runs.append([direction, octets])

    def await_rest(self, seconds=1.0, limit=30):
        """Waits until nothing has gone over it for a while: a long poll is waiting then, or nobody is there."""
        deadline = time.monotonic() + limit
        while time.monotonic() - self.moved_at < seconds:
            assert time.monotonic() < deadline, "it does not come to rest"
            time.sleep(0.02)

    def totals(self):
        with self.lock:
            return {"up": self.up, "down": self.down, "connections": self.connections, "runs": len(self.runs)}

    def since(self, before):
        """What went over it since a long poll was waiting: in all; and for the request that was waiting and its answer, which are one
        round trip."""
        with self.lock:
            now = {"up": self.up, "down": self.down, "connections": self.connections}
            question, answer = self.runs[before["runs"] - 1], self.runs[before["runs"]]
            assert (question[0], answer[0]) == ("up", "down"), "nothing was waiting"
            return {**{key: now[key] - before[key] for key in now}, "exchange": question[1] + answer[1],
                    "trips": (len(self.runs) - before["runs"]) // 2}

    def close(self):
        self.listener.close()
