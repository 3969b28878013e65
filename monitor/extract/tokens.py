"""Whether two answers are one page but for its tokens: what sites put anew into every answer, and nobody reads.

Asked of the bytes, for a small part of what reading costs. In doubt the answer is no, and the page is read.
"""

import re
from collections.abc import Sequence

MOST_DIFFERENCES = 50  # pieces; a page has its tokens at some places
_TOKEN = re.compile(rb"[\w+/=.:-]+")
_SILENT = re.compile(rb"(?:meta\s+name\s*=|input\s|img\s)", re.IGNORECASE)  # elements that hold no text
_RAW = re.compile(rb"(?:script|style)[\s>]", re.IGNORECASE)
_RAW_END = re.compile(rb"/(?:script|style)[\s>]", re.IGNORECASE)


def differ_in_tokens_only(old: bytes, new: bytes) -> bool:
    """The two HTML pages have the same signs, and the same words but in scripts, styles, comments and elements without text.

    They are cut before each `<`: all pieces outside of these places are equal, so whatever a page does to confuse this it
    does in both.
    """
    before, after = old.split(b"<"), new.split(b"<")
    if len(before) != len(after):
        return False
    differing = [number for number, (was, now) in enumerate(zip(before, after, strict=True)) if was != now]
    return len(differing) <= MOST_DIFFERENCES and all(
        _TOKEN.sub(b"", before[number]) == _TOKEN.sub(b"", after[number])
        and (_same_text(before[number], after[number]) or _is_raw(before, number))
        for number in differing
    )


def _same_text(was: bytes, now: bytes) -> bool:
    """Two comments, or two tags of one silent element, followed by the same text."""
    if was.startswith(b"!--") and now.startswith(b"!--"):
        end = b"-->"
    elif (tag := _SILENT.match(was)) and now.startswith(tag[0]):
        end = b">"
    else:
        return False
    return end in was and was.partition(end)[2] == now.partition(end)[2]


def _is_raw(pieces: Sequence[bytes], number: int) -> bool:
    """The piece begins a script or a style, or stands within one."""
    for place in range(number, 0, -1):
        piece = pieces[place]
        if _RAW.match(piece):  # which is a tag of text, unless it closes itself, or stands in an attribute
            return b"/>" not in piece and b">" in pieces[place - 1]
        if _RAW_END.match(piece) or b"-->" in piece:  # what began before it may have ended
            return False
    return False
