"""How much of a text is in the words that legal texts are made of. The words stand in `policy_words.yaml`."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from monitor.extract import state_phrases
from monitor.types import Block, BlockKind
from monitor.words import comparison_key, words

FEW_POLICY_WORDS = 0.045
"""Most policies have a greater share, home pages a smaller one; guidelines for behaviour are policies with as few."""

_BEGINNING = 3
_LONG_STEM = 6
_ENDING = 3
_HEAD_BLOCKS = 4


def policy_word_share(blocks: Iterable[Block]) -> float:
    """The share of policy words among all words, 0 to 1: at most 0.03 on home pages, 0.05 to 0.15 in most policies."""
    counts = Counter(word for block in blocks for word in words(block.text))
    total = sum(counts.values())
    return sum(count for word, count in counts.items() if _is_policy_word(word)) / total if total else 0.0


def count_policy_words(said: Iterable[str]) -> int:
    """How many of these words are such; `said` as from `monitor.words.words`."""
    return sum(map(_is_policy_word, said))


def is_titled_as_policy(title: str, blocks: tuple[Block, ...]) -> bool:
    """The title or one of the first headings says policy, terms, guidelines and the like."""
    return _names_document(_titles(title, blocks))


def names_document(*titles: str) -> bool:
    """One of these texts says policy, terms, guidelines and the like."""
    return _names_document(_keyed(titles))


def knows_language(language: str | None) -> bool:
    """The words of policies in this language stand in the table; unknown languages are taken for one of those."""
    return language is None or language in _table()


def kinds_by_title(title: str, blocks: tuple[Block, ...]) -> frozenset[str]:
    """What kinds of document the title and the first headings speak of: `privacy`, `terms`, `cookies` and so on."""
    said = _titles(title, blocks)
    kinds = state_phrases.DOCUMENT_KINDS.items()
    return frozenset(kind for kind, words in kinds if any(f" {word} " in said for word in words))


def _titles(title: str, blocks: tuple[Block, ...]) -> str:
    heads = (block.text for block in blocks[:_HEAD_BLOCKS] if block.kind is BlockKind.HEADING)
    return _keyed((title, *heads))


def _keyed(texts: Iterable[str]) -> str:
    """Their comparison forms, each between spaces, so that words are found whole."""
    return " ".join(f" {comparison_key(text)} " for text in texts)


def _names_document(said: str) -> bool:
    return any(f" {word} " in said for word in state_phrases.DOCUMENT_TITLES)


@lru_cache(maxsize=1 << 14)
def _is_policy_word(word: str) -> bool:
    """It begins like one; short beginnings must be nearly the whole word ("law" is not "lawn mower")."""
    stems = _stems().get(word[:_BEGINNING], ())
    return any(
        word.startswith(stem) and (len(stem) >= _LONG_STEM or len(word) - len(stem) <= _ENDING) for stem in stems
    )


@cache
def _stems() -> Mapping[str, tuple[str, ...]]:
    """First letters -> the beginnings of words that start so, of all languages together."""
    found: dict[str, set[str]] = defaultdict(set)
    for stems in _table().values():
        for stem in stems.split():
            found[comparison_key(stem)[:_BEGINNING]].add(comparison_key(stem))
    return {beginning: tuple(sorted(stems)) for beginning, stems in found.items()}


@cache
def _table() -> Mapping[str, str]:
    """Language -> the beginnings of its words."""
    table: dict[str, str] = yaml.safe_load((files("monitor.extract") / "policy_words.yaml").read_text(encoding="utf-8"))
    return table
