"""The phrases of `rules/*.yaml` to be looked up in a run of words."""

from monitor.diff.lexicon import Lexicon
from monitor.diff.rule_files import remembered, table


@remembered
def lexicon(name: str, part: str = "") -> Lexicon:
    """The lexicon of `rules/NAME.yaml`, or of one part of it."""
    return Lexicon(table(name, part))
