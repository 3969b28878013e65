"""The language of a text: recognised from its words when there are enough of them, else what the page claims."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from monitor.types import Block

# Those that policies are published in; without the limit, dialects and tiny languages win on short or mixed texts.
LANGUAGES = [
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ka",
    "ko", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "ur", "vi", "zh",
]  # fmt: skip

_ENOUGH_CHARACTERS = 200
_SAMPLE_CHARACTERS = 2_000
_SAMPLE_OF_A_BLOCK = 500
_TAG = re.compile(r"[a-zA-Z]{2,3}(?=$|[-_])")


def find_language(blocks: Sequence[Block], claimed: str = "") -> str | None:
    """A two-letter code such as `en`; None when nothing tells. The claim (`lang="fr-CA"`) counts only on short texts."""
    sample = " ".join(_sample(blocks))
    if len(sample) < _ENOUGH_CHARACTERS:
        return claimed_language(claimed)
    language, _ = _identifier().classify(sample)
    return str(language)


def claimed_language(tag: str) -> str | None:
    found = _TAG.match(tag.strip())
    return found[0].lower() if found else None


def _sample(blocks: Sequence[Block]) -> list[str]:
    """Text from the longest blocks first: headings and addresses mislead."""
    chosen, size = [], 0
    for block in sorted(blocks, key=lambda block: -len(block.text)):
        chosen.append(block.text[:_SAMPLE_OF_A_BLOCK])
        size += len(chosen[-1])
        if size >= _SAMPLE_CHARACTERS:
            break
    return chosen


@cache
def _identifier() -> Any:
    from py3langid import langid  # noqa: PLC0415 - a second to load, for those only who read long texts

    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    return identifier
