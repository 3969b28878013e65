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
from monitor.diff.quantities import Mention, find_quantities, without
from monitor.diff.redline import redline
from monitor.diff.references import still_lead_there
from monitor.diff.tables import lexicon
from monitor.diff.wording import MOVED_WORDS, letters, meaning_words, ngrams, places_within, stretches
from monitor.types import Block, EditKind, Segment

_MAX_CELLS = 100_000_000
_CONTEXT = 8


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

    `at_page_end`: it stands in one of the first or last blocks. `in_edge_run`: a whole menu or footer came or went with it.
    `reordered`: some words changed their place. `set_aside`: some words stand beside the policy on the other page. `strange`: changed words that the other document uses nowhere.
    """

    pairing: Pairing
    kind: EditKind
    old: str
    new: str
    section: str
    old_section: str
    blocks: tuple[Block, ...]
    at_edge: bool
    at_page_end: bool
    in_edge_run: bool
    in_menu: bool
    repeats_heading: bool
    in_contents: bool
    runs: tuple[Run, ...]
    reordered: bool
    set_aside: bool
    references_hold: bool
    strange: frozenset[str]

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The redline."""
        return redline(self.old, self.new)

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
    kept = _left_on_page(runs, pairing, old, new)
    return Revision(
        pairing=pairing,
        kind=kind_of(pairing),
        old=old_text,
        new=new_text,
        section=section_of(pairing, old, new),
        old_section=old.sections[pairing.old[0]] if pairing.old else "",
        blocks=tuple(page.blocks[place] for place in places),
        at_edge=all(place not in page.body for place in places) and not _is_reworded(old_text, new_text, page, places),
        at_page_end=all(place in page.ends for place in places),
        in_edge_run=bool(places) and page.menus.issuperset(places) and not (pairing.old and pairing.new),
        in_menu=all(page.in_menu(place) for place in places),
        repeats_heading=all(page.repeats_heading(place) for place in places),
        in_contents=old.contents.issuperset(pairing.old) and new.contents.issuperset(pairing.new),
        runs=kept,
        reordered=reordered,
        set_aside=kept != runs,
        references_hold=still_lead_there(old_text, new_text, old, new),
        strange=_strange(kept, old, new),
    )


def _is_reworded(old_text: str, new_text: str, page: Page, places: Sequence[int]) -> bool:
    """The text stood here before in other words, and leads nowhere: page furniture comes, goes, or is a link."""
    if not old_text or not new_text or any(page.blocks[place].links for place in places):
        return False
    old, new = (set(meaning_words(without(text, find_quantities(text)))) for text in (old_text, new_text))
    shared = sorted(old & new)
    return len(list(lexicon("words", "light").find(shared))) < len(shared)


def _left_on_page(runs: tuple[Run, ...], pairing: Pairing, old: Page, new: Page) -> tuple[Run, ...]:
    """The runs without the words that stand beside the policy on the other page."""
    if (not pairing.new and old.set_aside.issuperset(pairing.old)) or (
        not pairing.old and new.set_aside.issuperset(pairing.new)
    ):
        return ()
    left = (replace(run, gone=old.left_for.without(run.gone), come=new.left_for.without(run.come)) for run in runs)
    return tuple(run for run in left if run.gone or run.come)


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
    other = [run for run in raw if letters(run.gone) != letters(run.come)]
    runs = [replace(run, gone=_not_in(run.gone, new, old), come=_not_in(run.come, old, new)) for run in other]
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


def _not_in(words: tuple[str, ...], page: Page, own: Page) -> tuple[str, ...]:
    """The words that did not merely move: no run of words of the other page covers them, however its words are joined or split.

    A run proves a move when it stands there at least as often as here. Where it stood all along it proves nothing: of two
    equal clauses one is gone.
    """
    if len(words) < MOVED_WORDS:
        return words
    covered: set[int] = set()
    for start, run in enumerate(ngrams(words, MOVED_WORDS)):
        if 0 < page.runs[run] >= own.runs[run]:
            covered.update(range(start, start + MOVED_WORDS))
    if len(covered) < len(words):
        for place, stretch in enumerate(stretches(words)):
            if 0 < page.lettered[stretch] >= own.lettered[stretch]:
                covered.update(places_within(words, place))
    return tuple(word for place, word in enumerate(words) if place not in covered)
