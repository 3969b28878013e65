"""Typed numbering at the head of a block ("3.1", "(a)", "IV.", "Article 5 -"), told apart from the words after it.

A number that belongs to the sentence stays with it: "30 days", "2.5 million", "25. Mai 2018", "(a) " alone.
"""

import re

_MARK = (
    r"\d{1,3}(?:\.\d{1,3}){1,5}\.?|\d{1,3}[.)]|\((?:\d{1,3}|[a-zA-Z]|[ivxlcIVXLC]{1,6})\)|[a-zA-Z][.)]|[IVXLC]{1,6}[.)]"
)
_NUMBER = re.compile(rf"({_MARK})\s+(?=\S)")
_NAMED = re.compile(
    r"((?:article|section|clause|artikel|abschnitt|art[ií]culo|articolo|artigo|§{1,2}|art\.)\s*"
    r"(?:\d{1,3}(?:\.\d{1,3}){0,4}|[IVXLC]{1,6}))\s*(?:[.:)]|[-–—](?=\s))?\s+(?=\S)",
    re.IGNORECASE,
)
_DATE_AFTER = re.compile(r"[^\W\d]{3,12}\.?,?\s+\d{4}\b")


def split_number(text: str, *, heading: bool = False) -> tuple[str, str]:
    """(number, the rest). The number is empty when the text has none; the rest is never empty unless the text is."""
    found = _NUMBER.match(text) or (_NAMED.match(text) if heading else None)
    if not found:
        return "", text
    rest = text[found.end() :]
    if _belongs_to_sentence(found[1], rest):
        return "", text
    return found[1], rest


def is_day(number: str, rest: str) -> bool:
    """Whether the number is the day of a date: "25." before "Mai 2018"."""
    return number[:1].isdigit() and _DATE_AFTER.match(rest) is not None


def _belongs_to_sentence(number: str, rest: str) -> bool:
    if is_day(number, rest):
        return True
    several_levels = number[0].isdigit() and number[-1].isdigit()
    return several_levels and rest[0].islower()
