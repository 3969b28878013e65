"""Why a source could not be fetched, in words: wanted, came, what to do. Scrapy's exceptions end here."""

import contextlib
from urllib.parse import urljoin, urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Request, Response

from crawler.browser import BrowserError
from crawler.guard import RefusedError
from crawler.settings import DECOMPRESSED_MAXSIZE, DOWNLOAD_MAXSIZE, REDIRECT_MAX_TIMES
from monitor.addresses import url_refusal

TOO_LARGE = f"too large: at most {DOWNLOAD_MAXSIZE:,} bytes were wanted ({DECOMPRESSED_MAXSIZE:,} unpacked), more came"


def in_words(error: BaseException | None, request: Request) -> str:
    """One line that a person can act on."""
    host = urlsplit(request.url).hostname or request.url
    if isinstance(error, RefusedError | BrowserError):
        return str(error)
    if isinstance(error, IgnoreRequest):
        return _ignored(error, request, host)
    words: dict[type[BaseException | None], str] = {
        ValueError: unusable(error, request),
        CannotResolveHostError: f"no answer: DNS lookup failed for {host}",
        DownloadConnectionRefusedError: f"no answer: {host} refused the connection",
        DownloadTimeoutError: f"no answer: {host} took too long",
        DownloadCancelledError: TOO_LARGE,
        ResponseDataLossError: f"no answer: {host} broke off in the middle of its answer",
    }
    return words.get(type(error)) or _other(error, host)


def unusable(error: BaseException | None, request: Request) -> str:
    """For an answer that nobody expected: it is its source's fault, and nobody else's."""
    host = urlsplit(request.url).hostname or request.url
    return f"no answer: what {host} sent cannot be used ({type(error).__name__}: {error})"


def too_many_redirects(url: str) -> str:
    """For a chain of redirects, the page's own ones counted in, that is too long to follow."""
    return f"no answer: {urlsplit(url).hostname or url} redirected more than {REDIRECT_MAX_TIMES} times"


def redirect_refusal(response: Response, *, allow_private: bool) -> str | None:
    """Why a redirect was not followed, when the gate forbids its target's kind."""
    location = response.headers.get("Location")
    if not location or not 300 < response.status < 400:
        return None
    target = location.decode("latin-1")
    with contextlib.suppress(ValueError):  # it is no URL, and then refused as that
        target = urljoin(response.url, target)
    return url_refusal(target, allow_private=allow_private)


def _ignored(error: IgnoreRequest, request: Request, host: str) -> str:
    """Scrapy's middlewares tell their reasons apart by the message alone."""
    message = str(error)
    if message == "Forbidden by robots.txt":
        path = urlsplit(request.url).path or "/"
        return f"robots.txt of {host} forbids {path}; set `robots: ignore` in the declaration if you may"
    if message == "max redirections reached":
        return too_many_redirects(request.url)
    return TOO_LARGE if "during decompression" in message else f"no answer: {message}"


def _other(error: BaseException | None, host: str) -> str:
    """What Twisted wraps: the innermost reasons."""
    inner = getattr(error, "__cause__", None) or error
    reasons = [getattr(reason, "value", reason) for reason in getattr(inner, "reasons", [inner])]
    words = "; ".join(dict.fromkeys(f"{type(reason).__name__}: {reason}".strip(": ") for reason in reasons))
    if "certificate" in words.lower():
        return f"no answer: the TLS certificate of {host} is not trusted ({words})"
    return f"no answer: the connection to {host} failed ({words})"
