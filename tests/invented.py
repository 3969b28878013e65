"""The invented sites of tests/gate/invented, served on loopback, and what searching them found, counted."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from crawler.discovering import discover
from crawler.discovery.searching import Discovery
from crawler.spiders.discovery import Place
from monitor.config import CrawlSettings
from monitor.reading import Reader
from tests.crawling import FAST
from tests.site import Site

FOLDER = Path(__file__).parent / "gate" / "invented"
HERO = (
    "<h1>Make your working day lighter</h1>"
    + "<p>We build tools that small teams enjoy, and we answer the telephone.</p>" * 10
)


@cache
def invented(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


@contextmanager
def served(sites: list[dict[str, Any]]) -> Iterator[list[Site]]:
    """Each site on a loopback address of its own."""
    with ExitStack() as stack:
        running = [stack.enter_context(Site(f"127.0.7.{number}")) for number in range(1, len(sites) + 1)]
        for number, (site, scripted) in enumerate(zip(running, sites, strict=True), 1):
            other = None
            if "elsewhere" in scripted:
                other = stack.enter_context(Site(f"127.0.8.{number}"))
                _script_pages(other, scripted["elsewhere"])
            _script(site, scripted, other.url("") if other else "")
        yield running


@dataclass
class Score:
    """`found`: expected policies found; `sure`: of them the sure ones; `wrong`: findings that are none; `missed`."""

    expected: int = 0
    found: int = 0
    sure: int = 0
    wrong_sure: list[str] = field(default_factory=list)
    wrong_doubtful: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add(self, scripted: dict[str, Any], discovery: Discovery) -> None:
        wanted: dict[str, str] = scripted["expected"]
        self.expected += len(wanted)
        got = {finding.terms_type: finding for finding in discovery.findings}
        for terms_type, path in wanted.items():
            finding = got.get(terms_type)
            if finding is None or _place(finding.url) != path:
                self.missed.append(f"{scripted['name']}: {terms_type} {path}")
        for terms_type, finding in got.items():
            right = wanted.get(terms_type) == _place(finding.url)
            self.found += right
            self.sure += right and finding.confidence == "sure"
            wrong = self.wrong_sure if finding.confidence == "sure" else self.wrong_doubtful
            if not right:
                wrong.append(f"{scripted['name']}: {terms_type} {finding.url} {finding.evidence}")

    def __str__(self) -> str:
        return (
            f"{self.expected} expected: {self.found} found ({self.sure} sure), wrong {len(self.wrong_sure)} sure and "
            f"{len(self.wrong_doubtful)} doubtful; precision of the sure {self.sure_precision:.3f}, recall {self.recall:.3f}"
        )

    @property
    def recall(self) -> float:
        return self.found / self.expected

    @property
    def sure_precision(self) -> float:
        return self.sure / max(1, self.sure + len(self.wrong_sure))


def searched(loop: asyncio.AbstractEventLoop, places: list[Place], **settings: object) -> dict[str, Discovery]:
    """What searching these places found, by their address."""
    found: dict[str, Discovery] = {}

    def on_found(place: Place, discovery: Discovery) -> None:
        found[place.address] = discovery

    with Reader(children=2) as reader:
        running = discover(places, CrawlSettings.model_validate(FAST | settings), reader=reader, on_found=on_found)
        asyncio.run_coroutine_threadsafe(running, loop).result(180)
    return found


def measured(loop: asyncio.AbstractEventLoop, name: str) -> Score:
    sites = invented(name)
    score = Score()
    with served(sites) as running:
        found = searched(loop, [Place(site.url("/")) for site in running])
        for site, scripted in zip(running, sites, strict=True):
            score.add(scripted, found[site.url("/")])
    return score


def _place(url: str) -> str:
    parts = urlsplit(url)
    other = "{other}" if (parts.hostname or "").startswith("127.0.8.") else ""
    return other + parts.path + (f"?{parts.query}" if parts.query else "")


def _script(site: Site, scripted: dict[str, Any], other: str) -> None:
    site.page("/", scripted["home"].replace("{hero}", HERO).replace("{other}", other))
    if "robots" in scripted:
        site.robots(scripted["robots"].replace("{site}", site.url("").rstrip("/")))
    for path, text in scripted.get("sitemaps", {}).items():
        site.page(path, _sitemap(site, text), content_type="application/xml")
    _script_pages(site, scripted["pages"])


def _script_pages(site: Site, pages: dict[str, str]) -> None:
    for path, text in pages.items():
        if text.startswith("-> "):
            site.redirect(path, site.url(text[3:]))
        elif text.startswith("status "):
            site.page(path, "<h1>Nothing here</h1>", status=int(text[7:]))
        else:
            site.page(path, text if text.startswith("<") else policy(text))


def _sitemap(site: Site, text: str) -> str:
    kind, *paths = text.split()
    outer, inner = ("sitemapindex", "sitemap") if kind == "index" else ("urlset", "url")
    entries = "".join(f"<{inner}><loc>{site.url(path)}</loc></{inner}>" for path in paths)
    return f'<?xml version="1.0"?><{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{outer}>'


def policy(text: str) -> str:
    """`en privacy`, or `en privacy + HTML`: a whole page of that text."""
    name, _, more = text.partition(" + ")
    language, kind = name.split()
    title, *sentences = invented("texts")[language][kind]
    sections = "".join(
        f"<h2>{number}. {re.split('[ 、]', sentences[number])[0]}</h2>"
        + "".join(f"<p>{sentence}</p>" for sentence in sentences)
        for number in range(1, 4)
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><nav><a href='/'>Home</a></nav><main><h1>{title}</h1>{sections}{more}</main></body></html>"
    )
