"""One scripted website on a loopback address, for all tests. It answers what it is told, may be changed while it runs, and
remembers who asked for what.

    with Site() as site:
        site.page("/privacy", "<h1>Privacy</h1>", etag='"1"')
        site.redirect("/old", site.url("/privacy"))
        ... fetch site.url("/privacy") ...
        assert [visit.path for visit in site.visits] == ["/robots.txt", "/privacy"]

A path that was never scripted is answered 404.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

HTML = "text/html; charset=utf-8"


@dataclass
class Page:
    """What one path answers. A callable body or status is called at each visit.

    `delay_seconds` passes before the answer; `hangs` never answers; `breaks_after` bytes the connection is cut;
    `chunks`, made anew at each visit, are sent one by one, without a stated length.
    """

    body: bytes | Callable[[], bytes] = b""
    status: int | Callable[[], int] = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    last_modified: str = ""
    delay_seconds: float = 0.0
    hangs: bool = False
    breaks_after: int | None = None
    chunks: Callable[[], Iterable[bytes]] | None = None

    def is_known_by(self, headers: dict[str, str]) -> bool:
        """True when the visitor's conditions say that it has this very page already."""
        if self.etag and headers.get("if-none-match") == self.etag:
            return True
        return bool(self.last_modified) and headers.get("if-modified-since") == self.last_modified


@dataclass(frozen=True)
class Visit:
    """One request as it came; header names are lower-case; `at` is a monotonic moment in seconds."""

    method: str
    path: str
    headers: dict[str, str]
    at: float


class Site:
    """The running website, on a free port of a loopback address."""

    def __init__(self, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None, *, port: int = 0) -> None:
        self.visits: list[Visit] = []
        self.connections = 0  # more than visits: who only connects counts
        self._pages: dict[str, Page] = {}
        self._scheme, self._address = ("https" if tls else "http"), address
        self._closing = threading.Event()
        self._server = (_Server6 if ":" in address else _Server)((address, port), _Answering)
        self._server.site = self
        if tls:
            listening = self._server.socket  # each connection shakes hands in its own thread
            self._server.socket = tls.wrap_socket(listening, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/", *, host: str = "") -> str:
        """The URL of a path, by the site's address or by another name that leads there."""
        address = f"[{self._address}]" if ":" in self._address else self._address
        return f"{self._scheme}://{host or address}:{self.port}{path}"

    def page(
        self,
        path: str,
        body: str | bytes | Callable[[], bytes] = "",
        *,
        status: int | Callable[[], int] = 200,
        headers: dict[str, str] | None = None,
        content_type: str = HTML,
        etag: str = "",
        last_modified: str = "",
        delay_seconds: float = 0.0,
        chunks: Callable[[], Iterable[bytes]] | None = None,
        breaks_after: int | None = None,
    ) -> str:
        """Script a path, or script it anew; returns its URL."""
        self._pages[path] = Page(
            body=body.encode() if isinstance(body, str) else body,
            status=status,
            headers={"Content-Type": content_type} | (headers or {}),
            etag=etag,
            last_modified=last_modified,
            delay_seconds=delay_seconds,
            chunks=chunks,
            breaks_after=breaks_after,
        )
        return self.url(path)

    def redirect(self, path: str, target: str, *, status: int = 302) -> str:
        return self.page(path, "", status=status, headers={"Location": target})

    def hang(self, path: str) -> str:
        """A path that takes the request and never answers."""
        self._pages[path] = Page(hangs=True)
        return self.url(path)

    def robots(self, text: str) -> None:
        self.page("/robots.txt", text, content_type="text/plain")

    def remove(self, path: str) -> None:
        del self._pages[path]

    def paths(self) -> list[str]:
        """The paths asked for so far, in order, robots.txt and the browser's icon request left out."""
        return [visit.path for visit in self.visits if visit.path not in {"/robots.txt", "/favicon.ico"}]

    def find(self, path: str) -> Page:
        return self._pages.get(path) or Page(b"nothing here", 404, {"Content-Type": "text/plain"})

    def wait_closing(self, seconds: float | None) -> None:
        self._closing.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    site: Site

    def get_request(self) -> Any:
        connection = super().get_request()
        self.site.connections += 1
        return connection

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor that hangs up is no fault of the site."""


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Answering(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        site = self.server.site
        headers = {name.lower(): value for name, value in self.headers.items()}
        site.visits.append(Visit(self.command, self.path, headers, time.monotonic()))
        page = site.find(self.path)
        if page.hangs or page.delay_seconds:
            site.wait_closing(None if page.hangs else page.delay_seconds)
        if page.hangs:
            self.close_connection = True
        elif page.is_known_by(headers):
            self._answer(page, 304, b"")
        else:
            status = page.status() if callable(page.status) else page.status
            self._answer(page, status, page.body() if callable(page.body) else page.body)

    do_POST = do_GET  # noqa: N815

    def _answer(self, page: Page, status: int, body: bytes) -> None:
        self.send_response(status)
        validators = {"ETag": page.etag, "Last-Modified": page.last_modified}
        for name, value in (page.headers | validators).items():
            for one in value.split("\n") if value else ():
                self.send_header(name, one)
        if page.chunks is not None or page.breaks_after is not None:
            self.close_connection = True
        if page.chunks is None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for chunk in page.chunks() if page.chunks is not None else [body[: page.breaks_after]]:
            self.wfile.write(chunk)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """The site remembers visits itself."""
