"""One honest sentence, made from what was found and from nothing else."""

from collections import defaultdict
from collections.abc import Sequence

from monitor.types import DateMove, Edit, EditKind, Fact, Significance

_MOST_FACTS = 4
_LONGEST = 60
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
    dates: Sequence[DateMove],
    *,
    silent: bool,
) -> str:
    """What to say of a change of this significance; `dates` are the moves of the stated dates."""
    if significance is Significance.NONE:
        return "No word of the policy changed." if not edits else "Only the page around the policy changed."
    if significance is Significance.COSMETIC:
        return "The same words in another dress: markup, numbering, order or spelling."
    if significance is Significance.DATE:
        return f"Only the stated date moved{_move(dates)}."
    parts = [*_told(facts), *_counted(edits, topics)]
    if silent:
        parts.append("the page's date did not move")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "."


def _move(dates: Sequence[DateMove]) -> str:
    move = next((date for date in dates if date.moved), None)
    return f": {move.old or 'none'} -> {move.new or 'none'}" if move else ""


def _told(facts: Sequence[Fact]) -> list[str]:
    """The first facts, grouped by type: `duration: 90 days -> 12 months`."""
    groups: dict[str, list[str]] = defaultdict(list)
    for fact in facts[:_MOST_FACTS]:
        groups[fact.type].append(_pair(fact))
    told = [f"{kind}: {', '.join(pairs)}" for kind, pairs in groups.items()]
    return [*told, f"{len(facts) - _MOST_FACTS} more facts"] if len(facts) > _MOST_FACTS else told


def _pair(fact: Fact) -> str:
    if fact.old and fact.new:
        return f"{_short(fact.old)} -> {_short(fact.new)}"
    return f"+ {_short(fact.new)}" if fact.new else f"- {_short(fact.old or '')}"


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
    counts = [f"{n} {names[kind]}" for kind in names if (n := sum(edit.kind is kind for edit in telling))]
    about = f" ({', '.join(topic.replace('_', ' ') for topic in topics[:3])})" if topics else ""
    return [f"passages: {', '.join(counts)}{about}"] if counts else []
