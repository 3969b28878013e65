"""When a sentence first appeared in a policy, and when it last stood; the nearest passage when it stands nowhere.

The same words inside a longer sentence may say the opposite ("in no event do we ..."): each such sentence is told by itself.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from monitor.errors import UsageError
from monitor.models import Passage, Policy
from monitor.search.searching import match, passages_with, standings
from monitor.search.sought import Term, places
from monitor.search.spans import Span
from monitor.words import comparison_key, sought_words

LOOKED_AT = 2_000  # passages that a near one is chosen from
TELLING_WORDS = 6  # the longest ones, which the fewest other passages have
NEAR_ENOUGH = 70  # of 100: below it the words are about something else
_CLOSING = " .!?;:,"
_SENTENCE_END = re.compile(r"""(?<=[.!?؟])["'”’»)\]]*\s+|(?<=[。！？।])["”’」』)]*""")


@dataclass(frozen=True, slots=True)
class Stood:
    """A sentence in a policy, over all passages that it stood in. `whole`: it is what was asked for, else it is longer."""

    policy: Policy
    text: str
    spans: tuple[Span, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Near:
    """The passage that is most like a sentence that stands nowhere; `likeness` of 100."""

    stood: Stood
    likeness: float


def stood(session: Session, sentence: str, policies: Collection[int] | None) -> list[Stood]:
    """Where this sentence stands or stood: the same words and signs; quotes, dashes and letter case do not count.

    First where it is a sentence by itself, then each longer one that has its words in a row.
    """
    term, key = Term(_words(sentence)), _key(sentence)
    wanted = passages_with(session, match(session, [term]), policies)
    found = select(Passage).where(Passage.id.in_(wanted)).options(joinedload(Passage.policy)).order_by(Passage.id)
    texts: dict[tuple[int, str], str] = {}
    passages: dict[tuple[int, str], list[Passage]] = defaultdict(list)
    for passage in session.scalars(found):
        for text in sentences_with(term, passage.text):
            if f" {key} " in f" {_key(text)} ":
                texts[passage.policy_id, _key(text)] = text
                passages[passage.policy_id, _key(text)].append(passage)
    standing = standings(session, passages)
    alike = [Stood(passages[one][0].policy, text, standing[one], whole=one[1] == key) for one, text in texts.items()]
    return sorted(alike, key=lambda one: (not one.whole, not one.spans[-1].stands, one.policy.slug))


def nearest(session: Session, sentence: str, policies: Collection[int] | None) -> Near | None:
    """None when nothing is like it."""
    key = comparison_key(sentence)
    scored = (
        (_likeness(key, comparison_key(passage.text)), passage) for passage in _alike(session, sentence, policies)
    )
    likeness, passage = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if passage is None or likeness < NEAR_ENOUGH:
        return None
    [standing] = standings(session, {passage.id: [passage]}).values()
    return Near(Stood(passage.policy, passage.text, standing, whole=False), likeness)


def _likeness(sentence: str, passage: str) -> float:
    """Of the sentence and the part of the passage that is most like it."""
    return (fuzz.partial_ratio if len(passage) >= len(sentence) else fuzz.ratio)(sentence, passage)


def _words(sentence: str) -> tuple[str, ...]:
    words = tuple(word for _, _, word in sought_words(sentence))
    if not words:
        raise UsageError(f"a sentence was wanted, {sentence!r} came, which has no word.")
    return words


def _key(sentence: str) -> str:
    return comparison_key(sentence).rstrip(_CLOSING)


def sentences_with(term: Term, passage: str) -> Iterator[str]:
    """Each whole sentence of a passage, or sentences in a row, that the words of the term stand in."""
    bounds = [0, *_sentence_ends(passage), len(passage)]
    for start, end in places([term], passage):
        first, last = max(one for one in bounds if one <= start), min(one for one in bounds if one >= end)
        yield passage[first:last].strip()


def _sentence_ends(passage: str) -> Iterator[int]:
    """A sign before a small letter or a digit ends none: `e.g. we`, `No. 5`. Too long a sentence misleads less than too short a one."""
    for found in _SENTENCE_END.finditer(passage):
        following = passage[found.end() : found.end() + 1]
        if not (following.islower() or following.isdigit()):
            yield found.end()


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
