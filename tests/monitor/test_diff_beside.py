"""Texts that our reading counted to the policy in one capture and to its surroundings in the other one have not changed."""

from dataclasses import replace

import pytest

from monitor.diff.aside import Surroundings
from monitor.diff.compare import compare
from monitor.types import Document, Significance
from tests.monitor.diff_documents import POLICY, read

NEWS = "We have opened a new garden by the river for everybody who likes roses."


def document(*lines: str, beside: str = "") -> Document:
    return replace(read(*lines), beside=beside)


def with_line(line: str, place: int = 4) -> tuple[str, ...]:
    return (*POLICY[:place], line, *POLICY[place:])


@pytest.mark.parametrize("line", [NEWS, "Gift cards", "## Cookies consent", "- Careers"])
def test_what_went_beside_the_policy_or_came_from_there_is_no_change(line):
    inside = document(*with_line(line), beside="Home\nShop of seeds")
    outside = document(*POLICY, beside=f"Home\n{line.lstrip('#- ')}\nShop of seeds")
    for old, new in ((inside, outside), (outside, inside)):
        diff = compare(old, new, whole=True)
        assert diff.significance is Significance.NONE
        assert diff.capture == "chrome"
        assert {edit.rule for edit in diff.edits} == {"set aside"}


def test_it_need_not_be_cut_into_the_same_blocks():
    inside = document(*with_line(NEWS))
    outside = document(
        *POLICY, beside="Home Roses We have opened a new garden by the river\nfor everybody who likes roses. Read on"
    )
    assert compare(inside, outside, whole=True).significance is Significance.NONE


def test_entries_of_a_menu_need_not_be_cut_alike_when_they_go_together():
    inside = document(*POLICY, "Gift cards", "Careers in seeds", "Press", "Our gardens")
    outside = document(*POLICY, beside="Gift cards Careers in seeds Press Our gardens")
    assert compare(inside, outside, whole=True).significance is Significance.NONE


def test_what_the_page_repeats_beside_the_policy_all_along_is_missed_when_it_goes():
    """A clause that is gone from the policy is gone, though a banner says the same before and after."""
    old = document(*with_line(NEWS), beside=NEWS)
    new = document(*POLICY, beside=NEWS)
    assert compare(old, new, whole=True).significance > Significance.COSMETIC


def test_a_short_deletion_is_found_though_its_words_stand_in_a_menu():
    old = document(*POLICY, beside="Your garden\nYour photos")
    new = document(
        *(line for line in POLICY if line != "- Your garden photos"),
        beside="Your garden\nYour photos\nOur photos\nYour order",
    )
    assert compare(old, new, whole=True).significance > Significance.COSMETIC


def test_a_clause_that_changed_on_its_way_is_told_with_its_changed_words():
    old = document(*with_line("We keep the list of your roses for 10 years after the last parcel."))
    new = document(*POLICY, beside="We keep the list of your tulips for 30 years after the last parcel.")
    assert compare(old, new, whole=True).significance > Significance.COSMETIC


def test_words_that_went_from_a_clause_to_the_surroundings_leave_the_clause_unchanged():
    line = POLICY[3]
    old = document(*(f"{line} Print this page for your friends now" if one == line else one for one in POLICY))
    new = document(*POLICY, beside="Print this page for your friends now")
    assert compare(old, new, whole=True).significance is Significance.NONE


def test_other_changes_are_told_beside_a_text_that_went():
    changed = [line.replace("30 days", "90 days") for line in POLICY]
    diff = compare(document(*with_line(NEWS)), document(*changed, beside=NEWS), whole=True)
    assert diff.significance is Significance.SUBSTANTIVE
    assert diff.capture == "ok"


CONTENTS = ("Table of contents", "- Information we collect", "- How long we keep it", "- Sharing", "- Contact")


def test_a_table_of_contents_that_comes_goes_or_doubles_is_no_change():
    without, once = document(*POLICY), document(*POLICY[:2], *CONTENTS, *POLICY[2:])
    twice = document(*POLICY[:2], *CONTENTS, *CONTENTS, *POLICY[2:])
    for old, new in ((without, once), (once, without), (once, twice), (twice, once)):
        assert compare(old, new, whole=True).significance <= Significance.COSMETIC


def test_a_section_that_comes_with_its_entry_in_the_contents_is_told():
    section = ("## Cookies", "We set one cookie that remembers the seeds in your basket until you order.")
    old = document(*POLICY[:2], *CONTENTS, *POLICY[2:])
    new = document(*POLICY[:2], *CONTENTS, "- Cookies", *POLICY[2:], *section)
    assert compare(old, new, whole=True).significance is Significance.SUBSTANTIVE


def test_an_item_of_a_list_that_is_no_table_of_contents_is_told():
    old = document(*POLICY, "## Your garden photos")
    new = document(*(line for line in POLICY if line != "- Your garden photos"), "## Your garden photos")
    assert compare(old, new, whole=True).significance > Significance.COSMETIC


def test_surroundings_count_how_often_they_hold_a_text():
    twice, once = Surroundings.of("Gift cards\nGift cards\nPress"), Surroundings.of("Gift cards\nPress")
    assert set(twice.beyond(once).lines) == {("gift", "cards")}
    assert not once.beyond(twice).lines
    assert twice.beyond(once).blocks_held([["press"], ["gift", "cards"]]) == frozenset({1})
