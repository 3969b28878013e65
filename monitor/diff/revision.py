"""A pairing of changed blocks made ready for judgement: what it says, where it stands, and which words are really new or gone.

Words that only moved are left out: a run that stands in the other document too, wherever that is, is neither new nor gone.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from rapidfuzz.distance import LCSseq

from monitor.diff.align import Pairing
from monitor.diff.page import Page, is_prose
from monitor.diff.quantities import Mention, find_quantities
from monitor.diff.wording import MOVED_WORDS, meaning_words, ngrams
from monitor.types import Block, BlockKind, EditKind

_MAX_CELLS = 100_000_000
_CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words that were replaced: gone on one side, come on the other; between them a few words that stayed."""

    gone: tuple[str, ...]
    come: tuple[str, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Revision:
    """What changed in one place. `old` and `new` are texts, blocks joined by line breaks; empty on the missing side.

    `reordered`: some words changed their place. `strange`: changed words that the other document uses nowhere.
    """

    kind: EditKind
    old: str
    new: str
    section: str
    old_section: str
    blocks: tuple[Block, ...]
    at_edge: bool
    in_menu: bool
    repeats_heading: bool
    runs: tuple[Run, ...]
    reordered: bool
    strange: frozenset[str]

    @cached_property
    def gone(self) -> Counter[str]:
        """Words taken away, those that came again in the same place left out."""
        return self._all_gone - self._all_come

    @cached_property
    def come(self) -> Counter[str]:
        return self._all_come - self._all_gone

    @cached_property
    def _all_gone(self) -> Counter[str]:
        return Counter(word for run in self.runs for word in run.gone)

    @cached_property
    def _all_come(self) -> Counter[str]:
        return Counter(word for run in self.runs for word in run.come)

    @cached_property
    def changed_words(self) -> list[str]:
        return [word for run in self.runs for word in (*run.gone, *run.come)]

    @cached_property
    def quantities(self) -> tuple[list[Mention], list[Mention]]:
        return find_quantities(self.old), find_quantities(self.new)

    @property
    def mentions(self) -> list[Mention]:
        """The quantities of both sides."""
        return [*self.quantities[0], *self.quantities[1]]

    @cached_property
    def prose(self) -> bool:
        return any(is_prose(text, meaning_words(text)) for text in (self.old, self.new) if text)

    @property
    def one_sided(self) -> bool:
        return not self.old or not self.new


def revise(pairing: Pairing, old: Page, new: Page) -> Revision:
    """The revision of one pairing."""
    old_text, new_text = text_of(old, pairing.old), text_of(new, pairing.new)
    page, places = (new, pairing.new) if pairing.new else (old, pairing.old)
    runs, reordered = _runs(old_text, new_text, old, new)
    return Revision(
        kind=kind_of(pairing),
        old=old_text,
        new=new_text,
        section=section_of(pairing, old, new),
        old_section=old.sections[pairing.old[0]] if pairing.old else "",
        blocks=tuple(page.blocks[place] for place in places),
        at_edge=all(place not in page.body for place in places),
        in_menu=all(page.in_menu(place) for place in places),
        repeats_heading=all(
            page.side.keys[place] in page.headings and page.blocks[place].kind is not BlockKind.HEADING
            for place in places
        ),
        runs=runs,
        reordered=reordered,
        strange=_strange(runs, old, new),
    )


def _strange(runs: Sequence[Run], old: Page, new: Page) -> frozenset[str]:
    gone = {word for run in runs for word in run.gone if word not in new.vocabulary}
    return frozenset(gone | {word for run in runs for word in run.come if word not in old.vocabulary})


def kind_of(pairing: Pairing) -> EditKind:
    if not pairing.old:
        return EditKind.INSERT
    if not pairing.new:
        return EditKind.DELETE
    return EditKind.MOVE if pairing.moved else EditKind.REPLACE


def text_of(page: Page, places: Sequence[int]) -> str:
    """The texts of some blocks, a line each."""
    return "\n".join(page.blocks[place].text for place in places)


def section_of(pairing: Pairing, old: Page, new: Page) -> str:
    """The section of the new document; of what was deleted, the old one's."""
    return new.sections[pairing.new[0]] if pairing.new else old.sections[pairing.old[0]]


def _runs(old_text: str, new_text: str, old: Page, new: Page) -> tuple[tuple[Run, ...], bool]:
    """The runs that changed and did not merely move; and whether any words only changed their order."""
    raw = list(_raw_runs(meaning_words(old_text), meaning_words(new_text)))
    runs = [replace(run, gone=_not_in(run.gone, new), come=_not_in(run.come, old)) for run in raw]
    kept = tuple(run for run in runs if run.gone or run.come)
    return kept, bool(raw)


def _raw_runs(old: list[str], new: list[str]) -> Iterator[Run]:
    if len(old) * len(new) > _MAX_CELLS:
        yield Run(tuple(old), tuple(new))
        return
    for equal, group in groupby(LCSseq.opcodes(old, new), key=lambda block: block.tag == "equal"):
        if not equal:
            blocks = list(group)
            first, last = blocks[0], blocks[-1]
            yield Run(
                tuple(old[first.src_start : last.src_end]),
                tuple(new[first.dest_start : last.dest_end]),
                tuple(old[max(0, first.src_start - _CONTEXT) : first.src_start]),
                tuple(old[last.src_end : last.src_end + _CONTEXT]),
            )


def _not_in(words: tuple[str, ...], page: Page) -> tuple[str, ...]:
    """The words that no run of words of the page covers."""
    if len(words) < MOVED_WORDS:
        return words
    covered: set[int] = set()
    for start, run in enumerate(ngrams(words, MOVED_WORDS)):
        if run in page.runs:
            covered.update(range(start, start + MOVED_WORDS))
    return tuple(word for place, word in enumerate(words) if place not in covered)
