"""The phrases of `rules/*.yaml` to be looked up in a run of words."""

from monitor.diff.lexicon import Lexicon
from monitor.diff.rule_files import remembered, table


@remembered
def lexicon(name: str, part: str = "") -> Lexicon:
    """The lexicon of `rules/NAME.yaml`, or of one part of it."""
    return Lexicon(table(name, part))


@remembered
def merged(name: str, parts: tuple[str, ...]) -> Lexicon:
    """The lexicon of several parts of `rules/NAME.yaml`, whose labels must differ, to find all in one pass."""
    return Lexicon({label: phrases for part in parts for label, phrases in table(name, part).items()})
