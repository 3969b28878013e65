"""How deep the tags of a page nest: asked before parsing, because parsers are quadratic on, or silently cut, deep pages."""

import re
from collections import Counter

from monitor.errors import ReadingError

MAX_DEPTH = 2_000

_TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][^\s/>]*))")
_RAW_TEXT = frozenset({"script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noframes"})
_NEVER_NEST = frozenset([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "colgroup", "caption",
    "rp", "rt", "html", "head", "body",
])  # fmt: skip
_START = re.compile(r"<([a-zA-Z][^\s/>]*)")


def check_depth(markup: str) -> None:
    """Raise ReadingError when elements nest deeper than MAX_DEPTH. Linear in the length of `markup`."""
    if _starts_many(markup) and nesting_depth(markup) > MAX_DEPTH:
        raise ReadingError(
            f"A page of at most {MAX_DEPTH} nested elements was wanted, a deeper one came. "
            "It was not read; look at the archived snapshot, or declare another source."
        )


def _starts_many(markup: str) -> bool:
    """Whether there are tags enough to nest that deep, counted from above: of few pages, and cheaper than the depth."""
    signs = markup.count("<")
    if signs <= MAX_DEPTH or signs - markup.count("</") <= MAX_DEPTH:
        return False
    starts = Counter(_START.findall(markup))
    return sum(count for name, count in starts.items() if name.lower() not in _NEVER_NEST) > MAX_DEPTH


def nesting_depth(markup: str) -> int:
    """The greatest number of elements open at once; counting stops just above MAX_DEPTH."""
    open_tags: list[str] = []
    open_count: dict[str, int] = {}
    deepest = position = 0
    for tag in _TAG.finditer(markup):
        if tag.start() < position:  # in a comment or a script
            continue
        name = (tag[2] or "!--").lower()
        if name == "!--" or (name in _RAW_TEXT and not tag[1]):
            position = _end_of_raw_text(markup, name, tag.end())
        elif tag[1]:
            _close(name, open_tags, open_count)
        elif name not in _NEVER_NEST:
            open_tags.append(name)
            open_count[name] = open_count.get(name, 0) + 1
            deepest = max(deepest, len(open_tags))
            if deepest > MAX_DEPTH:
                break
    return deepest


def _end_of_raw_text(markup: str, name: str, start: int) -> int:
    """Where a comment's or a raw text element's content ends; the end of the page when it is never closed."""
    closing = "-->" if name == "!--" else f"</{name}"
    found = markup.find(closing, start)
    if found < 0 and name != "!--":
        found = markup.find(closing.upper(), start)
    return found + len(closing) if found >= 0 else len(markup)


def _close(name: str, open_tags: list[str], open_count: dict[str, int]) -> None:
    if not open_count.get(name):
        return
    while (last := open_tags.pop()) != name:
        open_count[last] -= 1
    open_count[name] -= 1
