"""Text of watched pages and declarations, made harmless for a header, a line or a mark. Pure."""

import re

# What splits or hides: control characters, line and paragraph separators, halves of surrogate pairs, non-characters.
_BREAKING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# What turns the reading order round without being seen (Unicode Technical Report 36, 2.5).
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """The text without control characters and reading-order marks; spaces at its ends stay."""
    return _TURNING.sub("", _BREAKING.sub(" ", text))


def clean_lines(text: str) -> str:
    """The text, clean, with its line ends."""
    return "\n".join(map(clean, text.split("\n")))


def one_line(text: str) -> str:
    """The text, clean, in one line with single spaces."""
    return " ".join(clean(text).split())


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there is one, then with an ellipsis."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    return (kept.rsplit(" ", 1)[0].rstrip() or kept) + "…"
