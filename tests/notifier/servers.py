"""Receivers that a channel can really send to: a mail server, and a webhook that answers as told."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MailServer:
    """An SMTP server on a free port; `answers` are given to the next messages instead of "250"."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answers: list[str] = []
        self.refused: dict[str, str] = {}
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def port(self) -> int:
        return self._controller.port

    def url(self, **parameters: str) -> str:
        given = {"from": "watch@smallprint.example", "to": "legal@reader.example", **parameters}
        return f"mailto://127.0.0.1:{self.port}?" + "&".join(f"{name}={value}" for name, value in given.items())

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"

    @contextmanager
    def running(self) -> Iterator["MailServer"]:
        self._controller.start()
        try:
            yield self
        finally:
            self._controller.stop()


@dataclass
class Post:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Hook:
    """An HTTP server that takes POSTs; `status`, `answer` and `delay_seconds` may be changed at any time."""

    status: int = 200
    answer: str = "ok"
    location: str = ""
    delay_seconds: float = 0.0
    drip: bool = False  # a header byte now and then, never an end
    tls: ssl.SSLContext | None = None
    posts: list[Post] = field(default_factory=list)
    on_post: Callable[[], None] = lambda: None
    port: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"slackhook://127.0.0.1:{self.port}/services/T/B/C"

    @contextmanager
    def running(self) -> Iterator["Hook"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _request_class(self))
        server.daemon_threads = True
        if self.tls:  # each connection shakes hands in its own thread
            server.socket = self.tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self.closing.set()
            server.shutdown()
            thread.join()
            server.server_close()


def _request_class(hook: Hook) -> type[BaseHTTPRequestHandler]:
    class Request(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.posts.append(Post(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            hook.on_post()
            hook.closing.wait(hook.delay_seconds)
            if hook.drip:
                self._drip()
                return
            self.send_response(hook.status)
            if hook.location:
                self.send_header("Location", hook.location)
            self.end_headers()
            self.wfile.write(hook.answer.encode())

        def _drip(self) -> None:
            deadline = time.monotonic() + 60
            try:
                while not hook.closing.wait(0.05) and time.monotonic() < deadline:
                    self.wfile.write(b"x")
            except OSError:
                self.close_connection = True

        def log_message(self, *_arguments: object) -> None:
            return

    return Request
