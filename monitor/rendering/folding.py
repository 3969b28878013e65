"""A redline for reading: what did not change is left out but for some words around each mark. Pure.

An omission is shown as lawyers do, by "[…]".
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from monitor.types import Segment

CONTEXT_WORDS = 12
MARKED_WORDS = 160  # a longer run of inserted or deleted words is shown by its beginning and its end
MARKED_END_WORDS = 40
OMISSION = "[…]"


def fold(segments: Sequence[Segment], *, whole_marks: bool = False) -> tuple[Segment, ...]:
    """The same redline with long runs shortened, marked ones too unless `whole_marks`; at its ends a mark is at most 12 words away."""
    last = len(segments) - 1
    return tuple(
        segment
        if whole_marks and segment.op != "equal"
        else _fold_one(segment, is_first=index == 0, is_last=index == last)
        for index, segment in enumerate(segments)
    )


def at_word_edges(segments: Sequence[Segment]) -> Iterator[Segment]:
    """The same words for forms that read a mark only at the edges of a word, as Slack's and Markdown's.

    Spaces go out of the marked runs, and a space stands where a mark would touch a word or another mark.
    """
    runs = [segment for segment in segments if segment.text.strip()]
    for segment, following in zip_longest(runs, runs[1:]):
        yield Segment(segment.op, segment.text.strip())
        if following is not None and _are_apart(segment, following):
            yield Segment("equal", " ")


def _are_apart(before: Segment, after: Segment) -> bool:
    last, first = before.text[-1], after.text[0]
    if last.isspace() or first.isspace():
        return True
    closed_by_a_sign = after.op == "equal" and not first.isalnum()
    opened_by_a_sign = before.op == "equal" and not last.isalnum()
    return not (closed_by_a_sign or opened_by_a_sign)


def length(segments: Sequence[Segment]) -> int:
    """Characters of all runs together."""
    return sum(len(segment.text) for segment in segments)


def _fold_one(segment: Segment, *, is_first: bool, is_last: bool) -> Segment:
    if segment.op != "equal":
        return Segment(
            segment.op, _shorten(segment.text, MARKED_WORDS - MARKED_END_WORDS, MARKED_END_WORDS, counted=True)
        )
    if is_first and is_last:  # a text that only moved
        return Segment("equal", _shorten(segment.text, 2 * CONTEXT_WORDS, 0))
    head = 0 if is_first else CONTEXT_WORDS
    tail = 0 if is_last else CONTEXT_WORDS
    return Segment("equal", _shorten(segment.text, head, tail))


def _shorten(text: str, head: int, tail: int, *, counted: bool = False) -> str:
    """The first `head` and the last `tail` words; the text itself when hardly any would be left out."""
    words = text.split()
    omitted = len(words) - head - tail
    if omitted <= 3:
        return text
    sign = f"[… {omitted} words …]" if counted else OMISSION
    middle = [*words[:head], sign, *words[len(words) - tail :]]
    before = " " if text[0].isspace() else ""
    after = " " if text[-1].isspace() else ""
    return before + " ".join(middle) + after
