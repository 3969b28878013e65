"""Which change concerns which channel."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from monitor.config import RuleSettings
from monitor.types import DocumentDiff, Significance


def channels_to_tell(
    diff: DocumentDiff, slug: str, rules: Sequence[RuleSettings], channels: Iterable[str]
) -> list[str]:
    """The channels that any rule sends this change to, each once. A rule that names no channel means all of them."""
    known = sorted(channels)
    told = {name for rule in rules if _matches(rule, diff, slug) for name in (rule.channels or known)}
    return [name for name in known if name in told]


def _matches(rule: RuleSettings, diff: DocumentDiff, slug: str) -> bool:
    if not any(fnmatchcase(slug, pattern) for pattern in rule.policies):
        return False
    silent = rule.silent and diff.silent and diff.significance >= Significance.EDITORIAL
    return silent or diff.significance.word in rule.significance
