"""Numbers that name a place in a document: marks before a clause, and references to another clause.

A mark is dress. A reference is dress only while it leads where it led: when the clause itself got the new number.
"""

import re
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Indel

from monitor.diff.page import Page
from monitor.diff.rule_files import remembered, table
from monitor.diff.tables import lexicon
from monitor.diff.wording import meaning_words

_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)[\s©]{0,3}\d{4}(?:\s?[-–,]\s?\d{4})?", re.IGNORECASE)
_LEVELS = r"\d{1,3}(?:\.\d{1,3}){0,5}"
_GAP = r"[^\S\n]{1,20}"
_NO_DATE = r"(?![^\W\d_]{3,12}\.?,?\s\d{4}\b)"
_FIGURES = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,5}")
_JOINTS = frozenset(
    {"and", "or", "to", "through", "et", "ou", "à", "und", "oder", "bis", "y", "o", "a", "e", "en", "of", "tot"}
)
_VERSION_LINE_WORDS = 8
# Of two clauses with one number the same from this likeness on.
_SAME_CLAUSE = 0.66
_CLAUSE_WORDS = 40


def without_marks(text: str) -> str:
    """Each line without the number, letter or bullet typed before it, and without years of copyright."""
    return _marks().sub("", _COPYRIGHT.sub(" ", text))


def without_references(text: str) -> list[str]:
    """The words of a text without marks and without the numbers of references."""
    words = _words(text)
    numbers = set(_reference_places(words))
    return [word for place, word in enumerate(words) if place not in numbers]


def is_version_line(text: str) -> bool:
    """The text names the version of the document and says no more."""
    words = _words(text)
    return len(words) <= _VERSION_LINE_WORDS and "version" in words and not lexicon("words", "normative").has(words)


def still_lead_there(old_text: str, new_text: str, old: Page, new: Page) -> bool:
    """Each reference that changed leads to the clause it led to, which got the new number itself."""
    before, after = references(old_text), references(new_text)
    changed = [(was, became) for was, became in zip(before, after, strict=False) if was != became]
    return len(before) == len(after) and all(_is_followed(was, became, old, new) for was, became in changed)


def references(text: str) -> list[str]:
    """The numbers of references, in order."""
    words = _words(text)
    return [words[place] for place in _reference_places(words)]


def _words(text: str) -> list[str]:
    return meaning_words(without_marks(text).replace("§", " section "))


def _reference_places(words: Sequence[str]) -> Iterator[int]:
    """Numbers after `section` and the like, also several joined by `and`."""
    named = {hit.end for hit in lexicon("words", "reference").find(words)}
    for place, word in enumerate(words):
        if word[0].isdigit() and (place in named or (place - 2 in named and words[place - 1] in _JOINTS)):
            named.add(place)
            yield place


def _is_followed(was: str, became: str, old: Page, new: Page) -> bool:
    """The clause of that number has the other number now, and no clause of the first number still says the same."""
    clauses = list(_clauses(was, old))
    return _any_alike(clauses, _clauses(became, new)) and not _any_alike(clauses, _clauses(was, new))


def _clauses(number: str, page: Page) -> Iterator[Sequence[str]]:
    """The words of the blocks that have this number."""
    for block, words in zip(page.blocks, page.side.words, strict=True):
        if number == _plain_number(block.number):
            yield words[:_CLAUSE_WORDS]


def _any_alike(clauses: Sequence[Sequence[str]], others: Iterator[Sequence[str]]) -> bool:
    return any(
        Indel.normalized_similarity(clause, other, score_cutoff=_SAME_CLAUSE) > 0
        for other in others
        for clause in clauses
    )


def _plain_number(number: str) -> str:
    found = _FIGURES.search(number)
    return found[0] if found else ""


@remembered
def _marks() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for names in table("words", "reference").values() for name in names)
    return re.compile(
        rf"""^[^\S\n]{{0,20}}(?:
            [(\[]?(?:{_LEVELS}|[a-z]|[ivxl]{{1,7}})[.)\]:]{{1,2}}{_GAP}{_NO_DATE}  # 1. (a) iv) 3.1:
            | \d{{1,3}}(?:\.\d{{1,3}}){{1,5}}{_GAP}(?=["“(]?(?-i:[A-ZÀ-Þ][a-zß-ÿ]))    # 3.1 Sharing, not 2.5 GB
            | (?:§|{names})\s?{_LEVELS}\s?[.:)–—-]{_GAP}                           # Article 5 -
            | o{_GAP}(?=\S)                                                        # a bullet of a word processor
        )""",
        re.IGNORECASE | re.VERBOSE | re.MULTILINE,
    )
