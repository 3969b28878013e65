"""A changed word is never taken for the same words in another dress."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.diff.compare import compare
from monitor.types import Block, BlockKind, Document, Significance
from tests.monitor.diff_documents import POLICY, read

ALERTS = (Significance.EDITORIAL, Significance.MINOR, Significance.SUBSTANTIVE)
CLAUSES = (
    ("", "Terms of Lumen Garden"),
    ("1", "Seeds"),
    ("", "We send seeds to every garden that asks for them before the end of the winter."),
    ("2", "Pots"),
    ("", "We keep an account of pots and may close it as stated in Article 3 of these terms."),
    ("3", "Termination of the account"),
    ("", "You may close your account with us at any time by a letter to our office."),
    ("4", "Contact"),
    ("", "Write to our office with any question that you have about these terms."),
)


def significance(old: str, new: str) -> Significance:
    """Of a line within the policy that changes so; the same in both directions."""
    first, second = (read(*POLICY[:4], *line.split("\n"), *POLICY[4:]) for line in (old, new))
    there, back = compare(first, second).significance, compare(second, first).significance
    assert there is back
    return there


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("You must report a loss that happened 3 days ago.", "You must report a loss that happened 5 days ago."),
        ("- Orders placed 30 days ago", "- Orders placed 14 days ago"),
        ("Claims posted 30 days ago", "Claims posted 14 days ago"),
        ("We answer a letter that was updated 30 days ago.", "We answer a letter that was updated 14 days ago."),
    ],
)
def test_a_deadline_told_as_a_time_ago_is_no_clock(old, new):
    assert significance(old, new) in ALERTS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "We and our 46 partners store cookies on your device.",
            "We and our 105 partners store cookies on your device.",
        ),
        ("- 5 likes a day for each member", "- 3 likes a day for each member"),
        ("- 46 partners", "- 105 partners"),
        ("Free plan: 5 comments", "Free plan: 3 comments"),
        ("You have 2 votes.", "You have 3 votes."),
    ],
)
def test_a_number_of_the_policy_is_no_counter(old, new):
    assert significance(old, new) in ALERTS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("VAT number FR12345678901", "VAT number FR12345678902"),
        ("IBAN DE89370400440532013000", "IBAN DE89370400440532013001"),
        ("Phone 0049301234567", "Phone 0049301234568"),
        (
            "PGP fingerprint 3a5b7c9d1e2f3a5b7c9d1e2f3a5b7c9d1e2f3a5b",
            "PGP fingerprint 0a5b7c9d1e2f3a5b7c9d1e2f3a5b7c9d1e2f3a5b",
        ),
        ("Build 3 weeks", "Build 4 weeks"),
    ],
)
def test_a_number_that_names_a_company_an_account_or_a_key_is_no_identifier_of_the_visit(old, new):
    assert significance(old, new) in ALERTS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Our seed list is dated 3/4/2025.", "Our seed list is dated 3 April 2025."),
        ("Our seed list is dated 3 April 2025.", "Our seed list is dated 4 April 2025."),
        ("30. Juni 2025 ist der letzte Tag.", "15. Juni 2025 ist der letzte Tag."),
    ],
)
def test_another_day_is_no_other_notation(old, new):
    assert significance(old, new) in ALERTS


def test_a_list_of_changes_in_which_one_date_did_not_move_changed():
    old = "September 15, 2025: pots added\nMarch 1, 2025: soil added\nJanuary 9, 2024: first seeds"
    new = "September 14, 2025: pots added\nFebruary 28, 2025: soil added\nJanuary 9, 2024: first seeds"
    assert significance(old, new) in ALERTS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('Read <a href="https://seeds.example">here</a>.', 'Read <a href="https://pots.example">here</a>.'),
        ('Ask <a href="mailto:a@seeds.example">us</a>.', 'Ask <a href="mailto:b@seeds.example">us</a>.'),
        ("See [our garden](https://seeds.example/x) now.", "See [our garden](https://pots.example/x) now."),
        ("Read about <b>seeds</b> here.", "Read about pots here."),
        ("Give it to the <company>.", "Give it to the person."),
    ],
)
def test_markup_that_leads_elsewhere_or_holds_other_words_is_a_change(old, new):
    assert significance(old, new) in ALERTS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Every garden in this country needs water.", "Every garden in this county needs water."),
        ("There is a fixed charge for seeds and for pots.", "There is a fixed change for seeds and for pots."),
        ("You pay 1 5 crowns for seeds.", "You pay 15 crowns for seeds."),
        ("We respect your copyright in seeds.", "We respect your in seeds."),
        (
            "This seed is sold under version 2 of the licence that you know, to us all.",
            "This seed is sold under version 3 of the licence that you know, to us all.",
        ),
        ("Water the seeds under Article 28 of the garden law.", "Water the seeds under Article 32 of the garden law."),
        ("2.5 GB of seeds are free.", "1.5 GB of seeds are free."),
        ("Diese Samen wurden gegossen.", "Diese Samen würden gegossen."),
    ],
)
def test_one_letter_or_figure_that_says_something_else_is_a_change(old, new):
    assert significance(old, new) in ALERTS


def _carries(word: str) -> bool:
    return word.isalpha() and len(word) > 4


def _clauses(*, numbers: dict[str, str] | None = None, article: str = "3") -> Document:
    numbers = numbers or {}
    blocks = (
        Block(
            BlockKind.HEADING if number or not place else BlockKind.PARAGRAPH,
            text,
            2 if number else 0,
            numbers.get(number, number),
        )
        for place, (number, text) in enumerate(CLAUSES)
    )
    told = tuple(replace(block, text=block.text.replace("Article 3", f"Article {article}")) for block in blocks)
    return Document("Terms", "en", told, "\n\n".join(block.text for block in told))


def test_a_reference_to_another_clause_while_the_clauses_stand_is_minor():
    diff = compare(_clauses(), _clauses(article="4"))
    assert [(edit.rule, edit.significance) for edit in diff.edits] == [("reference", Significance.MINOR)]


def test_a_reference_that_follows_its_renumbered_clause_is_dress():
    diff = compare(_clauses(), _clauses(numbers={"3": "4", "4": "5"}, article="4"))
    assert [(edit.rule, edit.significance) for edit in diff.edits] == [("renumbered", Significance.COSMETIC)]


def test_a_reference_that_does_not_follow_its_renumbered_clause_is_minor():
    diff = compare(_clauses(), _clauses(numbers={"3": "4", "4": "5"}, article="5"))
    assert diff.significance is Significance.MINOR


def test_a_line_of_the_contact_details_that_is_reworded_is_no_page_furniture():
    lines = (*POLICY, "## By letter", "{}", "Lumen Garden, 1 Seed Street, Leeds")
    old, new = (
        read(*(line.format(who) for line in lines), updated="2025-03-03")
        for who in ("Privacy Officer", "Data Protection Officer")
    )
    assert compare(old, new).significance in ALERTS
    assert compare(new, old).significance in ALERTS


SENTENCES = [line for line in POLICY if len(line.split()) > 3 and any(map(_carries, line.split()))]


@given(st.sampled_from(SENTENCES), st.data())
@settings(deadline=None, max_examples=300)
def test_a_word_that_is_replaced_by_another_one_is_never_overlooked(line, data):
    words = line.split(" ")
    place = data.draw(st.sampled_from([place for place, word in enumerate(words) if _carries(word)]))
    words[place] = data.draw(st.sampled_from(["Umbrellas", "wombats", "insurers", "Zeppelin", "quartz", "gefragt"]))
    changed = [" ".join(words) if one == line else one for one in POLICY]
    assert compare(read(*POLICY), read(*changed)).significance > Significance.COSMETIC
    assert compare(read(*changed), read(*POLICY)).significance > Significance.COSMETIC


def test_of_two_equal_clauses_the_one_that_went_is_a_change_and_the_one_that_moved_is_none():
    clause = "You may refuse every cookie of our partners on the banner of the shop."
    twice, once = (read(*POLICY[:4], clause, *POLICY[4:], *more) for more in ((clause,), ()))
    assert compare(twice, once).significance in ALERTS
    assert compare(once, twice).significance in ALERTS
    moved = read(*POLICY, clause)
    assert compare(once, moved).significance is Significance.COSMETIC
