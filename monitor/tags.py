"""Tags: words of people's own on their policies, such as `vendor` or `eu`. Pure."""

import re
from collections.abc import Iterable, Sequence
from unicodedata import normalize

LONGEST = 40
MOST_TAGS = 50
_FORM = re.compile(r"[^\W_]+(?:[-_.][^\W_]+)*")


def tag_name(raw: object) -> str:
    """A tag in the form it is kept in: lower case, words joined by `-`. ValueError in words when it is none."""
    name = "-".join(normalize("NFKC", raw).lower().split()) if isinstance(raw, str) else ""
    if not _FORM.fullmatch(name) or len(name) > LONGEST:
        hint = " (quote it: YAML reads it as something else than a word)" if not isinstance(raw, str) else ""
        raise ValueError(
            f"a tag of 1 to {LONGEST} letters and digits such as vendor or eu-2026 was wanted, {raw!r:.200} came{hint}"
        )
    return name


def tag_names(raw: object) -> tuple[str, ...]:
    """One tag, or a list of them, sorted, each once. ValueError in words when one is none."""
    parts = [raw] if isinstance(raw, str) else raw
    if not isinstance(parts, Sequence) or len(parts) > MOST_TAGS:
        raise ValueError(f"a tag, or a list of at most {MOST_TAGS}, was wanted, {raw!r:.200} came")
    return merged(tag_name(part) for part in parts)


def merged(*tags: Iterable[str]) -> tuple[str, ...]:
    """All of them, sorted, each once: the order in which a policy has them."""
    return tuple(sorted({tag for some in tags for tag in some}))
