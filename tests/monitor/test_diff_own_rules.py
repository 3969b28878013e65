"""A home's own rules: what they add counts, and a fault in them is named with its place."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.diff.compare import compare
from monitor.diff.own_rules import take_rules_of
from monitor.diff.rule_files import use_own
from monitor.diff.significance import meaning_of
from monitor.errors import ConfigurationError
from monitor.reading import Reader
from monitor.types import DocumentDiff, Significance
from tests.homes import CommandLine
from tests.monitor.diff_documents import policy, read

OLD, NEW = policy(), policy(old1="30 days after", new1="30 days and some moonflowers after")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "rules").mkdir()
    yield tmp_path
    use_own(None)


def write(home: Path, name: str, text: str) -> None:
    (home / "rules" / f"{name}.yaml").write_text(text, encoding="utf-8")


def compared(home: Path) -> DocumentDiff:
    take_rules_of(home)
    return compare(OLD, NEW)


def test_phrases_that_a_home_adds_name_a_topic_and_a_direction(home: Path) -> None:
    before = compared(home)
    use_own(None)
    write(home, "topics", "words:\n  security: [moonflowers]\n")
    write(home, "direction", "better:\n  care: [moonflowers]\n")
    after = compared(home)
    assert "security" not in before.topics
    assert "security" in after.topics
    assert (before.direction.value, after.direction.value) == ("neutral", "better")


def test_a_rule_of_its_own_raises_what_names_its_phrases_and_says_why(home: Path) -> None:
    write(
        home,
        "significance",
        "phrases:\n  - rule: moonflowers\n    level: substantive\n    meaning: our flowers are named\n    phrases: [moonflower*]\n",
    )
    take_rules_of(home)
    old, new = read("# Terms", "- Roses, tulips"), read("# Terms", "- Roses, tulips, moonflowers")
    diff = compare(old, new)
    assert (diff.significance, diff.edits[0].rule) == (Significance.SUBSTANTIVE, "moonflowers")
    assert meaning_of("moonflowers") == "our flowers are named"
    use_own(None)
    assert compare(old, new).significance < Significance.SUBSTANTIVE


def test_a_rule_gets_another_level(home: Path) -> None:
    old, new = read("# Terms", "## The beds", "We water."), read("# Terms", "## All beds", "We water.")
    assert compare(old, new).significance is Significance.EDITORIAL
    write(home, "significance", "levels:\n  heading: minor\n  light words: minor\n")
    take_rules_of(home)
    assert compare(old, new).significance is Significance.MINOR


def test_the_children_that_judge_know_the_rules_too(home: Path) -> None:
    write(home, "direction", "better:\n  care: [moonflowers]\n")
    with Reader(home=home) as reader:
        assert reader.run(compare, OLD, NEW).direction.value == "better"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("topic", "words: {}", "no rules are called 'topic'. Did you mean 'topics'?"),
        ("topics", "wrds:\n  security: [a]", "there is no part 'wrds'. Did you mean 'words'?"),
        ("topics", "words:\n  securty: [a]", "words: there is no 'securty'. Did you mean 'security'?"),
        ("topics", "words:\n  security: moonflowers", "words: security: a list of phrases was wanted, a str came"),
        ("topics", "- a", "a mapping was wanted, a list came"),
        ("topics", "words: [", "YAML was wanted"),
        ("significance", "level: {}", "`levels` or `phrases` was wanted, 'level' came"),
        ("significance", "levels: {headin: minor}", "no rule is called 'headin'. Did you mean 'heading'?"),
        ("significance", "levels: {heading: grave}", "a level was wanted, 'grave' came. Levels are none, cosmetic"),
        ("significance", "phrases: [moonflowers]", "a list of rules was wanted"),
        (
            "significance",
            "phrases: [{rule: a, level: minor, phrases: [b]}]",
            "`rule`, `level` and `meaning` were wanted",
        ),
    ],
)
def test_a_fault_is_named_with_its_place_and_what_was_wanted(home: Path, name: str, text: str, said: str) -> None:
    write(home, name, text)
    with pytest.raises(ConfigurationError) as error:
        take_rules_of(home)
    assert said in str(error.value)
    assert f"{name}.yaml" in str(error.value)


def test_a_fault_stops_a_command_before_it_works(home: Path) -> None:
    write(home, "topics", "words:\n  securty: [a]")
    told = CommandLine(home).error("list")
    assert "Did you mean 'security'?" in told


def test_doctor_names_the_fault_once(home: Path) -> None:
    smallprint = CommandLine(home)
    smallprint.run("init")
    write(home, "topics", "words:\n  securty: [a]")
    lines = smallprint.run("doctor", "--json", code=1).splitlines()
    findings = {one["what"]: one["found"] for one in map(json.loads, lines)}
    assert "Did you mean 'security'?" in findings["rules"]
    assert "security" not in findings["database"]
