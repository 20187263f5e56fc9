"""A mail server on this machine, over real SMTP, that takes e-mail or refuses it as it is told."""

from __future__ import annotations

import socketserver
import ssl
import subprocess
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any


@dataclass
class MailServer:
    """`taken` are the e-mails it has, `signed_in` who gave which password; `refuse` answers to a command of SMTP."""

    refuse: dict[str, str] = field(default_factory=dict)
    starttls: ssl.SSLContext | None = None
    taken: list[EmailMessage] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate for localhost that nobody trusts who is not told to: folder/cert.pem."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, *names, "-keyout", key, "-out", cert], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None, **wanted: Any) -> Iterator[MailServer]:
    """Running, on a port of its own; encrypted from the start with `tls`."""
    told = MailServer(**wanted)
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(told), bind_and_activate=True)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


def _handler(told: MailServer) -> type[socketserver.StreamRequestHandler]:
    return type("Handler", (_Session,), {"told": told})


class _Session(socketserver.StreamRequestHandler):
    told: MailServer

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline():
            words = line.decode().split()
            verb = words[0].upper()
            if verb in self.told.refuse:
                self.say(self.told.refuse[verb])
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                getattr(self, f"on_{verb.lower()}", self.on_others)(words)

    def finish(self) -> None:
        with suppress(OSError):  # the client may have gone first
            super().finish()
        self.rfile.close()
        self.connection.close()

    def on_ehlo(self, words: list[str]) -> None:
        starttls = "250-STARTTLS\r\n" if self.told.starttls else ""
        self.say(f"250-localhost\r\n{starttls}250 AUTH PLAIN")

    def on_starttls(self, words: list[str]) -> None:
        assert self.told.starttls
        self.say("220 go ahead")
        self.connection = self.told.starttls.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def on_auth(self, words: list[str]) -> None:
        self.told.signed_in.append(b64decode(words[2]).decode().strip("\0").replace("\0", " "))
        self.say("235 welcome")

    def on_data(self, words: list[str]) -> None:
        self.say("354 go on")
        letter = b""
        while (line := self.rfile.readline()) != b".\r\n":
            letter += line
        self.told.taken.append(message_from_bytes(letter, policy=policy.default))
        self.told.encrypted.append(isinstance(self.connection, ssl.SSLSocket))
        self.say("250 taken")

    def on_others(self, words: list[str]) -> None:
        self.say("250 fine")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
