"""The dates the two documents state about themselves: did they move, and is an edit nothing but that move?"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from monitor.diff.days import days, same_date, starts_with_day
from monitor.diff.page import Page
from monitor.diff.quantities import Mention, find_quantities, without
from monitor.diff.revision import Revision
from monitor.diff.sameness import is_same_date
from monitor.diff.significance import Verdict
from monitor.diff.tables import lexicon
from monitor.diff.wording import meaning_words
from monitor.types import DateMove, Document, Significance, StatedDate
from monitor.words import comparison_key

STATED_DATE, ENTRY_INTO_FORCE = "stated date", "entry into force"  # names of rules
_VERSION = re.compile(r"\b(?:version|v\.?)\s?\d+(?:\.\d+)*", re.IGNORECASE)  # moves with the date
# A line that states a date and little else.
_LINE_WORDS = 14
# A list of changes has at least so many entries.
_LIST_ENTRIES = 2


def last_updated_move(old: Document, new: Document) -> DateMove:
    return _move(old.stated.last_updated, new.stated.last_updated)


def effective_move(old: Document, new: Document) -> DateMove:
    return _move(old.stated.effective, new.stated.effective)


def date_verdict(revision: Revision, old: Document, new: Document) -> Verdict | None:
    """The verdict on an edit that is nothing but a move of a stated date, or of all dates by a time zone; None for every other edit.

    An entry into force that moves while the page states an unmoved date of update, or says that it lies ahead, was put off:
    that is minor.
    """
    if is_same_date(revision):
        return None
    if is_time_zone_flip(revision, old, new):
        return Verdict("time zone", Significance.COSMETIC)
    if not _is_date_line(revision, old, new):
        return None
    update = last_updated_move(old, new)
    announced = lexicon("words", "announced").has(meaning_words(revision.old))
    if effective_move(old, new).moved and not update.moved and (update.old or announced):
        return Verdict(ENTRY_INTO_FORCE, Significance.MINOR)
    return Verdict(STATED_DATE, Significance.DATE)


def is_time_zone_flip(revision: Revision, old: Document, new: Document) -> bool:
    """Only days moved, and with them every dated entry of the document, all by the same one day: read in another time zone."""
    step = _common_step(days(revision.old), days(revision.new))
    if abs(step.days) != 1 or _without_all_dates(revision.old) != _without_all_dates(revision.new):
        return False
    before, after = _entry_days(old), _entry_days(new)
    return len(before) >= _LIST_ENTRIES and _common_step(before, after) == step


def _common_step(before: Sequence[date], after: Sequence[date]) -> timedelta:
    """By how much all these days moved; nothing when not all moved alike."""
    steps = {became - was for was, became in zip(before, after, strict=False)}
    return steps.pop() if len(before) == len(after) and len(steps) == 1 else timedelta(0)


def _entry_days(document: Document) -> list[date]:
    """The days of all entries that are headed by one; the lines of the stated dates left out, which are not of the list."""
    stated = {one.block for one in _stated(document)}
    entries = (block.text for place, block in enumerate(document.blocks) if place not in stated)
    return [days(text)[0] for text in entries if starts_with_day(text)]


def _without_all_dates(text: str) -> list[str]:
    return _without_dates(text, find_quantities(text))


def is_silent(significance: Significance, old: Document, new: Document) -> bool:
    """Words changed, and the page states a date that did not move."""
    moves = (last_updated_move(old, new), effective_move(old, new))
    stated = any(move.old and move.new for move in moves)
    return significance >= Significance.EDITORIAL and stated and not any(move.moved for move in moves)


def _move(old: StatedDate | None, new: StatedDate | None) -> DateMove:
    if old is not None and new is not None and _is_same_line(old, new):
        old = new = min(old, new, key=lambda stated: len(stated.alternatives))  # the one that is decided, if one is
    return DateMove(_value(old), _value(new), _alternatives(old), _alternatives(new))


def _is_same_line(old: StatedDate, new: StatedDate) -> bool:
    """The same writing, whose day and month only one of the two documents could tell apart, or each in its own way."""
    undecided = bool(old.alternatives or new.alternatives)
    return undecided and comparison_key(old.evidence) == comparison_key(new.evidence)


def _value(stated: StatedDate | None) -> str | None:
    return stated.value if stated else None


def _alternatives(stated: StatedDate | None) -> tuple[str, ...]:
    return stated.alternatives if stated else ()


def _stated(document: Document) -> Iterator[StatedDate]:
    return (stated for stated in (document.stated.last_updated, document.stated.effective) if stated)


def _is_date_line(revision: Revision, old: Document, new: Document) -> bool:
    if revision.one_sided:
        document = old if revision.old else new
        text = revision.old or revision.new
        return len(meaning_words(text)) <= _LINE_WORDS and any(stated.evidence in text for stated in _stated(document))
    if len(revision.changed_words) > _LINE_WORDS:
        return False
    rests = [
        _without_dates(text, mentions)
        for text, mentions in zip((revision.old, revision.new), revision.quantities, strict=True)
    ]
    if rests[0] != rests[1]:
        return False
    if _evidence_on_both(revision, old, new) or _moves_stated(revision, old, new):
        return True
    return len(rests[0]) <= _LINE_WORDS and lexicon("words", "dateline").has(rests[0])


def _evidence_on_both(revision: Revision, old: Document, new: Document) -> bool:
    sides = ((revision.old, old), (revision.new, new))
    return all(
        any(stated.evidence in text or text in stated.evidence for stated in _stated(document))
        for text, document in sides
    )


def _moves_stated(revision: Revision, old: Document, new: Document) -> bool:
    """Every date that changed in the text went from the old stated date to the new one."""
    before, after = ([m.text for m in side if m.type == "date"] for side in revision.quantities)
    changed = [(a, b) for a, b in zip(before, after, strict=False) if not same_date(a, b)]
    moves = [
        (move.old, move.new)
        for move in (last_updated_move(old, new), effective_move(old, new))
        if move.old and move.new
    ]
    return bool(changed) and all(
        any(same_date(a, was) and same_date(b, became) for was, became in moves) for a, b in changed
    )


def _without_dates(text: str, mentions: list[Mention]) -> list[str]:
    dates = [mention for mention in mentions if mention.type == "date"]
    return meaning_words(_VERSION.sub(" ", without(text, dates)))


def stated_texts(page: Page) -> Iterator[str]:
    """The date as the page writes it, for each stated date."""
    for stated in _stated(page.document):
        dates = [m.text for m in find_quantities(stated.evidence) if m.type == "date"]
        yield next((text for text in dates if same_date(text, stated.value)), dates[0] if dates else stated.value)
