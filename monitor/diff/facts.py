"""What one may look up and that changed: typed pairs, old and new, in the words of the page.

Types: date, duration, amount, age, email, phone, url, address (see `quantities.py`), party, data, use, law, country (`rules/facts.yaml`),
negation, modality, scope (any other name: a product, a feature, a place). A thing that the other document says elsewhere too has not come or gone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, zip_longest

from monitor.diff.days import same_date
from monitor.diff.mentions import NAMED_PARTY, mentions_of
from monitor.diff.page import Page
from monitor.diff.phrasing import WORDING, listed, wordings
from monitor.diff.places import Ranges, places
from monitor.diff.quantities import Mention
from monitor.diff.quiet import quiet_facts
from monitor.diff.revision import Revision
from monitor.diff.stated import stated_texts
from monitor.diff.turns import turns
from monitor.types import Fact, Significance
from monitor.words import comparison_key

_ORDER = (
    "date",
    "negation",
    "duration",
    "amount",
    "age",
    "email",
    "phone",
    "address",
    "party",
    "law",
    "country",
    "data",
    NAMED_PARTY,
    "use",
    "url",
    "modality",
    "scope",
    "cookie",
    WORDING,
)
FEW = 12
"""As many facts as a table for people may have, when nothing more telling is left."""
# So many facts of one kind are told before all kinds had their turn.
_A_TURN = 2
_CANDIDATES = 500  # changes of wording that are looked at; only rewrites have more
# Figures count wherever they stand; all else only where the other page does not say it at all.
_LOCAL = frozenset({"date", "duration", "amount", "age", "email", "phone", "url", "address", "negation"})

Sides = tuple[str | None, str | None]


def find_facts(judged: Sequence[tuple[Revision, Significance]], old: Page, new: Page) -> tuple[Fact, ...]:
    """The facts of all revisions with what these are worth, each once, the kinds that matter most first.

    Typed facts come all; short changes of wording, and then what is quiet, only while there are fewer than FEW.
    """
    telling = [revision for revision, level in judged if level >= Significance.DATE]
    found = [*_stated_moves(old, new), *(fact for revision in telling for fact in _facts_of(revision, old, new))]
    typed = _in_turns(_without_doubles(_each_once(found)))
    few = [*typed, *_untyped(judged, typed)] if len(typed) < FEW else typed
    shown = few[: max(FEW, len(typed))]
    return tuple(replace(fact, type="party") if fact.type == NAMED_PARTY else fact for fact in shown)


def _untyped(judged: Sequence[tuple[Revision, Significance]], typed: Sequence[Fact]) -> Iterator[Fact]:
    """Changes of wording, the short ones first, then what is quiet."""
    reworded = (revision for revision, level in judged if level > Significance.DATE)
    candidates = islice((fact for revision in reworded for fact in wordings(revision)), _CANDIDATES)
    phrases = [fact for fact in candidates if not _is_told(fact, typed)]
    yield from _each_once(sorted(phrases, key=lambda fact: fact.type != WORDING))
    quiet = (revision for revision, level in judged if level < Significance.DATE)
    yield from _each_once([fact for revision in quiet for fact in quiet_facts(revision)])


def _is_told(wording: Fact, found: Sequence[Fact]) -> bool:
    """Whether a typed fact says the same words, or more of them."""
    sides = [comparison_key(side) for side in (wording.old, wording.new) if side]
    return any(
        all(any(side in comparison_key(told) for told in (fact.old, fact.new) if told) for side in sides)
        for fact in found
        if fact.section == wording.section
    )


def _in_turns(facts: Sequence[Fact]) -> list[Fact]:
    """The kinds that matter most first; of each kind only a few before the others had their turn."""
    rank = {kind: place for place, kind in enumerate(_ORDER)}
    seen: Counter[str] = Counter()
    turns = []
    for fact in facts:
        turns.append(seen[fact.type] // _A_TURN)
        seen[fact.type] += 1
    order = sorted(range(len(facts)), key=lambda place: (turns[place], rank[facts[place].type], place))
    return [facts[place] for place in order]


def _without_doubles(facts: Sequence[Fact]) -> list[Fact]:
    """Without what a fact of a kind that matters more says already."""
    rank = {kind: place for place, kind in enumerate(_ORDER)}
    kept: list[Fact] = []
    said: set[Sides] = set()
    for fact in sorted(facts, key=lambda fact: rank[fact.type]):
        sides = (comparison_key(fact.old or ""), comparison_key(fact.new or ""))
        if sides not in said:
            kept.append(fact)
        said.add(sides)
    return kept


def _each_once(facts: Sequence[Fact]) -> list[Fact]:
    """Without repetitions, and without halves of a pair that is told as a pair."""
    paired = {
        (fact.type, comparison_key(side)) for fact in facts if fact.old and fact.new for side in (fact.old, fact.new)
    }
    told: dict[tuple[str, str, str], Fact] = {}
    for fact in facts:
        alone = not (fact.old and fact.new)
        if not alone or not _is_half(fact, paired):
            told.setdefault((fact.type, comparison_key(fact.old or ""), comparison_key(fact.new or "")), fact)
    return list(told.values())


def _is_half(fact: Fact, paired: Iterable[tuple[str, str]]) -> bool:
    """Its one side is in a pair, or is the sentence around the words of a pair."""
    key = comparison_key(fact.old or fact.new or "")
    whole = fact.type == "negation"
    return any(kind == fact.type and (side == key or (whole and side in key)) for kind, side in paired)


def _stated_moves(old: Page, new: Page) -> Iterator[Fact]:
    for was, became in zip_longest(stated_texts(old), stated_texts(new)):
        if was != became and not (was and became and same_date(was, became)):
            yield Fact("date", was, became)


def _facts_of(revision: Revision, old: Page, new: Page) -> Iterator[Fact]:
    if not revision.runs:
        return
    yield from turns(revision)
    yield from listed(revision)
    spots = places(revision.segments)
    before = _by_kind(mentions_of(revision.old, revision.quantities[0], old, new), Ranges([spot.old for spot in spots]))
    after = _by_kind(mentions_of(revision.new, revision.quantities[1], new, old), Ranges([spot.new for spot in spots]))
    for kind in (kind for kind in _ORDER if kind in before or kind in after):
        gone, come = _left(before[kind], after[kind]), _left(after[kind], before[kind])
        for was, became in _pairs(kind, gone, come, old, new):
            yield Fact(kind, was, became, revision.section)


Placed = tuple[str, int]
"""What a mention says, and the number of the changed place that it stands in."""


def _by_kind(mentions: Iterable[Mention], ranges: Ranges) -> dict[str, list[Placed]]:
    """The mentions that stand where the text changed."""
    found: dict[str, list[Placed]] = defaultdict(list)
    for mention in mentions:
        place = ranges.place_of(mention)
        if place is not None:
            found[mention.type].append((mention.text, place))
    return found


def _left(mine: Sequence[Placed], theirs: Sequence[Placed]) -> list[Placed]:
    """The mentions of `mine` that `theirs` has not, in order."""
    others = Counter(comparison_key(text) for text, _ in theirs)
    left = []
    for text, place in mine:
        if others[comparison_key(text)] > 0:
            others[comparison_key(text)] -= 1
        else:
            left.append((text, place))
    return left


def _pairs(kind: str, gone: Sequence[Placed], come: Sequence[Placed], old: Page, new: Page) -> Iterator[Sides]:
    """What stood in a place beside what stands there now; alone where only one side has something."""
    if kind not in _LOCAL:
        gone = [one for one in gone if not new.says(one[0])]
        come = [one for one in come if not old.says(one[0])]
    here: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for side, placed in enumerate((gone, come)):
        for text, place in placed:
            here[place][side].append(text)
    for _, sides in sorted(here.items()):
        for was, became in _beside(*sides):
            if kind != "date" or not (was and became and same_date(was, became)):
                yield was, became


def _beside(gone: Sequence[str], come: Sequence[str]) -> Iterator[Sides]:
    """In their order when there are as many on both sides; else nothing says which became which."""
    if len(gone) == len(come):
        yield from zip(gone, come, strict=True)
    else:
        yield from ((was, None) for was in gone)
        yield from ((None, became) for became in come)
