"""Search over all confirmed versions of all policies: the passages with these words, and from when to when each stood.

What stands in the newest version comes first, and of that the newest wording; then what is gone, what stood last before the rest.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, case, cast, func, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session, joinedload

from monitor.errors import UsageError
from monitor.models import Passage, PassageVersion, Policy, Service, Version
from monitor.search.passages import INDEX, number_in_index
from monitor.search.sought import Snippet, Term, places, snippet
from monitor.search.spans import Sighted, Span, spans

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that has the words; `spans` are in the order of time, and there is at least one."""

    policy: Policy
    text: str
    snippet: Snippet
    spans: tuple[Span, ...]

    @property
    def stands(self) -> bool:
        return self.spans[-1].stands


@dataclass(frozen=True, slots=True)
class Found:
    """The first hits of a search, those of one policy together, and how many passages there are in all."""

    hits: tuple[Hit, ...]
    total: int


def search(session: Session, sought: Sequence[Term], policies: Collection[int] | None, limit: int) -> Found:
    """`policies`: only those with these ids."""
    wanted = passages_with(session, match(session, sought), policies)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    passages = in_order(session, wanted, limit)
    standing = standings(session, {passage.id: [passage] for passage in passages})
    hits = [
        Hit(passage.policy, passage.text, snippet(passage.text, places(sought, passage.text)), standing[passage.id])
        for passage in passages
    ]
    order = {policy: place for place, policy in reversed(list(enumerate(hit.policy.id for hit in hits)))}
    return Found(tuple(sorted(hits, key=lambda hit: order[hit.policy.id])), total)


def policies_of(session: Session, service: str) -> list[int]:
    """The ids of a service's policies: by its slug or a part of its name; UsageError when no service is called so."""
    rows = session.execute(select(Policy.id, Service.slug, Service.name).join(Service)).all()
    exact = [row.id for row in rows if service == row.slug]
    found = exact or [row.id for row in rows if service.casefold() in row.name.casefold()]
    if not found:
        raise UsageError(f"no service is called {service!r}; see `smallprint list`.")
    return found


def match(session: Session, sought: Sequence[Term]) -> ColumnElement[bool]:
    """The condition that a row of the index has the terms. Words are letters and digits alone: nothing in them is a sign."""
    if session.get_bind().dialect.name == "sqlite":
        return INDEX.c.words.op("MATCH", is_comparison=True)(_fts5(sought))
    return INDEX.c.words.op("@@", is_comparison=True)(cast(_tsquery(sought), TSQUERY))


def passages_with(session: Session, condition: ColumnElement[bool], policies: Collection[int] | None) -> Select[Any]:
    """The ids of passages that stand in a confirmed version."""
    hits = select(number_in_index(session)).where(condition)
    stands = select(PassageVersion.version_id).join(Version, Version.id == PassageVersion.version_id)
    stands = stands.where(PassageVersion.passage_id == Passage.id, Version.state == "confirmed")
    wanted = select(Passage.id).where(Passage.id.in_(hits), stands.exists())
    return wanted if policies is None else wanted.where(Passage.policy_id.in_(policies))


def in_order(session: Session, wanted: Select[Any], limit: int) -> Sequence[Passage]:
    """The first so many of the passages."""
    newest = (
        select(Version.policy_id, func.max(Version.number).label("number"))
        .where(Version.state == "confirmed")
        .group_by(Version.policy_id)
        .subquery()
    )
    last = func.max(Version.number)
    gone = case((last == newest.c.number, 0), else_=1)
    since = case((last == newest.c.number, func.min(Version.captured_at)), else_=func.max(Version.last_seen_at))
    ordered = (
        select(Passage.id)
        .join(PassageVersion, PassageVersion.passage_id == Passage.id)
        .join(Version, Version.id == PassageVersion.version_id)
        .join(newest, newest.c.policy_id == Passage.policy_id)
        .where(Passage.id.in_(wanted), Version.state == "confirmed")
        .group_by(Passage.id, newest.c.number)
        .order_by(gone, since.desc(), Passage.id)
        .limit(limit)
    )
    ids = session.scalars(ordered).all()
    found = select(Passage).where(Passage.id.in_(ids)).options(joinedload(Passage.policy))
    passages = {passage.id: passage for passage in session.scalars(found)}
    return [passages[number] for number in ids]


def standings(session: Session, groups: Mapping[Key, Sequence[Passage]]) -> Mapping[Key, tuple[Span, ...]]:
    """The spans in which any passage of a group stood; the passages of one group are of one policy."""
    passages = [passage for group in groups.values() for passage in group]
    having: dict[int, set[int]] = defaultdict(set)
    stands = select(PassageVersion).where(PassageVersion.passage_id.in_([passage.id for passage in passages]))
    for one in session.scalars(stands):
        having[one.passage_id].add(one.version_id)
    versions = _sighted(session, {passage.policy_id for passage in passages})
    return {
        key: spans(versions[group[0].policy_id], set().union(*(having[passage.id] for passage in group)))
        for key, group in groups.items()
    }


def _sighted(session: Session, policies: Collection[int]) -> Mapping[int, list[Sighted]]:
    """The id of each policy -> its confirmed versions, in their order."""
    found: dict[int, list[Sighted]] = defaultdict(list)
    times = Version.captured_at, Version.last_seen_at, Version.technical
    columns = select(Version.policy_id, Version.id, Version.number, *times)
    confirmed = columns.where(Version.policy_id.in_(policies), Version.state == "confirmed")
    for row in session.execute(confirmed.order_by(Version.number)):
        one = Sighted(row.id, row.number, row.captured_at, row.last_seen_at, row.technical)
        found[row.policy_id].append(one)
    return found


def _fts5(sought: Sequence[Term]) -> str:
    wanted = " AND ".join(_fts5_term(term) for term in sought if not term.unwanted)
    unwanted = " OR ".join(_fts5_term(term) for term in sought if term.unwanted)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _fts5_term(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.begins else ""}'


def _tsquery(sought: Sequence[Term]) -> str:
    return " & ".join(f"{'!' if term.unwanted else ''}({_tsquery_term(term)})" for term in sought)


def _tsquery_term(term: Term) -> str:
    return " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.begins else "")
