"""Two documents, their difference, and what people call them: the one structure that all renderings are made from."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from monitor.diff.sections import JOINT
from monitor.rendering import words
from monitor.rendering.cleaning import one_line
from monitor.rendering.telling import ToldEdit
from monitor.types import BlockKind, Document, DocumentDiff
from monitor.words import comparison_key


@dataclass(frozen=True)
class Comparison:
    """`diff` is what `compare` gave for `old` and `new`.

    `name` is what the policy is called, `old_name` and `new_name` say which two states of it these are. `seen_at` is when
    the new one was captured, an aware UTC moment, None when that is not known. `remarks` are sentences that a reader is to
    know beside the dates.
    """

    name: str
    old_name: str
    new_name: str
    old: Document
    new: Document
    diff: DocumentDiff
    seen_at: datetime | None = None
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The policy's name in one line; the page's title, or "Policy", where there is none."""
        return one_line(self.name) or one_line(self.new.title) or one_line(self.old.title) or "Policy"

    @property
    def level(self) -> str:
        """`SUBSTANTIVE - worse for the reader - silent change`."""
        diff = self.diff
        return words.level(diff.significance.word, words.FOR_THE_READER[diff.direction], silent=diff.silent)

    @property
    def states(self) -> tuple[tuple[str, str], ...]:
        """Which two states of the policy are compared: (`Old`, its name), (`New`, its name)."""
        return ("Old", one_line(self.old_name)), ("New", one_line(self.new_name))

    def placed(self, told: ToldEdit) -> ToldEdit:
        """The edit with its sections as `place` says them."""
        moved_from = self.place(told.moved_from) if told.moved_from else ""
        return replace(told, section=self.place(told.section), moved_from=moved_from)

    def place(self, section: str) -> str:
        """The section for a line of its own: the innermost two of its headings, the page's title left out."""
        first, _, inner = section.partition(JOINT)
        return words.near(inner if inner and comparison_key(first) in self._titles else section) or words.BEGINNING

    @cached_property
    def _titles(self) -> frozenset[str]:
        """What both pages are headed with: their titles, and the heading that stands above all others."""
        highest = (_highest(document) for document in (self.old, self.new))
        named = [self.old.title, self.new.title, *(headings[0] for headings in highest if len(headings) == 1)]
        return frozenset(map(comparison_key, named))


def _highest(document: Document) -> list[str]:
    headings = [block for block in document.blocks if block.kind is BlockKind.HEADING]
    least = min((heading.level for heading in headings), default=0)
    return [heading.text for heading in headings if heading.level == least]
