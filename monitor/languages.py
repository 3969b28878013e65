"""The languages that a page is asked for: BCP 47 tags, as a declaration states them and as a request sends them. Pure."""

import re
from collections.abc import Sequence

MOST_TAGS = 8
_TAG = re.compile(  # RFC 5646, 2.1, of which pages are asked for: language, script, region, variants
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|\d{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*)",
    re.IGNORECASE,
)
# What recognisers of languages cannot tell apart, by the code that they give.
_ALIKE = {"nb": "no", "nn": "no", "bs": "hr", "sr": "hr", "sh": "hr", "iw": "he", "in": "id", "ms": "id"}


def read_tags(raw: object) -> str:
    """The tags of a declaration, in the order of preference, joined by ", "; ValueError in words when there is a wrong one."""
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(parts, Sequence) or not 1 <= len(parts) <= MOST_TAGS:
        raise ValueError(
            f"a language such as de or de-CH, or a list of at most {MOST_TAGS}, was wanted, {raw!r:.200} came"
        )
    return ", ".join(dict.fromkeys(_tag(part) for part in parts))


def accept_language(tags: str) -> str:
    """The value of the header: each tag is wanted less than the one before it."""
    weighted = enumerate(tags.split(", ")) if tags else ()
    return ", ".join(f"{tag};q={1 - place / 10:.1f}" if place else tag for place, tag in weighted)


def first_tag(tags: str) -> str:
    return tags.partition(",")[0]


def bare_languages(tags: str) -> frozenset[str]:
    """The languages that the tags name, without script and region, as a recogniser would name them."""
    bare = (tag.partition("-")[0].lower() for tag in tags.split(", ") if tag)
    return frozenset(_ALIKE.get(language, language) for language in bare)


def _tag(raw: object) -> str:
    found = _TAG.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if found is None:
        hint = " (quote it: YAML reads a bare `no` as false)" if raw is False else ""
        raise ValueError(f"a language such as de or de-CH was wanted, {raw!r:.200} came{hint}")
    parts = (found["language"].lower(), (found["script"] or "").title(), (found["region"] or "").upper())
    return "-".join(filter(None, parts)) + found["variants"].lower()
