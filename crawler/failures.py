"""Why a source could not be fetched: a name for programs, and words: wanted, came, what to do. Scrapy's exceptions end here."""

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
from crawler.turns import LeftAloneError
from monitor.addresses import url_refusal
from monitor.failures import Failure, FailureName

TOO_LARGE = Failure(
    FailureName.TOO_LARGE,
    f"too large: at most {DOWNLOAD_MAXSIZE:,} bytes were wanted ({DECOMPRESSED_MAXSIZE:,} unpacked), more came",
)
NET_ERRORS = {  # Chromium's codes, from its net_error_list.h; the first that the browser's words hold
    "net::ERR_CERT": FailureName.TLS,
    "net::ERR_SSL": FailureName.TLS,
    "net::ERR_NAME_NOT_RESOLVED": FailureName.DNS,
    "net::ERR_CONNECTION_REFUSED": FailureName.CONNECTION_REFUSED,
    "net::ERR_TOO_MANY_REDIRECTS": FailureName.REDIRECTS,
    "net::ERR_TIMED_OUT": FailureName.TIMEOUT,
    "net::ERR_CONNECTION_TIMED_OUT": FailureName.TIMEOUT,
}


def failure_of(error: BaseException | None, request: Request) -> Failure:
    """What an error of a request means."""
    host = _host(request)
    if isinstance(error, RefusedError):
        return Failure(FailureName.REFUSED_ADDRESS, str(error))
    if isinstance(error, LeftAloneError):
        return Failure(FailureName.BACKOFF, str(error))
    if isinstance(error, BrowserError):
        return Failure(_browser_name(error), str(error))
    if isinstance(error, IgnoreRequest):
        return _ignored(error, request, host)
    known: dict[type[BaseException | None], Failure] = {
        ValueError: unusable(error, request),
        CannotResolveHostError: Failure(FailureName.DNS, f"no answer: DNS lookup failed for {host}"),
        DownloadConnectionRefusedError: Failure(
            FailureName.CONNECTION_REFUSED, f"no answer: {host} refused the connection"
        ),
        DownloadTimeoutError: Failure(FailureName.TIMEOUT, f"no answer: {host} took too long"),
        DownloadCancelledError: TOO_LARGE,
        ResponseDataLossError: Failure(
            FailureName.BROKEN_OFF, f"no answer: {host} broke off in the middle of its answer"
        ),
    }
    return known.get(type(error)) or _other(error, host)


def unusable(error: BaseException | None, request: Request) -> Failure:
    """For an answer that nobody expected: it is its source's fault, and nobody else's."""
    words = f"no answer: what {_host(request)} sent cannot be used ({type(error).__name__}: {error})"
    return Failure(FailureName.UNUSABLE, words)


def address_refused(url: str, *, allow_private: bool) -> Failure | None:
    """The failure of an address whose kind the gate forbids, before anything is asked."""
    refusal = url_refusal(url, allow_private=allow_private)
    return Failure(FailureName.REFUSED_ADDRESS, refusal) if refusal else None


def too_many_redirects(url: str) -> Failure:
    """For a chain of redirects, the page's own ones counted in, that is too long to follow."""
    host = urlsplit(url).hostname or url
    return Failure(FailureName.REDIRECTS, f"no answer: {host} redirected more than {REDIRECT_MAX_TIMES} times")


def redirect_refused(response: Response, *, allow_private: bool) -> Failure | None:
    """Why a redirect was not followed, when the gate forbids its target's kind."""
    location = response.headers.get("Location")
    if not location or not 300 < response.status < 400:
        return None
    target = location.decode("latin-1")
    with contextlib.suppress(ValueError):  # it is no URL, and then refused as that
        target = urljoin(response.url, target)
    return address_refused(target, allow_private=allow_private)


def _host(request: Request) -> str:
    return urlsplit(request.url).hostname or request.url


def _browser_name(error: BrowserError) -> FailureName:
    """Chromium names its network's errors; what the browser's own recipe ended is named by it."""
    words = str(error)
    named = (name for code, name in NET_ERRORS.items() if code in words)
    return error.failure if error.failure is not FailureName.BROWSER else next(named, FailureName.BROWSER)


def _ignored(error: IgnoreRequest, request: Request, host: str) -> Failure:
    """Scrapy's middlewares tell their reasons apart by the message alone."""
    message = str(error)
    if message == "Forbidden by robots.txt":
        path = urlsplit(request.url).path or "/"
        words = f"robots.txt of {host} forbids {path}; set `robots: ignore` in the declaration if you may"
        return Failure(FailureName.REFUSED_ROBOTS, words)
    if message == "max redirections reached":
        return too_many_redirects(request.url)
    if "during decompression" in message:
        return TOO_LARGE
    return Failure(FailureName.UNUSABLE, f"no answer: {message}")


def _other(error: BaseException | None, host: str) -> Failure:
    """What Twisted wraps: the innermost reasons."""
    inner = getattr(error, "__cause__", None) or error
    reasons = [getattr(reason, "value", reason) for reason in getattr(inner, "reasons", [inner])]
    words = "; ".join(dict.fromkeys(f"{type(reason).__name__}: {reason}".strip(": ") for reason in reasons))
    if "certificate" in words.lower():
        return Failure(FailureName.TLS, f"no answer: the TLS certificate of {host} is not trusted ({words})")
    return Failure(FailureName.CONNECTION, f"no answer: the connection to {host} failed ({words})")
