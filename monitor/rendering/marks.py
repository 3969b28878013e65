"""Redlines in plain text: [-deleted-] and {+inserted+}. Pure."""

import re
from collections.abc import Sequence

from monitor.types import Segment

MARKS = {"equal": ("", ""), "delete": ("[-", "-]"), "insert": ("{+", "+}")}
_LOOKS_LIKE_A_MARK = re.compile(r"([\[{])(?=[-+])|([-+])(?=[\]}])")


def redline_text(redline: Sequence[Segment]) -> str:
    """`We keep it for [-30-]{+60+} days`."""
    return "".join(marked(segment) for segment in redline).strip()


def marked(segment: Segment) -> str:
    """The run between its marks; what looks like a mark in the page's own text is broken by a space."""
    before, after = MARKS[segment.op]
    harmless = _LOOKS_LIKE_A_MARK.sub(lambda match: f"{match[0]} ", segment.text)
    return f"{before}{harmless}{after}"
