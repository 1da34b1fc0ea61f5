"""The market: a partner outside, who takes letters over HTTP, remembers them by their ids, and is not always well."""

from __future__ import annotations

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Partner:
    """``came`` counts every letter by its id; ``ill`` many of the next posts are answered 500, or taken and not answered."""

    def __init__(self) -> None:
        self.came: Counter[str] = Counter()
        self.letters: dict[str, dict[str, Any]] = {}
        self.ill = self.silent = 0
        partner = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if partner._is_ill():
                    self.send_error(500)
                    return
                receipts = partner._take(json.loads(body)["letters"])
                if partner._is_silent():
                    self.close_connection = True
                    return
                answer = json.dumps({"receipts": receipts}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="market", daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/letters"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, letters: list[dict[str, Any]]) -> list[dict[str, str]]:
        with self._lock:
            receipts = [{"id": one["id"], "state": "repeated" if one["id"] in self.came else "done"} for one in letters]
            for one in letters:
                self.came[one["id"]] += 1
                self.letters[one["id"]] = one
        return receipts

    def _is_ill(self) -> bool:
        with self._lock:
            was, self.ill = self.ill, max(0, self.ill - 1)
            return was > 0

    def _is_silent(self) -> bool:
        with self._lock:
            was, self.silent = self.silent, max(0, self.silent - 1)
            return was > 0
