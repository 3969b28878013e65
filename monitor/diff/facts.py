"""What one may look up and that changed: typed pairs, old and new, in the words of the page.

Types: date, duration, amount, age, email, phone, url, address (see `quantities.py`), party, data, use, law, country (`rules/facts.yaml`),
negation, modality, scope (any other name: a product, a feature, a place). A thing that the other document says elsewhere too has not come or gone.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from monitor.diff.days import same_date
from monitor.diff.page import Page
from monitor.diff.quantities import Mention
from monitor.diff.revision import Revision, Run
from monitor.diff.stated import stated_texts
from monitor.diff.tables import lexicon
from monitor.diff.wording import tokens
from monitor.types import Fact
from monitor.words import comparison_key

# A bare name among partners: told as a party, after all that is surer.
_NAMED_PARTY = "named party"
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
    _NAMED_PARTY,
    "use",
    "url",
    "modality",
    "scope",
)
_WORDS = {"party": "recipients", "data": "data", "use": "uses", "law": "laws", "country": "countries"}
# Figures count wherever they stand; all else only where the other page does not say it at all.
_LOCAL = frozenset({"date", "duration", "amount", "age", "email", "phone", "url", "address", "negation"})
_COMPANY = re.compile(
    r"\b(?:[A-Z][\w&.'-]{0,30},? (?:(?:of|and|de|&) )?){1,5}(?:Inc|LLC|L\.L\.C|Ltd|Limited|GmbH|Corp|Corporation|B\.V|N\.V|S\.A\.S|S\.A|SAS|SARL|S\.à r\.l|S\.r\.l|S\.L|S\.p\.A|AG|AB|Oy|PLC|plc|Pte|Pty|LLP|KK)\b\.?"
)
_LAW = re.compile(
    r"\b(?:[A-Z][\w'-]{1,25} (?:(?:of|and|on|for|the) ){0,2}){1,6}(?:Act|Regulations?|Directive|Code|Law|Ordinance|Statute)\b(?: (?:of )?\d{4})?|\b(?:Regulation|Directive|Règlement|Verordnung|Reglamento|Regolamento|Directive|Richtlinie) \((?:EU|EC|UE|EG)\) (?:No\.? )?\d{1,4}/\d{1,4}"
    r"|\b(?:courts?|laws?) (?:of|in|located in) (?:the )?(?:(?:State|Republic|Kingdom|County|City) of )?[A-Z][a-z]{2,20}(?: [A-Z][a-z]{2,20}){0,2}|\b[A-Z][a-z]{2,15} County(?:, [A-Z][a-z]{2,15})?"
)
_NAME = re.compile(r"(?<=[a-z,(] )[A-Z][\w-]{2,25}(?: [A-Z][\w-]{1,25}){0,2}\b")
_PROMISE = re.compile(r"\b[Ww]e (?:(?:do|will|shall|would|can) not|don['’]t|won['’]t|never|cannot) [^.;\n]{5,120}")
# Longer runs are new sentences; what turns in them is told by the redline.
_SHORT_RUN = 4


def find_facts(revisions: Sequence[Revision], old: Page, new: Page) -> tuple[Fact, ...]:
    """The facts of all revisions, each once, the kinds that matter most first."""
    found = [*_stated_moves(old, new), *(fact for revision in revisions for fact in _facts_of(revision, old, new))]
    rank = {kind: place for place, kind in enumerate(_ORDER)}
    ordered = sorted(_each_once(found), key=lambda fact: rank[fact.type])
    return tuple(replace(fact, type="party") if fact.type == _NAMED_PARTY else fact for fact in ordered)


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
    yield from _turns(revision)
    before, after = (
        _by_type(text, mentions)
        for text, mentions in zip((revision.old, revision.new), revision.quantities, strict=True)
    )
    for kind in _ORDER:
        gone, come = _left(before[kind], after[kind]), _left(after[kind], before[kind])
        for was, became in _pairs(kind, gone, come, old, new):
            yield Fact(kind, was, became, revision.section)


def _by_type(text: str, quantities: Iterable[Mention]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for mention in [*quantities, *_named(text)]:
        found[mention.type].append(mention.text)
    return found


def _named(text: str) -> Iterator[Mention]:
    for kind, pattern in (("party", _COMPANY), ("law", _LAW), ("negation", _PROMISE)):
        yield from (Mention(kind, match[0], *match.span()) for match in pattern.finditer(text))
    places = tokens(text)
    words = [token.word for token in places]
    for kind, part in _WORDS.items():
        for hit in lexicon("facts", part).find(words):
            start, end = places[hit.start].start, places[hit.end - 1].end
            yield Mention(kind, text[start:end], start, end)
    named = _NAMED_PARTY if _speaks_of_partners(words) else "scope"
    yield from (Mention(named, match[0], *match.span()) for match in _NAME.finditer(text) if not match[0].isupper())


def _speaks_of_partners(words: Sequence[str]) -> bool:
    """The text is about those who get or set something, so that a name in it is one of them."""
    return not {"sharing", "trackers"}.isdisjoint(lexicon("topics", "words").labels(words))


def _left(mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """The mentions of `mine` that `theirs` has not, in order."""
    others = Counter(map(comparison_key, theirs))
    left = []
    for text in mine:
        if others[comparison_key(text)] > 0:
            others[comparison_key(text)] -= 1
        else:
            left.append(text)
    return left


def _pairs(
    kind: str, gone: Sequence[str], come: Sequence[str], old: Page, new: Page
) -> Iterator[tuple[str | None, str | None]]:
    if kind not in _LOCAL:
        gone = [text for text in gone if not new.says(text)]
        come = [text for text in come if not old.says(text)]
    for was, became in zip_longest(gone, come):
        if kind != "date" or not (was and became and same_date(was, became)):
            yield was, became


def _turns(revision: Revision) -> Iterator[Fact]:
    """Negations and modal words that came or went within a sentence that stands on both sides, with the words around them."""
    if revision.one_sided:
        return
    for run in revision.runs:
        kind = next((kind for kind in ("negation", "modality") if _turning(kind, run)), None)
        if kind:
            old, new = (" ".join((*run.before, *side, *run.after)) for side in (run.gone, run.come))
            yield Fact(kind, old, new, revision.section)


def _turning(kind: str, run: Run) -> bool:
    """A short run in which such a word came, went or became another."""
    lookup = lexicon("words", kind)
    return max(len(run.gone), len(run.come)) <= _SHORT_RUN and Counter(lookup.labels(run.gone)) != Counter(
        lookup.labels(run.come)
    )
