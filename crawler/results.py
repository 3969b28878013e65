"""What comes of a request for a source: its answer, or why there is none, as a FetchResult."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scrapy.http import Headers, Request, Response

from monitor.failures import Failure
from monitor.types import Capture, DueSource, FetchResult, Via

PERMANENT = (301, 308)


def captured(source: DueSource, via: Via, response: Response, reason: str) -> FetchResult:
    """An answer. `reason`: why the browser was asked, or would have to be."""
    capture = Capture(
        url=source.url,
        final_url=response.url,
        status=response.status,
        headers=plain_headers(response.headers),
        body=response.body,
        captured_at=datetime.now(UTC),
        via=via,
        moved_to=_moved_to(response),
    )
    return replace(ended_fetch(source, via, response.meta, reason=reason), at=capture.captured_at, capture=capture)


def given_up(request: Request, failure: Failure) -> Iterator[FetchResult]:
    """What is left of a request that gave nothing: its failure, and the plain answer that led to the browser, if one did."""
    via = Via.BROWSER if request.meta.get("playwright") else Via.HTTP
    plain, reason = request.cb_kwargs.get("plain"), request.cb_kwargs.get("reason", "")
    result = failed_fetch(request.cb_kwargs["source"], via, request.meta, failure)
    yield replace(result, final=plain is None, reason=reason)
    if plain is not None:
        yield replace(plain, reason=f"{reason}; the browser was not available: {failure.words}")


def failed_fetch(source: DueSource, via: Via, meta: dict[str, Any], failure: Failure) -> FetchResult:
    """No answer, and why."""
    return ended_fetch(source, via, meta, error=failure.words, failure=failure.name.value)


def ended_fetch(source: DueSource, via: Via, meta: dict[str, Any], **ending: Any) -> FetchResult:
    """How the attempt ended, and what is the same of every ending. `meta` is the request's."""
    return FetchResult(
        check_id=source.check_id,
        source_id=source.source_id,
        via=via,
        at=datetime.now(UTC),
        duration_seconds=meta.get("network_seconds", 0.0),
        language=source.language,
        **ending,
    )


def content_type(response: Response) -> str:
    return (response.headers.get("Content-Type") or b"").decode("latin-1")


def _moved_to(response: Response) -> str:
    """Where nothing but permanent redirects led; what they led to must be a page."""
    reasons = response.meta.get("redirect_reasons", [])
    permanent = bool(reasons) and all(reason in PERMANENT for reason in reasons)
    return response.url if permanent and 200 <= response.status < 300 else ""


def plain_headers(headers: Headers) -> dict[str, str]:
    """Lower-case names; the values of a repeated one joined by ", "."""
    return {
        name.decode("latin-1").lower(): ", ".join(value.decode("latin-1") for value in values)
        for name, values in headers.items()
    }
