"""What a look at a candidate tells: a finding, sure or doubtful, with its evidence in words, or why it is none. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from crawler.discovery.candidates import Candidate
from crawler.discovery.looking import Look
from crawler.discovery.sites import site_of
from monitor.extract.policy_words import FEW_POLICY_WORDS
from monitor.types import PageState

FEW_WORDS = 60
"""The shortest policies, imprints, have some eighty words; what is shorter is hardly read as one."""

LEADS_AWAY_POINTS = 4
"""What names a page on another site must be clearer than what names one on the site itself."""

_NOT_THERE = frozenset({404, 410})
_UNSEEN = frozenset(
    {PageState.BOT_WALL, PageState.CONSENT_WALL, PageState.LOADING, PageState.TRUNCATED, PageState.OTHER_VARIANT}
)


class Confidence(StrEnum):
    """`sure`: the page was read and is what the link says. `doubtful`: something speaks for it; a person should look."""

    SURE = "sure"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Finding:
    """A policy found. `evidence` says in words what was seen; `others` are further pages that may be this policy.

    `alternates`: language -> the same page in it, as the page itself says.
    """

    terms_type: str
    url: str
    confidence: Confidence
    evidence: tuple[str, ...]
    title: str = ""
    language: str = ""
    words: int = 0
    others: tuple[str, ...] = ()
    alternates: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """One fetched page: what was answered, and what it is seen to be. `error` says why there is no look at it."""

    asked_url: str
    url: str
    status: int = 0
    error: str = ""
    look: Look | None = None


def judge(candidate: Candidate, seen: Seen, home_url: str, language: str) -> Finding | str:
    """The finding that a candidate is; otherwise why it is none."""
    refused = _not_a_policy(candidate, seen, home_url)
    if refused:
        return refused
    if seen.look is None or seen.look.page_state in _UNSEEN:
        return _unread(candidate, seen)
    doubts = list(_doubts(candidate, seen.look, seen.url, home_url))
    others = f", in {seen.look.language}" if seen.look.language and seen.look.language != language else ""
    read = f'reads as "{seen.look.title}", {seen.look.word_count:,} words{others}'
    return Finding(
        candidate.terms_type,
        seen.url,
        Confidence.DOUBTFUL if doubts else Confidence.SURE,
        (candidate.evidence, read, *doubts),
        title=seen.look.title,
        language=seen.look.language,
        words=seen.look.word_count,
        alternates=tuple(pair for pair in seen.look.links.alternates if pair[1] != seen.url),
    )


def _not_a_policy(candidate: Candidate, seen: Seen, home_url: str) -> str:
    """Why the page is none; empty when it is one, or may be."""
    if seen.status in _NOT_THERE:
        return f"is not there ({seen.status})"
    if not seen.error and (_is_root(seen.url) or seen.url == home_url) and not _is_root(candidate.url):
        return "leads back to the home page"
    if site_of(seen.url) != site_of(home_url) and candidate.points < LEADS_AWAY_POINTS:
        return "leads to another site"
    if seen.look is not None:
        return _reads_otherwise(candidate, seen.look)
    return "" if candidate.clear else seen.error


def _reads_otherwise(candidate: Candidate, look: Look) -> str:
    """Why a page that was read is none."""
    never = look.page_state in {PageState.LOGIN_WALL, PageState.ERROR_PAGE}
    if never or (look.page_state is not PageState.OK and not candidate.clear):
        return f"is no policy: {look.page_evidence}"
    if look.page_state is PageState.OK and _is_another(candidate, look):
        return f'is another kind of page: "{look.title}"'
    return ""


def _is_another(candidate: Candidate, look: Look) -> bool:
    """Its title names other kinds, and neither the link nor the words of the text outweigh that."""
    other_title = bool(look.types) and candidate.terms_type not in look.types
    return other_title and (not candidate.clear or look.policy_words < FEW_POLICY_WORDS)


def _unread(candidate: Candidate, seen: Seen) -> Finding:
    """What names it is clear, but the page did not show itself."""
    why = seen.error or (seen.look.page_evidence if seen.look else "")
    return Finding(
        candidate.terms_type, seen.url, Confidence.DOUBTFUL, (candidate.evidence, f"could not be read: {why}")
    )


def _doubts(candidate: Candidate, look: Look, url: str, home_url: str) -> list[str]:
    doubts = [candidate.doubt] if candidate.doubt else []
    if look.page_state is not PageState.OK:
        doubts.append(look.page_evidence)
    if look.types and candidate.terms_type not in look.types:
        doubts.append(f"its title names another kind: {', '.join(sorted(look.types))}")
    if not look.types and look.policy_words < FEW_POLICY_WORDS:
        doubts.append("neither its title nor its words are those of a policy")
    if look.word_count < FEW_WORDS:
        doubts.append(f"it has {look.word_count} words only")
    if site_of(url) != site_of(home_url) and not look.names_service:
        doubts.append(f"it stands on {urlsplit(url).hostname} and does not name the service")
    return doubts


def _is_root(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query
