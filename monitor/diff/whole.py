"""The whole text with its edits in place: what a redline of the full document is made of."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.types import Block, Document, Edit, EditKind, Segment


@dataclass(frozen=True, slots=True)
class Passage:
    """Some blocks that belong together, with the words that went and came; `edit` is None where nothing changed.

    `block` gives the passage its kind, level and number: the first block of the new text, of the old one for what went.
    `left`: the text moved away from here; its edit is told where it went.
    """

    block: Block
    segments: tuple[Segment, ...]
    edit: Edit | None = None
    left: bool = False


def passages(old: Document, new: Document, edits: Sequence[Edit]) -> tuple[Passage, ...]:
    """Every block of both documents once, in the order of the new one; what went stands where it stood.

    `edits` are those of `compare(old, new)`. The equal and inserted runs of all passages that nothing `left` are the
    texts of the new blocks, the equal and deleted ones of all that nothing moved to those of the old ones.
    """
    changed_old = {place for edit in edits for place in edit.old_at}
    stays = [place for place in range(len(old.blocks)) if place not in changed_old]
    placed = _staying(new, edits, stays)
    anchors = sorted((old_place, place) for place, old_place, _ in placed if old_place >= 0)
    placed += [(_after(edit.old_at[0], anchors), edit.old_at[0], _gone(old, edit)) for edit in edits if _leaves(edit)]
    return tuple(passage for _, _, passage in sorted(placed, key=lambda entry: entry[:2]))


def _staying(new: Document, edits: Sequence[Edit], stays: Sequence[int]) -> list[tuple[float, int, Passage]]:
    """What stands in the new document: (its place there, the old place of what did not move or -1, the passage)."""
    heads = {edit.new_at[0]: edit for edit in edits if edit.new_at}
    inner = {place for edit in edits for place in edit.new_at}
    waiting = iter(stays)
    found: list[tuple[float, int, Passage]] = []
    for place, block in enumerate(new.blocks):
        edit = heads.get(place)
        if edit is not None:
            kept = edit.old_at[0] if edit.kind is EditKind.REPLACE else -1
            found.append((place, kept, Passage(block, edit.segments, edit)))
        elif place not in inner:
            found.append((place, next(waiting), Passage(block, (Segment("equal", block.text),))))
    return found


def _leaves(edit: Edit) -> bool:
    return edit.kind in (EditKind.DELETE, EditKind.MOVE)


def _gone(old: Document, edit: Edit) -> Passage:
    block = old.blocks[edit.old_at[0]]
    if edit.kind is EditKind.DELETE:
        return Passage(block, edit.segments, edit)
    return Passage(block, (Segment("delete", edit.old or ""),), edit, left=True)


def _after(old_place: int, anchors: Sequence[tuple[int, float]]) -> float:
    """Just behind the nearest passage before it that kept its order."""
    before = bisect(anchors, (old_place, float("inf")))
    return anchors[before - 1][1] + 0.5 if before else -0.5
