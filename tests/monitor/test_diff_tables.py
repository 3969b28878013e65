"""The rule tables are whole, and a fault in one is named with its place."""

from importlib.resources import files

import pytest

from monitor.diff.lexicon import Lexicon
from monitor.diff.rule_files import checked, table
from monitor.diff.sameness import near
from monitor.diff.significance import TESTS, meaning_of, rules
from monitor.diff.spelling import are_two_words, check_variants
from monitor.diff.tables import lexicon
from monitor.diff.wording import meaning_words
from monitor.errors import ConfigurationError

TOPICS = {
    "collection", "use", "sharing", "choice", "rights", "retention", "security", "policy_change", "trackers", "children",
    "regional", "transfer", "ai", "contact", "identity", "definitions", "scope", "liability", "dispute", "law",
    "termination", "conduct", "content_licence", "payment", "ip", "account", "service",
}  # fmt: skip
PARTS = {
    "words": (
        *(
            "negation",
            "modality",
            "looking",
            "person",
            "licence",
            "duty",
            "only",
            "recipients",
            "contact",
            "normative",
            "light",
            "notice",
            "announced",
            "banner",
            "chrome",
            "reference",
            "dateline",
        ),
    ),
    "topics": ("headings", "words", "telling"),
    "direction": ("worse", "better", "more"),
    "figures": ("days", "numbers"),
    "significance": ("told",),
    "facts": ("recipients", "data", "uses", "laws", "countries", "companies"),
    "clocks": ("clocks", "amounts", "vague", "units", "stamps", "leads", "counters", "around", "identifiers", "kept"),
    "debris": ("link_labels",),
    "spelling": ("words", "stems", "prefixes", "endings", "apart"),
}


@pytest.mark.parametrize(("name", "part"), [(name, part) for name, parts in PARTS.items() for part in parts])
def test_every_table_can_be_read(name, part):
    assert table(name, part)
    assert lexicon(name, part) is lexicon(name, part)


def test_every_file_of_rules_is_covered():
    names = {entry.name.removesuffix(".yaml") for entry in files("monitor.diff").joinpath("rules").iterdir()}
    assert names == set(PARTS)


@pytest.mark.parametrize("part", ["headings", "words"])
def test_each_of_the_27_topics_has_evidence(part):
    assert set(table("topics", part)) == TOPICS


def test_rules_have_different_names_and_say_why():
    assert {rule.name for rule in rules()} == set(TESTS)
    assert len(rules()) == len(TESTS)
    assert all(meaning_of(rule) != rule for rule in (*TESTS, "stated date", "entry into force"))


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (None, "a mapping of names to lists of phrases was wanted, nothing came"),
        (["a"], "a mapping of names to lists of phrases was wanted, a list came"),
        ({"law": "act"}, "law: a list of phrases was wanted, a str came"),
        ({"law": []}, "law: a list of phrases was wanted, a list came"),
        ({"law": ["act", ""]}, "law: a phrase was wanted, '' came"),
        ({1: ["act"]}, "a name was wanted, 1 came"),
    ],
)
def test_a_faulty_table_names_the_place_and_what_was_wanted(raw, wanted):
    with pytest.raises(ConfigurationError) as error:
        checked("rules/laws.yaml", raw)
    assert str(error.value).startswith("rules/laws.yaml: ")
    assert wanted in str(error.value)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (["seeds"], "'seeds': one form and others"),
        (["seed sead", "side sead"], "'side sead': one form and others"),
        (["seed sead", "sead seat"], "'sead': a form that others are read as"),
    ],
)
def test_a_faulty_line_of_spellings_is_named(line, wanted):
    with pytest.raises(ConfigurationError) as error:
        check_variants("rules/spelling.yaml: words", {"english": line})
    assert wanted in str(error.value)


def test_words_told_apart_are_one_slip_apart_or_told_for_nothing():
    groups = [entry.split() for entries in table("spelling", "apart").values() for entry in entries]
    for group in groups:
        assert all(any(near(word, other) for other in group if other != word) for word in group), group
    assert are_two_words("charge", "change")
    assert not are_two_words("parcel", "parcell")


def test_a_part_that_is_not_there_is_named():
    with pytest.raises(ConfigurationError, match=r"rules/words\.yaml: verbs: .* nothing came"):
        table("words", "verbs")


def test_phrases_are_found_with_their_place_and_the_longest_first():
    words = ["we", "share", "the", "seed", "list", "with", "seed", "makers"]
    hits = list(Lexicon({"thing": ["seed", "seed list"], "party": ["seed mak*"]}).find(words))
    assert [(hit.label, hit.start, hit.end) for hit in hits] == [("thing", 3, 5), ("party", 6, 8), ("thing", 6, 7)]


def test_a_star_stands_for_any_ending_and_nothing_else_does():
    found = Lexicon({"sow": ["sow*"], "reap": ["reap"]}).labels(["sowing", "reaping", "sow", "reap"])
    assert found == ["sow", "sow", "reap"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We don’t sell; we can't and won't.", "we do not sell we can not and will not"),
        ("Cancelled licences, organised by colour", "cancelled licenses organised by color"),
        ("four hours, your tour, precise promise, otherwise", "four hours your tour precise promise otherwise"),
    ],
)
def test_words_lose_their_dress_and_keep_their_meaning(text, words):
    assert meaning_words(text) == words.split()
