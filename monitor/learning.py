"""What a check teaches about a policy's sources, for their next fetch and for people. Within `process.record`.

Validators, the way that a page takes (plainly or through the browser), its own address, and where it moved.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.archive.records import headers_of
from monitor.checks import SourceReading
from monitor.decide.decision import News, Problem
from monitor.decide.selections import took_page
from monitor.extract.canonical import canonical_in_header
from monitor.models import Fetch, Policy, Source
from monitor.types import PageState, Via
from monitor.versions import Judgement

MOVED = "moved"
NEEDS_A_SCRIPT = (PageState.LOADING, PageState.EMPTY)


@dataclass(frozen=True, slots=True)
class Learned:
    """What there is to say and to do: news, and whether a page has just shown that it wants the browser."""

    news: tuple[News, ...] = ()
    wants_browser: bool = False


def learn(session: Session, judgement: Judgement) -> Learned:
    """Keep with each fetch the state of its page, and with each source what its next fetch can use.

    Good is only what the decision took for the policy's page. Only a good page's validators are kept, and only when it
    stood at the source's own address: a wall, or whatever a redirect leads to, must never pass for an unchanged policy.
    """
    decision, asked = judgement.decision, judgement.reading.asked
    elsewhere = any(part.problem for part in asked)
    moves: list[str] = []
    wants_browser = False
    for part in asked:
        fetch = session.get(Fetch, part.fetch_id) if part.fetch_id is not None else None
        if fetch is None or fetch.snapshot is None:
            continue
        source = session.get_one(Source, fetch.source_id)
        source.etag = source.last_modified = ""
        if part.problem is not None:
            fetch.page_state = part.problem.page_state.value if part.problem.page_state else None
            wants_browser |= _wants_browser(session, source, fetch, part.problem)
        elif not took_page(decision):  # what another source's problem says is not said of this one's page
            page_state = None if elsewhere else decision.page_state
            fetch.page_state = page_state.value if page_state else None
        else:
            _good_page(session, source, fetch, part)
            moves.extend(_moved(session, source, fetch))
    news = (News(MOVED, "; ".join(moves)),) if moves else ()
    return Learned(news, wants_browser)


def _good_page(session: Session, source: Source, fetch: Fetch, part: SourceReading) -> None:
    fetch.canonical_url = _canonical_url(session, fetch, part)
    fetch.page_state = PageState.OK.value
    _remember_the_way(source, fetch, plain_will_do=part.plain_will_do)


def _remember_the_way(source: Source, fetch: Fetch, *, plain_will_do: bool) -> None:
    """What the next fetch of the source can use: validators, and whether it takes the browser."""
    assert fetch.snapshot is not None
    if fetch.via == Via.HTTP and fetch.snapshot.final_url == fetch.snapshot.url:
        headers = headers_of(fetch.snapshot)
        source.etag, source.last_modified = headers.get("etag", ""), headers.get("last-modified", "")
    if fetch.via == Via.HTTP or plain_will_do:
        source.browser_reason = ""
    elif fetch.via == Via.BROWSER:
        source.browser_reason = fetch.reason or source.browser_reason


def _wants_browser(session: Session, source: Source, fetch: Fetch, problem: Problem) -> bool:
    """A plain page turned out, once it was read, to have no text: from now on the browser is asked. Not when it was."""
    if problem.page_state not in NEEDS_A_SCRIPT or fetch.via != Via.HTTP or fetch.reason or source.browser_reason:
        return False
    if session.get_one(Policy, source.policy_id).browser != "auto":
        return False
    source.browser_reason = f"the plain page was read as {problem.page_state.value}: {problem.reason}"
    source.browser_tested_at = fetch.at
    return True


def _canonical_url(session: Session, fetch: Fetch, part: SourceReading) -> str:
    """What the page calls its own address; of bytes that were read before it is known."""
    if part.document is not None and fetch.snapshot is not None:
        in_header = canonical_in_header(headers_of(fetch.snapshot).get("link", ""), fetch.snapshot.final_url)
        return part.document.canonical_url or in_header
    known = select(Fetch.canonical_url).where(Fetch.snapshot_id == part.snapshot_id).order_by(Fetch.id).limit(1)
    return session.scalar(known) or ""


def _moved(session: Session, source: Source, fetch: Fetch) -> Iterator[str]:
    """What to say when a source has moved for good, once; a target that only its query tells apart is no other one."""
    if fetch.via != Via.HTTP:  # neither a browser nor an archive tells what kind of redirects it saw
        return
    before, source.moved_to = source.moved_to, fetch.moved_to if fetch.moved_to != source.url else ""
    if source.moved_to and _place(source.moved_to) != _place(before):
        slug = session.get_one(Policy, source.policy_id).slug
        yield f"{moved_words(source.url, source.moved_to)} with: smallprint edit {slug} --moved"


def moved_words(url: str, target: str) -> str:
    """For people: where a source moved, and what may be done about it."""
    if _same_page(url) == _same_page(target):
        return f"{url} always leads to {target}, the same page under its full address. Nothing is missed either way; you may ask there at once"
    return f"{url} has moved for good to {target}. It is followed there; take the new address"


def _place(url: str) -> str:
    return url.partition("?")[0]


def _same_page(url: str) -> tuple[str, str, str]:
    """The address without what does not make another page: the scheme, the port, `www.`, a slash at the end."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/"), parts.query
