"""Keeps notes in a file, which is what a dyno loses."""

import http.server
import os
import pathlib

NOTES = pathlib.Path("notes.txt")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(NOTES.read_bytes() if NOTES.exists() else b"nothing yet\n")

    def do_POST(self):
        NOTES.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(b"noted\n")

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("0.0.0.0", int(os.environ["PORT"])), Handler).serve_forever()
