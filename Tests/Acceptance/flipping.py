# SPDX-License-Identifier: Apache-2.0
# Copyright the Cordon authors.
"""A proxy between a follower and its server that changes answers on the way, as a bad network or a thief would."""

import http.server
import ssl
import threading
import urllib.error
import urllib.request


class FlippingProxy:
    """Forwards everything; `change(path, body) -> body` decides what arrives. `seen` lists the paths asked for."""

    def __init__(self, exercise):
        self.exercise = exercise
        self.change = lambda path, body: body
        # What is answered to a path whatever the server says.
        self.answers = {}
        self.seen, self.changed = [], []
        trust = ssl.create_default_context(cafile=exercise.folder / "ca.pem")
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        identity = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        identity.load_cert_chain(exercise.folder / "server.pem", exercise.folder / "server.key")
        self.server.socket = identity.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.server.server_address[1]}"

    def flip(self, part, position, mask=0x01):
        """From now on one byte is changed in every answer whose path contains `part`."""
        self.seen, self.changed = [], []

        def change(path, body):
            if part not in path or not body:
                return body
            at = position % len(body)
            self.changed.append(path)
            return body[:at] + bytes([body[at] ^ mask]) + body[at + 1:]

        self.change = change

    def pass_on(self):
        self.change = lambda path, body: body
        self.seen, self.changed = [], []

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def handler(proxy):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def forward(self):
                proxy.seen.append(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                request = urllib.request.Request(
                    proxy.exercise.url + self.path, data=self.rfile.read(length) if length else None, method=self.command)
                for name in ("Authorization", "Accept", "Content-Type", "Range", "If-None-Match", "Idempotency-Key"):
                    if self.headers.get(name):
                        request.add_header(name, self.headers[name])
                try:
                    answer = proxy.opener.open(request, timeout=30)
                except urllib.error.HTTPError as error:
                    answer = error
                with answer:
                    status, fields, body = answer.status, answer.headers, answer.read()
                if self.path in proxy.answers:
                    status, body = 200, proxy.answers[self.path]
                if status in (200, 206):
                    body = proxy.change(self.path, body)
                self.send_response(status)
                for name, value in fields.items():
                    if name.lower() not in ("connection", "content-length", "date", "transfer-encoding", "keep-alive"):
                        self.send_header(name, value)
                if status not in (204, 304):
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_HEAD = forward

            def log_message(self, *_):
                pass

        return Handler
