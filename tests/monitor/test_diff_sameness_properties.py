"""What holds for every text and every dress of it."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.diff.clocks import without_clocks, without_counters, without_identifiers
from monitor.diff.compare import compare
from monitor.diff.debris import targets, without_debris
from monitor.diff.references import without_marks, without_references
from monitor.diff.rule_files import table
from monitor.diff.spelling import one_spelling
from monitor.diff.wording import letters, meaning_words
from monitor.types import Significance
from tests.monitor.diff_documents import POLICY, read

ANY_TEXT = st.text(max_size=300)
TRICKY_TEXT = st.lists(
    st.sampled_from(
        ["<a href=", '"x"', ">", "<b>", "](/", "][1]", "[x]: /", "&amp;", "&#39;", "updated", "5", "days", "ago", "il y a", "46 vendors", "·", ".", "\n",
         "3.1", "(a)", "o", "Article 5 -", "© 2024", "15 September 2025", "Build", "7f3a9bc0d1e2f", "seeds", "colour"]
    ),
    max_size=30,
).map(" ".join)  # fmt: skip
WORDS = st.lists(st.sampled_from(["seeds", "28", "th", "5", "we", "1,000", "pots", "3a", "don't", "été"]), max_size=12)
PAIRS = [
    ("Updated 7 days ago", "Updated over a week ago"),
    ("46 vendors", "105 vendors"),
    ("Trace Id 7f3a9bc0d1e2f", "Trace Id 00b1c2d3e4f5a"),
    ("We planted it on September 15, 2025 here.", "We planted it on 15 September 2025 here."),
    ("You honour the licence of the programme.", "You honor the license of the program."),
    ("See <b>our garden</b> for the seeds.", "See our garden for the seeds."),
    ("See [our garden][1] for the pots.", "See our garden for the pots."),
    ("3.1 Pots need no water.", "Pots need no water."),
    ("Soil needs a web site.", "Soil needs a website."),
    ("“Soil” – they’re sure – is good.", '"Soil" - they\'re sure - is good.'),
    ("Write to [email protected]or call.", "Write to soil@lumen.example or call."),
]


@given(
    st.lists(st.tuples(st.sampled_from(PAIRS), st.booleans()), min_size=1, max_size=8, unique_by=lambda pair: pair[0])
)
@settings(deadline=None)
def test_dresses_put_on_and_taken_off_are_cosmetic_at_most_in_both_directions(drawn):
    old, new = ([pair[flipped is side] for pair, flipped in drawn] for side in (False, True))
    first, second = (read(*POLICY[:4], *lines, *POLICY[4:]) for lines in (old, new))
    there, back = compare(first, second), compare(second, first)
    assert there.significance <= Significance.COSMETIC
    assert there.significance is back.significance


@example("days", "ago days")
@given(TRICKY_TEXT, TRICKY_TEXT)
@settings(deadline=None)
def test_two_orders_of_two_lines_get_the_same_verdict_from_the_rules_of_dress(one, other):
    first, second = (read(*POLICY[:4], *line.split("\n"), *POLICY[4:]) for line in (one, other))
    there, back = compare(first, second), compare(second, first)
    assert (there.significance > Significance.COSMETIC) == (back.significance > Significance.COSMETIC)


@given(ANY_TEXT | TRICKY_TEXT)
def test_taking_off_a_dress_adds_no_word_and_is_repeatable(text):
    words = set(meaning_words(text))
    for strip in (without_clocks, without_identifiers):
        assert set(strip(text)) <= words
    assert all(any(word.startswith(left) for word in words) for left in without_counters(text))
    assert set(meaning_words(without_marks(text))) <= words
    assert targets(without_debris(text)) <= targets(text)


@pytest.mark.parametrize(
    "piece",
    [
        "<a ",
        "<a href=",
        "<!--",
        "[x]",
        "](/",
        "&amp;",
        'href="',
        " \n",
        "updated 5 ",
        "a few ",
        "46 vendors · ",
        "3.1 ",
        "(a) ",
        "section 5 and ",
        "1/2/",
    ],
)
def test_a_hostile_text_takes_time_in_proportion_to_its_length(piece):
    text = (piece * 40_000)[:40_000]
    start = time.process_time()
    for strip in (without_debris, targets, without_clocks, without_counters, without_identifiers, without_references):
        strip(text)
    assert time.process_time() - start < 5  # where the time grows with the square, it is half a minute


@given(WORDS, st.data())
def test_letters_do_not_know_where_words_were_cut_but_know_figures(words, data):
    glued = []
    for word in words:
        apart = not glued or (word[0].isdigit() and glued[-1][-1].isdigit()) or data.draw(st.booleans())
        glued = [*glued, word] if apart else [*glued[:-1], glued[-1] + word]
    assert letters(glued) == letters(words)
    assert letters(["1", "5"]) != letters(["15"])


@given(
    st.text(st.characters(categories=["Ll"]), min_size=1, max_size=12)
    | st.sampled_from(["organization", "d'août", "discolouration"])
)
def test_a_spelling_is_read_once_and_for_all(word):
    assert one_spelling(one_spelling(word)) == one_spelling(word)


def test_every_variant_in_the_table_is_read_as_its_first_form_and_that_as_itself():
    for entries in table("spelling", "words").values():
        for entry in entries:
            forms = entry.split()
            assert {one_spelling(form) for form in forms} == {one_spelling(forms[0])}
