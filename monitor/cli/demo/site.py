"""The demo's website: five invented services on this machine, in two generations.

Harborline's page is rendered by JavaScript alone; BrightDesk's carries new tokens and other "related articles" each time.
"""

import random
import secrets
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from string import Template

SHELL = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Harborline Freight</title></head>
<body><div id="app"></div>
<noscript>Please enable JavaScript.</noscript>
<script>fetch("/fragments/harborline").then(answer => answer.text()).then(text => { document.getElementById("app").innerHTML = text; });</script>
</body></html>
"""
RELATED = (
    "Five habits of tidy sales teams", "What is a pipeline?", "Meet us at the spring fair", "How Ana doubled her visits",
    "Routes without detours", "Our new colour palette", "Calling is not dead", "Ten questions for your first meeting",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Service:
    """An invented service. `edits` (old, new) make its second generation; `meant` says what they are, in words."""

    name: str
    page: str
    edits: tuple[tuple[str, str], ...]
    meant: str
    told: str = ""

    @property
    def path(self) -> str:
        return f"/{self.page}/privacy-policy"


SERVICES = (
    Service(
        "Harborline Freight", "harborline", (("Mar 02, 2026", "Sep 14, 2026"),), "only the date moves", told="date"
    ),
    Service(
        "Pinewood Displays",
        "pinewood",
        (
            ("<main>", '<main class="new-look"><div><div>'),
            ("</main>", "</div></div></main>"),
            ("don't", "don\u2019t"),
            ("We've", "We\u2019ve"),
            ('"Business Services"', "\u201cBusiness Services\u201d"),
            ("<h2>Contact us", "<h2 id=contact>7. Contact us"),
            ("&copy; 2026", "&copy; 2027"),
        ),
        "a new dress: quotes, numbering, markup, footer",
    ),
    Service(
        "Fieldmark",
        "fieldmark",
        (
            (
                "We do not sell your personal information. We share position data with your employer only.",
                "We share position data with your employer and with our advertising partners.",
            ),
            ("deleted 30 days after", "deleted 12 months after"),
            ("We may ask for your permission before", "We will not ask for your permission before"),
        ),
        "a silent substantive change: the date stays",
        told="substantive",
    ),
    Service("BrightDesk CRM", "brightdesk", (), "pure noise: tokens and related articles"),
    Service(
        "Ringtail Tools",
        "ringtail",
        (
            ("kept for 90 days after", "kept for 24 months after"),
            ("except to the payment provider", "except to the payment provider and to our analytics partners"),
            ("2025/6/30", "2026/9/1"),
        ),
        "a dated substantive change",
        told="substantive",
    ),
)


class DemoSite:
    """Serves the services' pages on a free port of this machine; `generation` is 1 or 2."""

    def __init__(self) -> None:
        self.generation = 1
        site = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = site.body(self.path.partition("?")[0])
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write((body or "There is no such page.").encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def body(self, path: str) -> str | None:
        """The page at a path in the present generation; None where there is none."""
        for service in SERVICES:
            if path == service.path:
                return SHELL if service.page == "harborline" else self._page(service)
            if path == f"/fragments/{service.page}":
                return self._page(service)
        return None

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _page(self, service: Service) -> str:
        text = (resources.files(__package__) / "pages" / f"{service.page}.html").read_text(encoding="utf-8")
        related = "".join(
            f'<li><a href="/blog/{secrets.token_hex(4)}">{title}</a></li>' for title in random.sample(RELATED, 4)
        )
        text = Template(text).safe_substitute(token=secrets.token_hex(16), related=related)
        for old, new in service.edits if self.generation == 2 else ():
            if old not in text:
                raise ValueError(f"{service.page}.html: {old!r} was wanted, to be edited; the page does not have it")
            text = text.replace(old, new)
        return text
