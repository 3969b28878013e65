"""The rules that a home adds: checked as a whole when its work begins."""

from pathlib import Path

from monitor.diff import levels
from monitor.diff.rule_files import OPEN, nearest, own, own_files, own_table, use_own
from monitor.errors import ConfigurationError


def take_rules_of(home: Path) -> int:
    """Judge by the rules in the folder `rules` of this home too; how many files there are.

    Raises ConfigurationError with the place of the first fault.
    """
    use_own(home / "rules")
    names = (*OPEN, levels.FILE)
    for file in own_files():
        if file.stem not in names:
            raise ConfigurationError(f"{file}: no rules are called {file.stem!r}.{nearest(file.stem, names)}")
    for name in OPEN:
        for part in own(name)[1]:
            own_table(name, part)
    levels.check_own()
    return len(own_files())
