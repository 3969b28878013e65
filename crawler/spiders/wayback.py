"""WaybackSpider: the captures that a web archive has of one URL; by the settings, gate, limits and politeness of PolicySpider.

robots.txt is not asked: these are the archive's interfaces for programs, used at a person's word.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.cdx import History, Row, capture_address, digest_of, index_address, read_rows
from crawler.guard import DecompressionMiddleware
from crawler.results import plain_headers
from crawler.settings import DOWNLOADER_MIDDLEWARES
from crawler.spiders.direct import DirectSpider
from crawler.turns import Serve
from monitor.errors import UsageError
from monitor.failures import Failure, FailureName
from monitor.types import Capture, Progress, Via

WANTS_PEACE = (429, 503)
PATIENT_TRIES = 6
ORIGINAL = "x-archive-orig-"


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes the captures. All are called off the loop, never two at a time; `skip` with why a capture is not taken."""

    knows: Callable[[Row], bool]
    take: Callable[[Capture], None]
    skip: Callable[[str], None]
    on_progress: Progress


class WireDigest(DecompressionMiddleware):
    """Notes the digest of an answer as it came: an archive's digest is of what the site sent, which may be compressed."""

    # Scrapy's optional last argument is deprecated
    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        request.meta["wire_digest"] = digest_of(response.body)
        return super().process_response(request, response)


class WaybackSpider(DirectSpider):
    """Asks for the index a page at a time, then for each capture of it that is not known yet, oldest first."""

    name = "wayback"
    custom_settings = DirectSpider.custom_settings | {
        "DOWNLOADER_MIDDLEWARES": DOWNLOADER_MIDDLEWARES
        | {"crawler.guard.DecompressionMiddleware": None, "crawler.spiders.wayback.WireDigest": 590},
    }

    def __init__(self, crawler: Crawler, serve: Serve | None, history: History, taking: Taking) -> None:
        super().__init__(crawler, serve)
        self._history, self._taking = history, taking
        self._last: tuple[str, Capture] | None = None  # the newest capture that came, and its digest
        self._done = self._listed = 0
        self._redirects = Counter[int]()

    async def work(self) -> None:
        resume_key, more = "", True
        while more:
            rows, resume_key = await self._rows(resume_key)
            self._listed += len(rows)
            for row in rows:
                await self._take(row)
                self._done += 1
                await asyncio.to_thread(self._taking.on_progress, self._done, self._listed)
            more = bool(resume_key)
        for status, count in sorted(self._redirects.items()):
            await self._skip(f"{self._history.url}: {count} of its captures redirected ({status}) and showed no page")

    async def _rows(self, resume_key: str) -> tuple[list[Row | str], str]:
        answer = await self._ask(index_address(self._history, resume_key))
        if isinstance(answer, str) or answer.status != 200:
            came = answer if isinstance(answer, str) else f"the answer {answer.status} came"
            raise UsageError(f"{self._history.archive}: its list of captures was wanted, {came}.")
        try:
            return read_rows(answer.body)
        except ValueError as error:
            raise UsageError(f"{self._history.archive}: a list of captures was wanted, this came: {error}.") from None

    async def _take(self, row: Row | str) -> None:
        if isinstance(row, str):
            await self._skip(f"{self._history.archive}: in its list of captures {row}")
        elif row.status is not None and 300 <= row.status < 400:
            self._redirects[row.status] += 1
        elif not await asyncio.to_thread(self._taking.knows, row):
            capture = self._same_bytes(row) or await self._capture(row)
            if isinstance(capture, str):
                await self._skip(f"{row.original} @ {row.timestamp}: {capture}")
            else:
                self._last = row.digest, capture
                await asyncio.to_thread(self._taking.take, capture)

    async def _skip(self, reason: str) -> None:
        await asyncio.to_thread(self._taking.skip, reason)

    def _same_bytes(self, row: Row) -> Capture | None:
        """The capture of a row that has the digest of the one before: it need not be asked for."""
        if self._last is None or self._last[0] != row.digest:
            return None
        before = self._last[1]
        status = before.status if row.status is None else row.status
        kind = {"content-type": before.content_type}
        return Capture(self._history.url, row.original, status, kind, before.body, row.at, Via.IMPORT)

    async def _capture(self, row: Row) -> Capture | str:
        """What the archive has for a row; why it cannot be taken otherwise."""
        answer = await self._ask(capture_address(self._history, row))
        if isinstance(answer, str):
            return answer
        if 300 <= answer.status < 400:
            return f"the archive led to another capture instead ({plain_headers(answer.headers).get('location', 'nowhere')})"
        if answer.status != (row.status or answer.status) or (row.status is None and answer.status != 200):
            return f"the archive answered {answer.status}, its list says {row.status or 'a revisit'}"
        if row.digest not in (answer.meta["wire_digest"], digest_of(answer.body)):
            return f"bytes with the SHA-1 {row.digest} were wanted, others came; not taken"
        headers = _original_headers(answer)
        return Capture(self._history.url, row.original, answer.status, headers, answer.body, row.at, Via.IMPORT)

    async def _ask(self, url: str) -> Response | str:
        """The answer, asked for again when the archive wanted its peace for a while; why there is none otherwise."""
        meta = {"dont_obey_robotstxt": True, "dont_redirect": True}
        for _ in range(PATIENT_TRIES):
            answer = await self.download(Request(url, meta=dict(meta), dont_filter=True))
            if isinstance(answer, Failure):
                if answer.name is FailureName.BACKOFF:
                    raise UsageError(f"{self._history.archive}: {answer.words}.")
                return answer.words
            if answer.status not in WANTS_PEACE:
                return answer
        raise UsageError(f"{self._history.archive}: it keeps asking to be left alone.")


def _original_headers(answer: Response) -> dict[str, str]:
    """The headers that the site sent, by their own names; with the archive's word for the media type where it kept none."""
    headers = plain_headers(answer.headers)
    original = {name.removeprefix(ORIGINAL): value for name, value in headers.items() if name.startswith(ORIGINAL)}
    return {"content-type": headers.get("content-type", "")} | original
