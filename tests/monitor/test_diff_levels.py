"""What a change is worth where the words alone mislead: lists of recipients, contact details, menus, condensed policies."""

import pytest

from monitor.diff.compare import compare
from monitor.rendering.words import page_sentences
from monitor.types import Block, BlockKind, Document, DocumentDiff, Significance
from tests.monitor.diff_documents import POLICY, policy, read

SUBSTANTIVE, MINOR, QUIET = Significance.SUBSTANTIVE, Significance.MINOR, Significance.EDITORIAL


def _with_lines(heading: str, text: str) -> Document:
    """A section whose only paragraph keeps its line breaks."""
    blocks = (Block(BlockKind.HEADING, heading, level=2), Block(BlockKind.PARAGRAPH, text))
    return Document("Privacy Policy", "en", blocks, f"{heading}\n\n{text}")


def level(old: Document, new: Document) -> Significance:
    return compare(old, new).significance


def rule(diff: DocumentDiff) -> str:
    return max(diff.edits, key=lambda edit: edit.significance).rule


@pytest.mark.parametrize("line", ["Rakely | e-mail | Spain", "- Rakely", "Rakely: for our letters to you"])
def test_a_new_recipient_in_a_list_is_substantive(line: str) -> None:
    head = ("# Privacy Policy", "## List of sub-processors", "Seedbank | hosting | France")
    diff = compare(read(*head), read(*head, line))
    assert (diff.significance, rule(diff)) == (SUBSTANTIVE, "recipient")
    assert ("party", None, "Rakely") in [(fact.type, fact.old, fact.new) for fact in diff.facts]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "Lumen Garden\nAttn: Seeds\n12 Rose Street\nOld Town, UT 84043\nhello@lumen.example",
            "Lumen Garden\nAttn: Seeds\n7 Tulip Road, Suite 4\nNew Town, UT 84095\nhello@lumen.example",
        ),
        (
            "If you have a question, contact us by our contact form.",
            "If you have a question, contact us directly via help@lumen.example.",
        ),
        ("Our address is hello(at)lumen.example.", "Our address is seeds(at)lumen.example."),
    ],
)
def test_where_to_write_is_minor(old: str, new: str) -> None:
    diff = compare(_with_lines("How to reach us", old), _with_lines("How to reach us", new))
    assert (diff.significance, rule(diff)) == (MINOR, "contact details")


def test_another_company_at_the_address_is_not_only_where_to_write() -> None:
    old = "Lumen Seeds Ltd\nAttn: Seeds\n12 Rose Street\nOld Town, UT 84043\nhello@lumen.example"
    new = old.replace("Lumen Seeds", "Rosy Plants")
    assert rule(compare(_with_lines("Who we are", old), _with_lines("Who we are", new))) != "contact details"


def test_a_word_that_was_typed_twice_is_a_slip() -> None:
    assert level(policy(), policy(old1="We may share", new1="We may may share")) is Significance.COSMETIC


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("You can find more about seeds in our help pages.", "Learn more about seeds in our help pages."),
        ("The season ends in December 2025.", "The season ends in May 2026."),
    ],
)
def test_a_pointing_can_and_the_month_of_may_are_no_leave(old: str, new: str) -> None:
    frame = ("# Terms of Lumen Garden", "## The beds")
    assert rule(compare(read(*frame, old), read(*frame, new))) != "modality"


MENU = ("Shop", "Seeds", "Tools", "About the garden", "Jobs", "© 2026 Lumen Garden is a registered charity no. 12")


def test_a_footer_that_came_whole_is_page_furniture() -> None:
    assert level(policy(), read(*POLICY, *MENU, updated="2025-03-03")) <= QUIET


def test_a_clause_that_came_with_a_footer_is_not() -> None:
    clause = "We share your garden photos with our advertising partners from now on."
    assert level(policy(), read(*POLICY, clause, *MENU, updated="2025-03-03")) is SUBSTANTIVE


def test_a_condensed_policy_with_the_same_headings_is_a_change_and_one_cut_off_is_broken() -> None:
    clauses = [
        f"We keep record {k} of your garden for the time that the season {k} of this year may last." for k in range(40)
    ]
    headings = ("## Seeds", "## Tools", "## Beds", "## Gates")
    long = read(
        "# Privacy Policy",
        *(line for k, head in enumerate(headings) for line in (head, *clauses[k * 10 : k * 10 + 10])),
    )
    condensed = read(
        "# Privacy Policy",
        *(
            line
            for head in headings
            for line in (head, "All that you tell us here is kept until you ask us to forget it again.")
        ),
    )
    assert compare(long, condensed).capture == "ok"
    cut = read("# Privacy Policy", headings[0], *clauses[:10])
    assert compare(long, cut).capture == "broken"


def test_a_partner_more_in_an_exception_is_substantive_and_told_as_a_pair() -> None:
    old = "We do not pass your photos on, except to the carrier."
    new = "We do not pass your photos on, except to the carrier and to our analytics partners."
    frame = ("# Privacy Policy", "## Disclosure")
    diff = compare(read(*frame, old), read(*frame, new))
    assert diff.significance is SUBSTANTIVE
    assert (old[:-1], new[:-1]) in [(fact.old, fact.new) for fact in diff.facts]


def test_a_language_that_the_rules_hardly_know_is_said() -> None:
    old, new = ("Przechowujemy dane przez 30 dni.", "Przechowujemy dane przez 60 dni.")
    diff = compare(read("# Polityka", old, language="pl"), read("# Polityka", new, language="pl"))
    assert diff.confidence == "low"
    assert (
        "The page is in Polish: facts, topics, direction and level are less sure than the redline."
        in page_sentences(diff)
    )
    assert compare(policy(), policy(old1="30 days", new1="14 days")).confidence == "high"
