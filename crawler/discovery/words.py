"""What a link's text or an address says a page is: the table `words.yaml`, and its phrases found as whole words. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

from monitor.words import comparison_key

LONGEST_TEXT = 200
"""Characters of a link's text that are looked at: a longer one is a teaser, not a name."""

LISTS = "a list of policies"
_ENDINGS = re.compile(r"\.(?:html?|php|aspx?|jsp|pdf|docx?)$")
_BETWEEN_WORDS = re.compile(r"[-_.+~ ]+")
_DATED = re.compile(r"/(?:19|20)\d\d/\d{1,2}/")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MOST_PARTS = 12
_LAST_PARTS = 2

Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]


@dataclass(frozen=True, slots=True)
class Naming:
    """A terms type that a text says, and the share of the text's words that say it: 1.0 is a text that says nothing else."""

    terms_type: str
    share: float

    @property
    def exact(self) -> bool:
        return self.share > 0.99


def named_by_text(text: str, service: str = "") -> Naming | None:
    """What a text names first; words of the service's own name do not count."""
    tokens = _key(text[:LONGEST_TEXT]).split()
    found = list(_find(tokens, _phrases("text")))
    if not found:
        return None
    said = {place for start, length, _ in found for place in range(start, start + length)}
    silent = {*_list("filler"), *_key(service).split()}
    rest = sum(place not in said and token not in silent for place, token in enumerate(tokens))
    return Naming(found[0][2], len(said) / (len(said) + rest))


def types_said(*texts: str) -> frozenset[str]:
    """All terms types that these titles and headings name."""
    return frozenset(
        name for text in texts for _, _, name in _find(_key(text[:LONGEST_TEXT]).split(), _phrases("text"))
    )


def named_by_address(url: str) -> Naming | None:
    """What an address names by one of its last two parts: `/legal/privacy-policy.html`, `/privacy/en`; else by its host.

    A list of policies is only named by the very last part: `/legal/licences` is none.
    """
    host, *parts = _parts(url)
    for place, part in enumerate(reversed(parts[-_LAST_PARTS:] or [host])):
        tokens = part.split()
        for _, length, name in _find(tokens, _phrases("address")):
            if not (name == LISTS and place):
                return Naming(name, length / len(tokens))
    return None


def leads_to_switch(text: str) -> str:
    """The words by which a link leads to a switch; empty when there are none."""
    return _first_said(_key(text[:LONGEST_TEXT]), _list("switches"))


def meant_for_others(text: str, url: str) -> str:
    """The words by which a policy is for other people than a service's users, or of another year; empty when there are none."""
    year = _YEAR.search(text)
    if year:
        return year[0]
    return _first_said(" ".join([_key(text[:LONGEST_TEXT]), *_parts(url)]), _list("others"))


def is_article(url: str) -> bool:
    """The address stands among what is written about things: a blog, the press, a shop's products."""
    above = _parts(url)[:-1]
    return any(part in _list("articles") for part in above) or _DATED.search(urlsplit(url).path) is not None


def terms_types() -> tuple[str, ...]:
    """The terms types that are looked for, those that most services have first."""
    return tuple(_table()["types"])


def well_known_paths(language: str | None) -> Mapping[str, Sequence[str]]:
    """Terms type -> paths to try, those of this language first."""
    paths: Mapping[str, Mapping[str, Sequence[str]]] = _table()["paths"]
    own = paths.get((language or "en")[:2], {})
    return {kind: tuple(dict.fromkeys([*own.get(kind, ()), *paths["en"][kind]])) for kind in paths["en"]}


def _parts(url: str) -> list[str]:
    """The first label of the host and the parts of the path, each as words with spaces between."""
    pieces = urlsplit(url)
    first = (pieces.hostname or "").split(".")[0]
    path = unquote(pieces.path).lower().split("/")[:_MOST_PARTS]
    parts = [part for part in (*path, *re.findall(r"=([a-z-]+)", pieces.query.lower())) if part]
    return [_BETWEEN_WORDS.sub(" ", _key(_ENDINGS.sub("", part))).strip() for part in (first, *parts)]


def _key(text: str) -> str:
    """The comparison form without accents: links in capitals often go without them."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if unicodedata.category(sign) != "Mn")
    return comparison_key(unicodedata.normalize("NFC", bare))


def _find(tokens: Sequence[str], phrases: Phrases) -> Iterator[tuple[int, int, str]]:
    """Each phrase that stands in the tokens: where, how long, its terms type. The longest at each place."""
    place = 0
    while place < len(tokens):
        length = 0
        for phrase, name in phrases.get(tokens[place], ()):
            if tuple(tokens[place : place + len(phrase)]) == phrase:
                length = len(phrase)
                yield place, length, name
                break
        place += length or 1


def _first_said(said: str, phrases: Iterable[str]) -> str:
    return next((phrase for phrase in phrases if f" {phrase} " in f" {said} "), "")


@cache
def _phrases(where: str) -> Phrases:
    """First word -> phrases that begin so, the longest first. In an address each phrase of a text counts as well, in one word too."""
    table = _table()
    pairs = [*table["types"].items(), (LISTS, table["lists"])]
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, kinds in pairs:
        for phrase in kinds["text"] + (kinds["address"] if where == "address" else []):
            key = _key(phrase)
            tokens = tuple((_BETWEEN_WORDS.sub(" ", key) if where == "address" else key).split())
            found.setdefault(tokens[0], []).append((tokens, name))
            if where == "address" and len(tokens) > 1:
                found.setdefault("".join(tokens), []).append((("".join(tokens),), name))
    return {first: sorted(all_of, key=lambda pair: -len(pair[0])) for first, all_of in found.items()}


@cache
def _list(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_key(word) for word in _table()[name]))


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = yaml.safe_load((files("crawler.discovery") / "words.yaml").read_text(encoding="utf-8"))
    return table
