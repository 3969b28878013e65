"""The redline of two texts: word-level runs that, joined, give both texts back exactly.

The raw difference is the longest common subsequence of tokens (rapidfuzz: exact, and without a time-out); diff-match-patch then
removes coincidental equalities. Texts too long for that are compared sentence by sentence: coarser, never wrong, never timed.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from diff_match_patch import diff_match_patch
from rapidfuzz.distance import LCSseq

from monitor.types import Segment

_TOKEN = re.compile(r"[^\W_]+|\s+|[\W_]")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*\s*|[.!?\n]+\s*")
# The comparison needs tokens x tokens bits: 4e8 are 50 MB and a tenth of a second.
_MAX_CELLS = 400_000_000
# Tokens of more than one sign get a letter of their own, from here on: in planes 2 and 3 all are letters to diff-match-patch.
_FIRST_LETTER = 0x20000
_MAX_LETTERS = 0x10000
_OPS = {-1: "delete", 0: "equal", 1: "insert"}

Runs = list[tuple[int, str]]


def redline(old: str, new: str) -> tuple[Segment, ...]:
    """Equal, deleted and inserted runs; the equal and deleted ones joined are `old`, the equal and inserted ones `new`.

    `redline(new, old)` marks the same words.
    """
    if old == new:
        return (Segment("equal", old),) if old else ()
    if old > new:
        return _turned(redline(new, old))
    if not old or not new:
        return (Segment("delete", old) if old else Segment("insert", new),)
    runs = _word_runs(old, new)
    if runs is None:
        runs = _sentence_runs(old, new)
    return tuple(Segment(_OPS[op], text) for op, text in runs if text)


def _turned(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """What came has gone and what went has come; the gone still stands before the come."""
    other = {"equal": "equal", "delete": "insert", "insert": "delete"}
    runs = groupby(segments, key=lambda segment: segment.op == "equal")
    return tuple(
        Segment(other[segment.op], segment.text)
        for stays, run in runs
        for segment in (run if stays else sorted(run, key=lambda segment: segment.op, reverse=True))
    )


def marked_characters(segments: Sequence[Segment]) -> int:
    """The length of all inserted and deleted runs."""
    return sum(len(segment.text) for segment in segments if segment.op != "equal")


def _word_runs(old: str, new: str) -> Runs | None:
    """The redline by words; None when the texts are too long for it."""
    old_tokens, new_tokens = _TOKEN.findall(old), _TOKEN.findall(new)
    letters: dict[str, str] = {}
    if len(old_tokens) * len(new_tokens) > _MAX_CELLS or len({*old_tokens, *new_tokens}) > _MAX_LETTERS:
        return None
    encoded = _encode(old_tokens, letters), _encode(new_tokens, letters)
    runs = _tidy(list(_raw_runs(*encoded, "".join)))
    tokens = {letter: token for token, letter in letters.items()}
    return [(op, "".join(tokens.get(letter, letter) for letter in text)) for op, text in runs]


def _encode(tokens: Sequence[str], letters: dict[str, str]) -> str:
    """One letter a token; single ASCII signs stay themselves, so that the tidying sees where words end."""
    return "".join(
        token if len(token) == 1 and token.isascii() else letters.setdefault(token, chr(_FIRST_LETTER + len(letters)))
        for token in tokens
    )


def _raw_runs(
    old: Sequence[str], new: Sequence[str], join: Callable[[Sequence[str]], str]
) -> Iterator[tuple[int, str]]:
    """What stays, what goes and what comes, in order; between two runs that stay the gone before the come."""
    blocks = LCSseq.opcodes(old, new)
    for stays, group in groupby(blocks, key=lambda block: block.tag == "equal"):
        run = list(group)
        before = join(old[run[0].src_start : run[-1].src_end])
        if stays:
            yield 0, before
            continue
        yield from (
            (op, text) for op, text in ((-1, before), (1, join(new[run[0].dest_start : run[-1].dest_end]))) if text
        )


def _tidy(runs: Runs) -> Runs:
    """Without equalities too short to mean anything; deletions before insertions."""
    tool = diff_match_patch()
    tool.diff_cleanupSemantic(runs)
    tool.diff_cleanupMerge(runs)
    return runs


def _sentence_runs(old: str, new: str) -> Runs:
    """By whole sentences; by the common beginning and end when there are too many of these."""
    old_parts, new_parts = _SENTENCE.findall(old), _SENTENCE.findall(new)
    if len(old_parts) * len(new_parts) > _MAX_CELLS:
        return _outer_runs(old, new)
    return list(_raw_runs(old_parts, new_parts, "".join))


def _outer_runs(old: str, new: str) -> Runs:
    tool = diff_match_patch()
    head = tool.diff_commonPrefix(old, new)
    tail = tool.diff_commonSuffix(old[head:], new[head:])
    middle = [(-1, old[head : len(old) - tail]), (1, new[head : len(new) - tail])]
    return [(0, old[:head]), *middle, (0, old[len(old) - tail :])]
