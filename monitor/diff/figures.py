"""Figures of one kind that changed in one place, as amounts that can be compared: 30 days and 2 months, $15 and $25."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.diff.quantities import Mention
from monitor.diff.revision import Revision
from monitor.diff.tables import lexicon
from monitor.diff.wording import meaning_words

_AROUND = 14  # words before and after a figure that may say what it measures
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_DECIMALS = re.compile(r"[.,](\d{1,2})$")


@dataclass(frozen=True, slots=True)
class MovedFigure:
    """A figure that became another: whether it grew, the words around the new one, and its place among them."""

    grew: bool
    around: tuple[str, ...]
    place: int


def moved_figures(revision: Revision) -> Iterator[MovedFigure]:
    """The durations and amounts of a reworded text that changed, paired in their order."""
    if revision.one_sided:
        return
    for kind in ("duration", "amount"):
        old, new = (_changed(side, other, kind) for side, other in _both_ways(revision.quantities))
        for was, became in zip(old, new, strict=False):
            before, after = value_of(was.text), value_of(became.text)
            if before is not None and after is not None and before != after and len(old) == len(new):
                around, place = _around(revision.new, became)
                yield MovedFigure(after > before, around, place)


def value_of(text: str) -> float | None:
    """A duration in days, an amount in its own unit; None when the text names no number."""
    number = _number(text)
    if number is None:
        return None
    unit = next(iter(lexicon("figures", "days").labels(meaning_words(text))), "1")
    return number * float(unit)


def _number(text: str) -> float | None:
    digits = _DIGITS.search(text)
    if digits:
        whole = _DECIMALS.sub(r"!\1", digits[0]).replace(".", "").replace(",", "")
        return float(whole.replace("!", "."))
    spelled = lexicon("figures", "numbers").labels(meaning_words(text))
    return float(spelled[0]) if spelled else None


def _both_ways(sides: tuple[list[Mention], list[Mention]]) -> Iterator[tuple[list[Mention], list[Mention]]]:
    old, new = sides
    yield old, new
    yield new, old


def _changed(mine: Sequence[Mention], theirs: Sequence[Mention], kind: str) -> list[Mention]:
    others = {mention.text.casefold() for mention in theirs if mention.type == kind}
    return [mention for mention in mine if mention.type == kind and mention.text.casefold() not in others]


def _around(text: str, mention: Mention) -> tuple[tuple[str, ...], int]:
    before, after = meaning_words(text[: mention.start])[-_AROUND:], meaning_words(text[mention.end :])[:_AROUND]
    return (*before, *after), len(before)
