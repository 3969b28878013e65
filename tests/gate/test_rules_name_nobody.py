"""No rule is made for one service: no rule table and no text in the code names a service or a host of the corpora."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from tests.gate.captures import runs

MONITOR = Path(__file__).parents[2] / "monitor"
JUDGING = ("words.py", "dates", "extract", "diff", "decide")
_OWN_NAME = 6
_NAME = re.compile(r"[^\W_]+(?:[.-][^\W_]+)*")


def test_no_rule_names_a_service_or_a_host() -> None:
    wanted = set(_services()) | set(_hosts())
    assert len(wanted) > 50, "the manifest names services and hosts"
    named = {(place, name) for place, names in _texts() for name in wanted & names}
    assert not named


def _services() -> Iterator[str]:
    """Names as they are written: some are ordinary words in small letters."""
    for step in chain.from_iterable(runs().values()):
        yield step["service"]


def _hosts() -> Iterator[str]:
    """`acme.com` of `www.acme.com`, and `acme` where it is too long for an ordinary word to be it by chance."""
    for step in chain.from_iterable(runs().values()):
        host = urlsplit(step["source_url"] or "").hostname or ""
        if host:
            yield ".".join(host.split(".")[-2:])
            yield from (label for label in host.split(".")[-2:-1] if len(label) >= _OWN_NAME)


def _texts() -> Iterator[tuple[str, set[str]]]:
    """(place, the names in it) of each rule table and each text constant that is no docstring."""
    for part in JUDGING:
        for file in sorted((MONITOR / part).rglob("*")) if (MONITOR / part).is_dir() else [MONITOR / part]:
            if file.suffix in {".yaml", ".yml"}:
                yield str(file.relative_to(MONITOR)), set(_names(file.read_text(encoding="utf-8")))
            elif file.suffix == ".py":
                yield str(file.relative_to(MONITOR)), {name for text in _constants(file) for name in _names(text)}


def _names(text: str) -> Iterator[str]:
    """Each word, as written and in small letters, and each run of words up to three."""
    words = _NAME.findall(text)
    yield from (word.lower() for word in words)
    for size in (1, 2, 3):
        yield from (" ".join(words[place : place + size]) for place in range(len(words) - size + 1))


def _constants(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value
