# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A slow, long and lossy link between this network namespace and another, packet by packet.

Two tun devices, one in each namespace, joined by a process that sends every packet on at the link's rate, drops some, and
delivers the rest when they have been on their way long enough.
"""

import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import threading
import time

HERE, THERE = "198.51.100.1", "198.51.100.2"


def tun(name):
    descriptor = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(descriptor, 0x400454CA, struct.pack("16sH", name.encode(), 0x1001))  # TUNSETIFF: IFF_TUN | IFF_NO_PI
    return descriptor


def ip(*words, inside=None):
    subprocess.run(["ip", *(["-n", inside] if inside else []), *words], check=True, capture_output=True)


class Link:
    """Rate in bits a second each way, one-way delay in seconds, loss as a share of packets, queue in octets."""

    def __init__(self, namespace, rate=128_000, delay=0.2, loss=0.02, queue=32_000, seed=1):
        self.namespace, self.rate, self.delay, self.loss, self.queue = namespace, rate, delay, loss, queue
        self.random = random.Random(seed)
        self.octets = {"up": 0, "down": 0}
        self.lost, self.is_over, self.is_cut = 0, False, False
        ip("netns", "add", namespace)
        # Names of their own: several links may stand at once.
        near, far = f"cd{os.getpid() % 100000}a", f"cd{os.getpid() % 100000}b"
        self.near, self.far = tun(near), tun(far)
        ip("link", "set", far, "netns", namespace)
        for name, own, peer, inside in ((near, HERE, THERE, None), (far, THERE, HERE, namespace)):
            ip("address", "add", own, "peer", peer, "dev", name, inside=inside)
            ip("link", "set", name, "up", "mtu", "1400", inside=inside)
        ip("link", "set", "lo", "up", inside=namespace)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        # When each direction has sent what it was given so far.
        free = {"up": 0.0, "down": 0.0}
        under_way, order = [], 0
        ways = {self.far: ("up", self.near), self.near: ("down", self.far)}
        while not self.is_over:
            wait = max(0.0, under_way[0][0] - time.monotonic()) if under_way else 0.2
            ready, _, _ = select.select(list(ways), [], [], min(wait, 0.2))
            now = time.monotonic()
            for descriptor in ready:
                packet = os.read(descriptor, 2048)
                way, to = ways[descriptor]
                if (max(0.0, free[way] - now) * self.rate / 8 > self.queue or self.random.random() < self.loss or self.is_cut):
                    self.lost += 1
                    continue
                free[way] = max(free[way], now) + len(packet) * 8 / self.rate
                self.octets[way] += len(packet)
                order += 1
                heapq.heappush(under_way, (free[way] + self.delay, order, to, packet))
            while under_way and under_way[0][0] <= time.monotonic():
                _, _, to, packet = heapq.heappop(under_way)
                os.write(to, packet)

    def inside(self, *command):
        return ["ip", "netns", "exec", self.namespace, *map(str, command)]

    def close(self):
        self.is_over = True
        self.thread.join()
        os.close(self.near)
        os.close(self.far)
        subprocess.run(["ip", "netns", "del", self.namespace], check=False)
