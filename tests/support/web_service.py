"""A web service on this machine that answers as it is told, over real HTTP, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PUBLIC_NAME = "crm.example.com"
"""What flows call it, where its own address would be refused; whoever asks has to know better."""
Said = tuple[int, bytes]
SILENCE: Said = (0, b"")
"""No answer until the service is stopped."""


@dataclass
class WebService:
    """`answers` are given in turn, the last again and again."""

    answers: list[Said]
    headers: Mapping[str, str]
    asked: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)

    def next(self) -> Said:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def web_service(*answers: Said, headers: Mapping[str, str] | None = None) -> Iterator[WebService]:
    """Running, on a port of its own."""
    service = WebService(list(answers), headers or {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service))
    service.url = f"http://127.0.0.1:{server.server_port}/ask?x=1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.stopped.set()
        server.shutdown()
        server.server_close()


def _handler(service: WebService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.asked.append((self.path, dict(self.headers), body))
            status, answer = service.next()
            if status == 0:
                service.stopped.wait(30)
                return
            with suppress(OSError):  # whoever asked has heard enough
                self._answer(status, answer)

        def _answer(self, status: int, answer: bytes) -> None:
            self.send_response(status)
            for name, value in service.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Keeps the test's output readable."""

    return Handler
