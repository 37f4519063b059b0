# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A signed repository and its changes, served from memory: what a follower needs of a service, for lists of any size at once.

The metadata is made by python-tuf. Changes are served in the text form, with long polls; whole lists with ranges; with a packer
(`bench-delivery` and a folder) in the compact form too.
"""

import bisect
import hashlib
import http.server
import random
import ssl
import struct
import subprocess
import threading
import time
from datetime import datetime, timedelta, timezone

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

LIST = "worst-of"
SYLLABLES = ["ba", "co", "di", "fe", "gu", "ha", "ji", "ko", "lu", "me", "no", "pi", "qua", "ro", "su", "ta", "vi", "we", "xo", "zy"]
ZONES = ["example", "test", "example.com", "example.net", "example.org"]


def made_up(count, seed=6):
    """`count` entries below reserved names, one in ten of them a host alone; the same for the same seed."""
    source = random.Random(seed)
    names = set()
    while len(names) < count:
        label = "".join(source.choice(SYLLABLES) for _ in range(source.randint(4, 7))) + str(source.randint(0, 9999))
        names.add(f"{label}.{source.choice(ZONES)}")
    return {name if source.random() < 0.1 else "." + name for name in sorted(names)}


def block_digest(text):
    """As docs/protocol.md has it, "Block digests"; some seconds for a million lines."""
    digests, block, lines = [], [], 0
    for line in text.splitlines(keepends=True):
        block.append(line)
        lines += 1
        key = 1 << 59
        if lines >= 8:
            key, padded = 0, line[:-1] + bytes(-len(line[:-1]) % 8)
            for (number,) in struct.iter_unpack("<Q", padded):
                key = (key ^ number) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
                key ^= key >> 32
        if lines == 512 or key < 1 << 59:
            digests.append(hashlib.sha256(b"\0" + b"".join(block)).digest())
            block, lines = [], 0
    if block:
        digests.append(hashlib.sha256(b"\0" + b"".join(block)).digest())
    return hashlib.sha256(b"\1" + len(digests).to_bytes(8, "big") + b"".join(digests)).hexdigest()


class Feed:
    def __init__(self, entries, tls_folder=None, address="127.0.0.1", port=0, packer=None, signs_blocks=False):
        self.packer, self.bodies, self.oldest, self.signs_blocks = packer, {}, 0, signs_blocks
        self.signer = CryptoSigner.generate_ed25519()
        self.end = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=2)
        self.files, self.version, self.lines, self.texts = {}, 0, [], {}
        self.bell = threading.Condition()
        self.packing = threading.Lock()
        # Those open now, for who wants to break them.
        self.connections = set()
        root = Root(expires=self.end, consistent_snapshot=True)
        for role in ("root", "targets", "snapshot", "timestamp"):
            root.add_key(self.signer.public_key, role)
        self.root = self.signed(root)
        self.files["/repository/metadata/1.root.json"] = self.root
        self.publish(entries, set())
        self.server = http.server.ThreadingHTTPServer((address, port), type("Handler", (Handler,), {"feed": self}))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        if tls_folder:
            self.url = f"https://{address}:{self.server.server_port}"
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-subj", "/CN=feed", "-addext", f"subjectAltName=IP:{address}", "-keyout", f"{tls_folder}/feed.key",
                 "-out", f"{tls_folder}/feed.pem"], check=True, capture_output=True)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{tls_folder}/feed.pem", f"{tls_folder}/feed.key")
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def signed(self, role):
        metadata = Metadata(role)
        metadata.sign(self.signer)
        return metadata.to_bytes()

    def publish(self, added, removed):
        """The next release."""
        version = self.version + 1
        if len(removed) > 1000:
            gone = set(removed)
            self.lines = [line for line in self.lines if line not in gone]
        else:
            for entry in removed:
                del self.lines[bisect.bisect_left(self.lines, entry)]
        if len(added) > 1000:
            self.lines = sorted([*self.lines, *added])
        else:
            for entry in added:
                bisect.insort(self.lines, entry)
        octets = ("\n".join(self.lines) + "\n").encode() if self.lines else b""
        digest = hashlib.sha256(octets).hexdigest()
        path = f"{LIST}/{version}/entries.txt"
        target = TargetFile.from_data(path, octets, ["sha256"])
        target.unrecognized_fields["custom"] = {
            "list": LIST, "version": version, "brake": {"additions": 10_000_000, "additions_percent": 100}}
        if self.signs_blocks:
            target.unrecognized_fields["custom"]["blocks"] = {"sha256": block_digest(octets)}
        files = {
            f"/repository/targets/{LIST}/{version}/{digest}.entries.txt": octets,
            f"/repository/metadata/{version}.targets.json": self.signed(
                Targets(version=version, expires=self.end, targets={path: target})),
        }
        snapshot = Snapshot(version=version, expires=self.end, meta={"targets.json": MetaFile(version)})
        files[f"/repository/metadata/{version}.snapshot.json"] = self.signed(snapshot)
        files["/repository/metadata/timestamp.json"] = self.signed(
            Timestamp(version=version, expires=self.end, snapshot_meta=MetaFile(version)))
        with self.bell:
            self.files.update(files)
            self.texts[version] = (removed, added, digest)
            self.version, self.published_at = version, time.monotonic()
            self.bell.notify_all()
        return version

    def forget(self):
        """Whoever holds an earlier release gets the whole list in the next one."""
        self.publish({f".forgotten-{self.version}.example"}, set())
        self.oldest = self.version

    def body(self, since, held):
        """What is newer, in the compact form."""
        version = self.version
        since = since if since >= self.oldest else 0
        names = [f"{version}.targets.json", f"{version}.snapshot.json", "timestamp.json"] if held else []
        key = (since, version, bool(held))
        # One at a time: a follower may ask while whoever measures does.
        with self.packing:
            if key not in self.bodies:
                folder = self.packer[1]
                for release in {since, version} - {0}:
                    with open(f"{folder}/{release}.txt", "wb") as file:
                        file.write(next(body for path, body in self.files.items() if path.startswith(f"/repository/targets/{LIST}/{release}/")))
                for name in names:
                    with open(f"{folder}/{name}", "wb") as file:
                        file.write(self.files[f"/repository/metadata/{name}"])
                self.bodies[key] = subprocess.run(
                    [self.packer[0], "body", folder, str(since), str(version), *names], check=True, capture_output=True).stdout
        return self.bodies[key]

    def changes(self, since):
        removed, added = set(), set()
        for version in range(since + 1, self.version + 1):
            gone, come, _ = self.texts[version]
            removed, added = (removed - come) | (gone - added), (added - gone) | (come - removed)
        text = "".join(f"-{entry}\n" for entry in sorted(removed)) + "".join(f"+{entry}\n" for entry in sorted(added))
        return text.encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    feed: Feed

    def log_message(self, *_):
        pass

    def setup(self):
        super().setup()
        self.feed.connections.add(self.connection)

    def finish(self):
        self.feed.connections.discard(self.connection)
        try:
            super().finish()
        except OSError:
            pass

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass  # broken, perhaps on purpose

    def answer(self, status, body=b"", fields=()):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.flush()
        for start in range(0, len(body), 4096):
            self.wfile.write(body[start:start + 4096])
        self.wfile.flush()

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(201, b"{}")

    def do_GET(self):
        path, _, query = self.path.partition("?")
        values = dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair)
        if path == f"/v1/lists/{LIST}/changes":
            compact = "vnd.cordon.update" in self.headers.get("Accept", "")
            if compact and not self.feed.packer or not compact and "text/plain" not in self.headers.get("Accept", ""):
                return self.answer(406)
            since, wait = int(values["since"]), int(values.get("wait", 0))
            with self.feed.bell:
                self.feed.bell.wait_for(lambda: self.feed.version > since, timeout=wait or 0.001)
                version = self.feed.version
            if version <= since:
                return self.answer(204)
            if compact:
                return self.answer(200, self.feed.body(since, values.get("snapshot")), [("Content-Type", "application/vnd.cordon.update")])
            fields = [("Content-Type", "text/plain"), ("Cordon-Version", str(version))]
            return self.answer(200, self.feed.changes(since), fields)
        body = self.feed.files.get(path)
        if body is None:
            return self.answer(404)
        wanted = self.headers.get("Range", "")
        if wanted.startswith("bytes=") and wanted.endswith("-"):
            start = int(wanted[6:-1])
            return self.answer(206, body[start:], [("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")])
        return self.answer(200, body)
