"""What a page says: phrases and statements found in its text, as whole words in comparison form."""

import re
from collections.abc import Iterable, Iterator

from monitor.extract.page import Page
from monitor.extract.state_statements import Statement
from monitor.extract.tree import count_words
from monitor.types import BlockKind
from monitor.words import comparison_key

HEAD_LINES = 3
_HEAD_LINE_WORDS = 16
_SENTENCE_WORDS = 45
_EVIDENCE_CHARACTERS = 120
_SENTENCE_END = re.compile(r" [.!?]+ ")


def padded(text: str) -> str:
    """The comparison form between spaces, so that phrases match whole words only."""
    return f" {comparison_key(text)} "


def first_said(phrases: Iterable[str], text: str) -> str:
    """The first of the phrases that the text has; `text` as from `padded`. Empty: none."""
    return next((phrase for phrase in phrases if f" {phrase} " in text), "")


def first_stated(statements: Iterable[Statement], lines: Iterable[str]) -> str:
    """The first sentence that makes one of the statements; empty: none does."""
    asked = tuple(statements)
    for sentence in _sentences(lines):
        if any(first_said(some, sentence) and first_said(others, sentence) for some, others in asked):
            return sentence.strip()[:_EVIDENCE_CHARACTERS]
    return ""


def head_lines(page: Page) -> list[str]:
    """Headings and short lines at the beginning: where error pages say what they are."""
    first = page.blocks[:HEAD_LINES]
    return [b.text for b in first if b.kind is BlockKind.HEADING or count_words(b.text) <= _HEAD_LINE_WORDS]


def headings(page: Page) -> list[str]:
    """Those at the beginning."""
    return [block.text for block in page.blocks[:HEAD_LINES] if block.kind is BlockKind.HEADING]


def _sentences(lines: Iterable[str]) -> Iterator[str]:
    """Short sentences, each padded."""
    for line in lines:
        for sentence in _SENTENCE_END.split(padded(line)):
            if len(sentence.split()) <= _SENTENCE_WORDS:
                yield f" {sentence.strip()} "
