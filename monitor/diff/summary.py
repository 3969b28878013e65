"""One honest sentence, made from what was found and from nothing else."""

from collections import defaultdict
from collections.abc import Sequence

from monitor.dates.spoken import in_words
from monitor.diff.stated import ENTRY_INTO_FORCE
from monitor.types import DateMove, Edit, EditKind, Fact, Significance

_MOST_FACTS = 4
_LONGEST = 60
_SHARED_WORDS = 3  # of a long common beginning, to be read on from
_SENTENCES = ("negation", "modality", "wording")  # these facts are words of a sentence
_CAPTURE = {
    "broken": "The capture is broken: {old} words before, {new} now; not a change of the policy.",
    "restored": "The page is back: {old} words before, {new} now; not a change of the policy.",
}


def summarize_capture(capture: str, old_words: int, new_words: int) -> str:
    return _CAPTURE[capture].format(old=f"{old_words:,}", new=f"{new_words:,}")


def summarize(
    significance: Significance,
    edits: Sequence[Edit],
    facts: Sequence[Fact],
    topics: Sequence[str],
    dates: tuple[DateMove, DateMove],
    *,
    silent: bool,
) -> str:
    """What to say of a change of this significance; `dates` are the moves of the stated dates: last updated, effective."""
    if significance is Significance.NONE:
        return "No word of the policy changed." if not edits else "Only the page around the policy changed."
    if significance is Significance.COSMETIC:
        return "The same words in another dress: markup, numbering, order or spelling."
    _, effective = dates
    if _only_the_deadline(significance, edits):
        return entry_into_force(effective)
    if significance is Significance.DATE:
        return f"Only the stated date moved{_move(dates)}."
    parts = [*_told(facts), *_counted(edits, topics)]
    if silent:
        parts.append("the page's date did not move")
    elif any(date.moved for date in dates):
        parts.append(f"the page's date moved{_move(dates)}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "."


def entry_into_force(effective: DateMove) -> str:
    """What to say when nothing but the day moved from which on the text will apply."""
    earlier = (effective.new or "") < (effective.old or "")
    done = "brought forward" if earlier else "put off"
    return f"Only the entry into force moved: it is {done}{_move([effective])}."


def _only_the_deadline(significance: Significance, edits: Sequence[Edit]) -> bool:
    telling = [edit for edit in edits if edit.significance >= Significance.EDITORIAL]
    return significance is Significance.MINOR and all(edit.rule == ENTRY_INTO_FORCE for edit in telling)


def _move(dates: Sequence[DateMove]) -> str:
    move = next((date for date in dates if date.moved), None)
    return f": {_spoken(move.old)} → {_spoken(move.new)}" if move else ""


def _spoken(date: str | None) -> str:
    return in_words(date) if date else "none"


def _told(facts: Sequence[Fact]) -> list[str]:
    """The first facts, grouped by type: `duration: 90 days → 12 months`. The stated dates have words of their own."""
    groups: dict[str, list[str]] = defaultdict(list)
    telling = [fact for fact in facts if fact.type != "date" and not fact.quiet]
    for fact in telling[:_MOST_FACTS]:
        groups[fact.type].append(_pair(fact))
    told = [f"{'' if kind in _SENTENCES else f'{kind}: '}{', '.join(pairs)}" for kind, pairs in groups.items()]
    left = len(telling) - _MOST_FACTS
    return [*told, f"{left} more fact{'s' if left > 1 else ''}"] if left > 0 else told


def _pair(fact: Fact) -> str:
    quoted = "“{}”" if fact.type in _SENTENCES else "{}"
    old, new = (quoted.format(_short(side)) if side else "" for side in _from_where_they_part(fact))
    if old and new:
        return f"{old} → {new}"
    return f"{new} added" if new else f"{old} removed"


def _from_where_they_part(fact: Fact) -> tuple[str, str]:
    """Both sides, without the long beginning that they share: what differs must not be cut off."""
    old, new = (side or "" for side in (fact.old, fact.new))
    if not (old and new) or max(len(old), len(new)) <= _LONGEST:
        return old, new
    before, after = old.split(), new.split()
    shared = next(
        (k for k, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    start = max(0, shared - _SHARED_WORDS)
    lead = "… " if start else ""
    return lead + " ".join(before[start:]), lead + " ".join(after[start:])


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _counted(edits: Sequence[Edit], topics: Sequence[str]) -> list[str]:
    telling = [edit for edit in edits if edit.significance >= Significance.EDITORIAL]
    names = {
        EditKind.INSERT: "added",
        EditKind.DELETE: "removed",
        EditKind.REPLACE: "reworded",
        EditKind.MOVE: "moved and reworded",
    }
    counts = {name: n for kind, name in names.items() if (n := sum(edit.kind is kind for edit in telling))}
    if not counts:
        return []
    total = sum(counts.values())
    passages = "1 passage" if total == 1 else f"{total} passages"
    done = next(iter(counts)) if len(counts) == 1 else ", ".join(f"{n} {name}" for name, n in counts.items())
    about = f" ({', '.join(topic.replace('_', ' ') for topic in topics[:3])})" if topics else ""
    return [f"{passages} {done}{about}" if len(counts) == 1 else f"{passages}: {done}{about}"]
