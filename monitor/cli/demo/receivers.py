"""The demo's receivers: a real SMTP server and a Slack-style webhook, both on this machine. What comes is kept as files."""

import asyncio
import json
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """An SMTP server that takes every mail and writes it into `folder` as `.eml`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.mails: list[EmailMessage] = []
        self._loop = asyncio.new_event_loop()
        serving = self._loop.create_server(lambda: SMTP(self, loop=self._loop), "127.0.0.1", 0)
        self._server = self._loop.run_until_complete(serving)
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1])

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        content = envelope.original_content or b""
        self.mails.append(message_from_bytes(content, policy=policy.default))
        (self.folder / f"{len(self.mails):02}.eml").write_bytes(content)
        return "250 OK"

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)


class SlackReceiver:
    """A webhook that answers as Slack's does and writes each message into `folder` as `.json`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.messages: list[dict[str, Any]] = []
        receiver = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append(json.loads(content))
                (folder / f"{len(receiver.messages):02}.json").write_bytes(content)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_port

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
