"""Volatile blocks are learned: a place that differs again and again is set apart once it has proved itself, visibly.

A place lies between two blocks that stay. It has proved itself when it differed three times within half a year and at
most fetches since the first; so a clause that is edited once, or twice in a year, never is taken for one. Lines with a
stated date are never set apart: their moves are news. Nor is a passage that makes up much of the text: it is the policy.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from rapidfuzz.distance import LCSseq

from monitor.decide.state import PolicyState, Slot
from monitor.types import Block, BlockKind, Document, StatedDate, StatedDates
from monitor.words import comparison_key

CHANGES = 3
FETCHES = 5  # three times in so many fetches is "at most fetches"
WITHIN = timedelta(days=183)  # the fetches of an old archive may be months apart, and each shows another edit
MOST_BLOCKS = 3  # a longer passage that differs is the policy's
MOST_SHARE = 0.2  # of the words; likewise
MOST_SLOTS = 20
_WORDINGS = 8
_SAMPLE = 160


@dataclass(frozen=True, slots=True)
class Place:
    """Where two documents differ: the keys around, and the blocks between them in the new one."""

    before: str
    after: str
    old: Sequence[Block]
    new: Sequence[Block]
    section: str


def learn(state: PolicyState, base: Document, document: Document, at: datetime) -> tuple[tuple[Slot, ...], PolicyState]:
    """(the places that have just proved themselves, the state with what this reading teaches)."""
    readings = state.readings
    slots = {(slot.before, slot.after): slot for slot in state.slots if slot.apart or _is_recent(slot, readings, at)}
    proved = []
    for place in _places(base, document):
        known = slots.get((place.before, place.after))
        slot = _differing_again(known, place, readings, at) if known is not None else _first_seen(place, readings, at)
        if not slot.apart and slot.changes >= CHANGES:
            slot = replace(slot, apart=True)
            proved.append(slot)
        slots[place.before, place.after] = slot
    kept = list(slots.values())
    kept.sort(key=lambda slot: slot.apart)  # those set apart are the last to be forgotten
    return tuple(proved), replace(state, slots=tuple(kept[-MOST_SLOTS:]))


def without_volatile(document: Document, state: PolicyState, watched: AbstractSet[str]) -> Document:
    """The document without what stands in the places set apart, but for those that people took back into the watch."""
    slots = [slot for slot in state.slots if slot.apart and slot.id not in watched]
    if not slots:
        return document
    keys = _keys(document)
    gone = {index for slot in slots for index in _hidden(slot, keys, document)}
    return _without(document, gone) if gone else document


def _hidden(slot: Slot, keys: Sequence[str], document: Document) -> range:
    """The indices of the blocks that a slot sets apart."""
    place = _between(keys, slot.before, slot.after)
    blocks = [document.blocks[index] for index in place]
    known = _hash_of(blocks) in slot.wordings
    return place if (known or not slot.recurring) and _is_small(blocks, document) else range(0)


def _is_recent(slot: Slot, readings: int, at: datetime) -> bool:
    return readings - slot.since_reading < FETCHES and at - slot.since <= WITHIN


def _is_small(blocks: Sequence[Block], document: Document) -> bool:
    return sum(len(block.text.split()) for block in blocks) <= MOST_SHARE * document.word_count


def _first_seen(place: Place, readings: int, at: datetime) -> Slot:
    wordings = (_hash_of(place.old), _hash_of(place.new))
    return Slot(place.before, place.after, place.section, at, readings, 1, wordings, _sample(place))


def _differing_again(slot: Slot, place: Place, readings: int, at: datetime) -> Slot:
    """The slot with one change more; as it was when the same stands there as at its last change.

    One of two texts in turns has to prove itself anew with a third one.
    """
    wording = _hash_of(place.new)
    if wording == slot.wordings[-1]:
        return slot
    if slot.apart and slot.recurring:
        return replace(_first_seen(place, readings, at), wordings=(slot.wordings[-1], wording))
    return replace(
        slot,
        changes=slot.changes + 1,
        wordings=(*slot.wordings, wording)[-_WORDINGS:],
        sample=_sample(place) or slot.sample,
    )


def _places(base: Document, document: Document) -> Iterator[Place]:
    """Where the two differ by no more than a few blocks, a small part of both, none of which states a date."""
    old, new = _keys(base), _keys(document)
    dated_old, dated_new = _dated(base.stated), _dated(document.stated)
    for olds, news in _gaps(old, new):
        if max(len(olds), len(news)) > MOST_BLOCKS or dated_old & set(olds) or dated_new & set(news):
            continue
        was, now = base.blocks[olds.start : olds.stop], document.blocks[news.start : news.stop]
        if _is_small(was, base) and _is_small(now, document):
            before = new[news.start - 1] if news.start else ""
            after = new[news.stop] if news.stop < len(new) else ""
            yield Place(before, after, was, now, _section(document, news.start))


def _gaps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[range, range]]:
    """What lies between the blocks that stayed, on both sides."""
    stays = [run for run in LCSseq.opcodes(old, new) if run.tag == "equal"]
    ends = [(run.src_end, run.dest_end) for run in stays]
    starts = [(run.src_start, run.dest_start) for run in stays]
    for (a, b), (c, d) in zip([(0, 0), *ends], [*starts, (len(old), len(new))], strict=True):
        if a < c or b < d:
            yield range(a, c), range(b, d)


def _between(keys: Sequence[str], before: str, after: str) -> range:
    """The indices of the blocks between the two, when they stand so near to each other."""
    ends = ["", *keys, ""]
    for start, key in enumerate(ends[:-1]):
        if key != before or (before == "" and start):
            continue
        for end in range(start + 1, min(start + 2 + MOST_BLOCKS, len(ends))):
            if ends[end] == after and (after or end == len(ends) - 1):
                return range(start, end - 1)
    return range(0)


def _without(document: Document, gone: AbstractSet[int]) -> Document:
    kept = [index for index in range(len(document.blocks)) if index not in gone]
    moved = {index: place for place, index in enumerate(kept)}
    stated = document.stated
    return replace(
        document,
        blocks=tuple(document.blocks[index] for index in kept),
        stated=StatedDates(
            _moved(stated.last_updated, moved),
            _moved(stated.effective, moved),
            tuple(replace(date, block=moved[date.block]) for date in stated.rejected if date.block in moved),
        ),
    )


def _moved(date: StatedDate | None, moved: dict[int, int]) -> StatedDate | None:
    return replace(date, block=moved[date.block]) if date is not None and date.block in moved else None


def _dated(stated: StatedDates) -> set[int]:
    return {date.block for date in (stated.last_updated, stated.effective) if date is not None}


def _keys(document: Document) -> list[str]:
    """A short hash of each block's words, so that the state stays small."""
    return [_hash(comparison_key(block.text)) for block in document.blocks]


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def _hash_of(blocks: Sequence[Block]) -> str:
    return _hash("\n".join(comparison_key(block.text) for block in blocks)) if blocks else ""


def _sample(place: Place) -> str:
    blocks = place.new or place.old
    return " / ".join(block.text for block in blocks)[:_SAMPLE]


def _section(document: Document, index: int) -> str:
    headings = (block.text for block in reversed(document.blocks[:index]) if block.kind is BlockKind.HEADING)
    return next(headings, "")[:_SAMPLE]
