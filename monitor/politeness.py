"""Whose turn it is at a host, and for how long a host that refuses is left alone. Pure: all is judged at a moment `now`.

A host is visited by one request at a time, of all runs together. A request takes the host's turn, and ends it when its answer
has come; the next one may begin when the delay has passed since then. So the gaps that a host sees are never shorter.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from monitor.addresses import PORTS

REFUSALS = (429, 503)  # Too Many Requests, Service Unavailable: RFC 6585 and 9110 give both a Retry-After
TURN_SECONDS = 300.0  # a turn whose run died ends by itself: longer than any fetch with its redirects in the browser
LONGEST_DELAY_SECONDS = 600.0  # a Crawl-delay of more is meant for somebody who reads a whole site
FIRST_BACKOFF_SECONDS = (
    15.0  # twice as long with each refusal in a row: one bad page of a host keeps nobody from the others
)
LONGEST_BACKOFF_SECONDS = 6 * 3600.0  # when the host itself names no time
LONGEST_RETRY_AFTER_SECONDS = 24 * 3600.0  # a host that says next year would else be lost for good


@dataclass(frozen=True, slots=True)
class HostState:
    """What all runs know of a host. While a run has the turn, it is the `holder` and `next_allowed_at` lies ahead."""

    next_allowed_at: datetime
    crawl_delay_seconds: float = 0.0
    backoff_until: datetime | None = None
    refusals: int = 0
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to who wants a turn: it was `taken` and must be ended, or it may be asked for again at `at`.

    `left_alone`: the host has asked for its peace until `at`.
    """

    at: datetime
    taken: bool = False
    left_alone: bool = False


@dataclass(frozen=True, slots=True)
class EndedTurn:
    """A turn at its end. `taken_at` is the `at` of the turn; `delay_seconds` what the settings wish between two requests.

    `crawl_delay_seconds` is what the host's robots.txt wishes, None when this run has not read it; `status` that of the
    answer, 0 for none.
    """

    host: str
    taken_at: datetime
    ended_at: datetime
    delay_seconds: float
    crawl_delay_seconds: float | None = None
    status: int = 0
    retry_after_seconds: float | None = None


def host_of(url: str) -> str:
    """What shares one turn: a host's name in lower case, with the port when it is not the scheme's own."""
    parts = urlsplit(url)
    name = (parts.hostname or "").removesuffix(".")
    return name if parts.port in {None, PORTS.get(parts.scheme)} else f"{name}:{parts.port}"


def take(state: HostState | None, now: datetime, holder: str = "") -> tuple[Turn, HostState]:
    """The turn at a host that may be unknown (None) yet, for the run `holder`, and the host's state from then on."""
    state = state or HostState(next_allowed_at=now)
    backoff = state.backoff_until
    if backoff is not None and now < backoff <= now + timedelta(seconds=LONGEST_RETRY_AFTER_SECONDS):
        return Turn(backoff, left_alone=True), state
    if now < state.next_allowed_at <= now + timedelta(seconds=TURN_SECONDS + LONGEST_DELAY_SECONDS):
        return Turn(state.next_allowed_at), state  # anything later was written by a clock that was wrong
    until = now + timedelta(seconds=TURN_SECONDS)
    return Turn(now, taken=True), replace(state, next_allowed_at=until, holder=holder)


def end(state: HostState | None, visit: EndedTurn) -> HostState:
    """The host's state after a visit. A turn that was overtaken, because it took too long, does not cut the other's short."""
    state = state or HostState(next_allowed_at=visit.ended_at)
    crawl_delay = state.crawl_delay_seconds if visit.crawl_delay_seconds is None else visit.crawl_delay_seconds
    delay = longer_delay(visit.delay_seconds, crawl_delay)
    allowed_at = visit.ended_at + timedelta(seconds=delay)
    holder = ""
    if state.next_allowed_at != visit.taken_at + timedelta(seconds=TURN_SECONDS):
        allowed_at, holder = max(allowed_at, state.next_allowed_at), state.holder
    after = replace(state, next_allowed_at=allowed_at, crawl_delay_seconds=crawl_delay, holder=holder)
    return _after_answer(after, visit)


def longer_delay(wanted: float, crawl_delay: float) -> float:
    """Between two requests: what the settings say, or the host, whichever is longer."""
    return max(wanted, min(crawl_delay, LONGEST_DELAY_SECONDS))


def _after_answer(state: HostState, visit: EndedTurn) -> HostState:
    if visit.status not in REFUSALS:
        return replace(state, backoff_until=None, refusals=0) if visit.status else state
    seconds = backoff_seconds(state.refusals, visit.retry_after_seconds)
    until = visit.ended_at + timedelta(seconds=seconds)
    return replace(state, backoff_until=until, refusals=state.refusals + 1)


def backoff_seconds(refusals: int, retry_after_seconds: float | None) -> float:
    """For how long a host is left alone that refused, after so many refusals in a row before: as it asks, or twice as long each time."""
    if retry_after_seconds is not None:
        return min(max(retry_after_seconds, 0.0), LONGEST_RETRY_AFTER_SECONDS)
    return min(FIRST_BACKOFF_SECONDS * 2.0 ** min(refusals, 20), LONGEST_BACKOFF_SECONDS)


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """The Retry-After of an answer (RFC 9110, 10.2.3: seconds, or a date); None when it says nothing that can be read."""
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return float(value[:12])
    try:
        moment = parsedate_to_datetime(value)
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return max(0.0, (aware - now).total_seconds())
    except (ValueError, OverflowError):
        return None
