"""Which change goes to which channel."""

from monitor.alerts import channels_to_tell
from monitor.config import RuleSettings
from monitor.types import DateMove, Direction, DocumentDiff, Significance

CHANNELS = ("legal", "slack")
STILL = DateMove("2026-03-01", "2026-03-01")


def _diff(significance: Significance, *, silent: bool = False) -> DocumentDiff:
    return DocumentDiff("ok", significance, (), Direction.NEUTRAL, (), (), STILL, STILL, silent, 0, "", ())


def _told(significance: Significance, *rules: RuleSettings, silent: bool = False) -> list[str]:
    return channels_to_tell(_diff(significance, silent=silent), "acme/privacy-policy", rules, CHANNELS)


def test_by_default_substantive_minor_and_date_are_told_and_the_rest_is_not() -> None:
    told = [significance.word for significance in Significance if _told(significance, RuleSettings())]
    assert told == ["date", "minor", "substantive"]


def test_a_silent_editorial_change_is_told_a_silent_cosmetic_one_is_not() -> None:
    assert _told(Significance.EDITORIAL, RuleSettings(), silent=True) == ["legal", "slack"]
    assert _told(Significance.COSMETIC, RuleSettings(), silent=True) == []


def test_a_rule_reaches_its_own_channels_and_policies_only() -> None:
    assert _told(Significance.MINOR, RuleSettings(channels=("legal",), policies=("acme/*",))) == ["legal"]
    assert _told(Significance.MINOR, RuleSettings(policies=("other/*",))) == []


def test_a_channel_that_two_rules_name_hears_once() -> None:
    assert _told(Significance.MINOR, RuleSettings(channels=("legal",)), RuleSettings()) == ["legal", "slack"]
