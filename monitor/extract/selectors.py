"""The written form of selectors and ranges, as in Open Terms Archive's declarations -> values. Where they stand on a page: `select.py`."""

from difflib import get_close_matches
from typing import Any

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from monitor.types import Range

LONGEST_SELECTOR = 1_000
STARTS = ("startBefore", "startAfter")
ENDS = ("endBefore", "endAfter")


def read_selectors(raw: Any) -> tuple[str | Range, ...]:
    """One selector or range, or a list of them; ValueError in words otherwise."""
    return tuple(map(_read_selector, raw if isinstance(raw, list | tuple) else [raw]))


def _read_selector(raw: Any) -> str | Range:
    if isinstance(raw, Range):
        return raw
    return _read_range(raw) if isinstance(raw, dict) else _read_css(raw)


def _read_css(raw: Any) -> str:
    if raw is None:
        raise ValueError(
            "a CSS selector was wanted, nothing came. In YAML # begins a comment: quote it, as in '#content'"
        )
    fault = _fault(raw) if isinstance(raw, str) else "it is no text"
    if fault:
        raise ValueError(f"a CSS selector such as `main .content` was wanted, {raw!r:.200} came: {fault}")
    return str(raw)


def _fault(selector: str) -> str:
    """Why this is no CSS selector that can be looked up, in words; empty when it is one."""
    if len(selector) > LONGEST_SELECTOR:
        return f"it is longer than {LONGEST_SELECTOR:,} characters"
    try:
        LexborHTMLParser("<p>").css(selector)
    except (SelectolaxError, ValueError):
        return (
            "it cannot be parsed. Check its brackets and quotes; XPath, `:contains()`, `:lang()`, `:scope` "
            "and pseudo-elements such as `::before` are not known here"
        )
    return ""


def _read_range(raw: dict[Any, Any]) -> Range:
    for key in map(str, raw):
        if key not in (*STARTS, *ENDS):
            raise ValueError(_unknown_end(key))
    starts, ends = ([key for key in keys if key in raw] for keys in (STARTS, ENDS))
    if len(starts) != 1 or len(ends) != 1:
        came = ", ".join(map(str, raw)) or "an empty one"
        raise ValueError(
            f"a range with one of {' and '.join(STARTS)} and one of {' and '.join(ENDS)} was wanted, {came} came"
        )
    start, end = _read_css(raw[starts[0]]), _read_css(raw[ends[0]])
    return Range(start, end, after_start=starts == ["startAfter"], after_end=ends == ["endAfter"])


def _unknown_end(key: str) -> str:
    near = get_close_matches(key, (*STARTS, *ENDS), n=1)
    return f"unknown key {key}; " + (
        f"did you mean `{near[0]}`?" if near else f"a range has {', '.join(STARTS + ENDS)}"
    )
