"""When a sentence first appeared in a policy, and when it last stood; the nearest passage when it stands nowhere."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from monitor.errors import UsageError
from monitor.models import Passage, PassageVersion, Policy
from monitor.search.searching import match, passages_with, sighted, standings
from monitor.search.sought import Term
from monitor.search.spans import Span, spans
from monitor.words import comparison_key, sought_words

LOOKED_AT = 2_000  # passages that a near one is chosen from
TELLING_WORDS = 6  # the longest ones, which the fewest other passages have
NEAR_ENOUGH = 70  # of 100: below it the words are about something else
_CLOSING = " .!?;:,"


@dataclass(frozen=True, slots=True)
class Stood:
    """A sentence in a policy, over all passages that it stood in; `text` is the newest of them."""

    policy: Policy
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """The passage that is most like a sentence that stands nowhere; `likeness` of 100."""

    stood: Stood
    likeness: float


def stood(session: Session, sentence: str, policies: Collection[int] | None) -> list[Stood]:
    """The policies that have, or had, this sentence: the same words and signs; quotes, dashes and letter case do not count."""
    wanted = passages_with(session, match(session, [Term(_words(sentence))]), policies)
    key = comparison_key(sentence).rstrip(_CLOSING)
    by_policy: dict[int, list[Passage]] = defaultdict(list)
    found = select(Passage).where(Passage.id.in_(wanted)).options(joinedload(Passage.policy)).order_by(Passage.id)
    for passage in session.scalars(found):
        if key in comparison_key(passage.text):
            by_policy[passage.policy_id].append(passage)
    found_in = [_together(session, passages) for passages in by_policy.values()]
    return sorted(found_in, key=lambda one: (not one.spans[-1].stands, one.policy.slug))


def nearest(session: Session, sentence: str, policies: Collection[int] | None) -> Near | None:
    """None when nothing is like it."""
    key = comparison_key(sentence)
    scored = (
        (_likeness(key, comparison_key(passage.text)), passage) for passage in _alike(session, sentence, policies)
    )
    likeness, passage = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if passage is None or likeness < NEAR_ENOUGH:
        return None
    return Near(Stood(passage.policy, passage.text, standings(session, [passage])[passage.id]), likeness)


def _likeness(sentence: str, passage: str) -> float:
    """Of the sentence and the part of the passage that is most like it."""
    return (fuzz.partial_ratio if len(passage) >= len(sentence) else fuzz.ratio)(sentence, passage)


def _words(sentence: str) -> tuple[str, ...]:
    words = tuple(word for _, _, word in sought_words(sentence))
    if not words:
        raise UsageError(f"a sentence was wanted, {sentence!r} came, which has no word.")
    return words


def _together(session: Session, passages: Sequence[Passage]) -> Stood:
    newest = passages[-1]
    having = select(PassageVersion.version_id).where(
        PassageVersion.passage_id.in_([passage.id for passage in passages])
    )
    versions = sighted(session, [newest.policy_id])[newest.policy_id]
    return Stood(newest.policy, newest.text, spans(versions, set(session.scalars(having))))


def _alike(session: Session, sentence: str, policies: Collection[int] | None) -> Sequence[Passage]:
    """Passages with as many of the sentence's telling words as any has, the newest first."""
    telling = sorted(set(_words(sentence)), key=len, reverse=True)[:TELLING_WORDS]
    for number in range(len(telling), 0, -1):
        asked = [match(session, [Term((word,)) for word in words]) for words in combinations(telling, number)]
        wanted = passages_with(session, or_(*asked), policies)
        found = select(Passage).where(Passage.id.in_(wanted)).options(joinedload(Passage.policy))
        passages = session.scalars(found.order_by(Passage.id.desc()).limit(LOOKED_AT)).all()
        if passages:
            return passages
    return ()
