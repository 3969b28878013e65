"""What `compare` promises about a change: its worth, its place, its dates, its words."""

import pytest

from monitor.diff.compare import compare
from monitor.types import Direction, DocumentDiff, Edit, EditKind, PageState, Significance
from tests.monitor.diff_documents import POLICY, policy, read


def changed(old: str, new: str) -> DocumentDiff:
    return compare(policy(), policy(old1=old, new1=new))


def only_edit(diff: DocumentDiff) -> Edit:
    assert len(diff.edits) == 1
    return diff.edits[0]


def test_a_document_does_not_differ_from_itself():
    diff = compare(policy(), policy())
    assert diff.significance is Significance.NONE
    assert diff.edits == ()
    assert diff.summary == "No word of the policy changed."


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("We may share", "We may not share", "negation"),
        ("We may share", "We will share", "modality"),
        ("30 days", "14 days", "figure"),
        ("with the carrier who", "with the carrier and our advertising partners who", "party, data, use or law"),
    ],
)
def test_one_word_that_turns_a_meaning_is_substantive(old, new, rule):
    diff = changed(old, new)
    assert diff.significance is Significance.SUBSTANTIVE
    assert only_edit(diff).rule == rule


def test_a_clause_that_came_is_substantive():
    diff = changed("## Contact", "We sell your garden photos to seed makers in other countries.\n## Contact")
    assert diff.significance is Significance.SUBSTANTIVE
    assert only_edit(diff).kind is EditKind.INSERT


def test_another_currency_is_substantive():
    old, new = (read("# Terms", f"You pay {sign} 5 for each parcel of seeds.") for sign in "$€")
    diff = compare(old, new)
    assert diff.significance is Significance.SUBSTANTIVE
    assert [(fact.type, fact.old, fact.new) for fact in diff.facts] == [("amount", "$ 5", "€ 5")]


def test_words_run_together_are_cosmetic_but_figures_never():
    assert changed("shipping address when", "shippingaddress when").significance is Significance.COSMETIC
    old, new = (read("# Terms", f"You pay {fee} crowns for each parcel of seeds.") for fee in ("1 5", "15"))
    assert compare(old, new).significance is Significance.SUBSTANTIVE


def test_a_kind_of_data_that_came_to_a_list_is_substantive():
    assert (
        changed("- Your garden photos", "- Your garden photos\n- Your IP address").significance
        is Significance.SUBSTANTIVE
    )


def test_a_changed_email_address_is_minor():
    diff = changed("privacy@lumen-garden.example", "hello@lumen-garden.example")
    assert diff.significance is Significance.MINOR
    assert only_edit(diff).rule == "contact details"
    assert [(fact.type, fact.old, fact.new) for fact in diff.facts] == [
        ("email", "privacy@lumen-garden.example", "hello@lumen-garden.example")
    ]


def test_an_email_address_hidden_from_robots_is_no_change():
    diff = changed("privacy@lumen-garden.example", "[email protected]")
    assert diff.significance is Significance.NONE
    assert diff.capture == "chrome"


def test_an_address_changed_beside_a_hidden_one_is_still_minor():
    lines = ("# Contact", "Write to {} or to [email protected] with any question about this policy.")
    old, new = (read(lines[0], lines[1].format(who)) for who in ("a@lumen.example", "b@lumen.example"))
    assert compare(old, new).significance is Significance.MINOR


def test_a_relative_time_that_moved_on_is_no_change():
    old, new = (read(*POLICY, f"This article was updated {days} days ago", updated="") for days in (5, 9))
    assert compare(old, new).significance is Significance.NONE


def test_a_label_at_the_edge_of_the_page_is_chrome():
    diff = compare(policy(), read(*POLICY, "Spring sale", "Garden blog", updated="2025-03-03"))
    assert diff.significance is Significance.NONE
    assert diff.capture == "chrome"


def test_a_mended_slip_of_the_pen_is_cosmetic():
    broken = policy(old1="about a damaged parcel", new1="about a damaged parcell")
    assert compare(broken, policy()).significance is Significance.COSMETIC


def test_employer_and_employee_are_no_slip_of_the_pen():
    old, new = (
        read("# Terms", f"The {who} shall pay for the lost seeds of the whole garden.")
        for who in ("employer", "employee")
    )
    assert compare(old, new).significance >= Significance.MINOR


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Last updated: March 3, 2025", "Last updated: 3 March 2025"),
        ("your name and your shipping", "your  name  and your shipping"),
        ("who brings the parcel", "who brings the “parcel”"),
        ("question about this policy", "question — about this policy"),
        ("We keep your order", "1. We keep your order"),
    ],
)
def test_another_dress_of_the_same_words_is_cosmetic_at_most(old, new):
    assert changed(old, new).significance <= Significance.COSMETIC


def test_british_and_american_spelling_is_cosmetic():
    old, new = (
        read("# Terms", f"You {word} the licence of the garden software by planting it.")
        for word in ("honour", "honor")
    )
    assert compare(old, new).significance is Significance.COSMETIC


def test_light_words_are_editorial():
    assert changed("with any question about", "for any question on").significance is Significance.EDITORIAL


def test_a_stated_date_that_moves_alone_is_a_date_change():
    diff = compare(policy(), policy(old1="March 3, 2025", new1="June 9, 2025", updated="2025-06-09"))
    assert diff.significance is Significance.DATE
    assert (diff.last_updated.old, diff.last_updated.new) == ("2025-03-03", "2025-06-09")
    assert diff.summary == "Only the stated date moved: 3 March 2025 → 9 June 2025."
    assert [(fact.type, fact.old, fact.new) for fact in diff.facts] == [("date", "March 3, 2025", "June 9, 2025")]


def test_an_entry_into_force_that_is_put_off_is_minor():
    def terms(day: str) -> tuple[str, ...]:
        return ("# Terms", "Last updated: March 3, 2025", f"These terms enter into force on {day} May 2025.")

    old, new = read(*terms("2"), updated="2025-03-03"), read(*terms("9"), updated="2025-03-03")
    assert compare(old, new).significance is Significance.MINOR


def test_words_that_change_while_the_date_stands_still_are_told_as_silent():
    diff = changed("30 days", "14 days")
    assert diff.silent
    assert diff.summary.endswith("; the page's date did not move.")


def test_words_that_change_with_the_date_are_not_silent():
    new = policy(old1="30 days", new1="14 days", old2="March 3, 2025", new2="June 9, 2025", updated="2025-06-09")
    assert not compare(policy(), new).silent


def test_a_page_without_a_date_cannot_be_silent():
    old, new = policy(updated=""), policy(old1="30 days", new1="14 days", updated="")
    assert not compare(old, new).silent


def test_a_moved_block_is_told_once_as_a_move_and_marks_nothing():
    lines = list(POLICY)
    lines.insert(4, lines.pop(9))
    diff = compare(policy(), read(*lines, updated="2025-03-03"))
    edit = only_edit(diff)
    assert edit.kind is EditKind.MOVE
    assert (edit.moved_from, edit.section) == (
        "Privacy Policy of Lumen Garden > Sharing",
        "Privacy Policy of Lumen Garden > Information we collect",
    )
    assert diff.significance is Significance.COSMETIC
    assert diff.moved == (POLICY[9],)
    assert diff.marked_characters == 0


def test_a_moved_and_reworded_block_is_one_edit_that_marks_only_the_reworded_words():
    lines = list(POLICY)
    lines.insert(4, lines.pop(9).replace("to your door", "to your gate"))
    diff = compare(policy(), read(*lines, updated="2025-03-03"))
    edit = only_edit(diff)
    assert edit.kind is EditKind.MOVE
    assert [segment.text for segment in edit.segments if segment.op != "equal"] == ["door", "gate"]


def test_a_paragraph_cut_in_two_is_cosmetic():
    assert changed("when you order seeds", "when\nyou order seeds").significance is Significance.COSMETIC


def test_a_promise_that_goes_is_worse_and_its_withdrawal_better():
    promise = "We do not sell your garden photos to anybody.\n## Contact"
    with_promise = policy(old1="## Contact", new1=promise)
    assert compare(with_promise, policy()).direction is Direction.WORSE
    assert compare(policy(), with_promise).direction is Direction.BETTER


def test_topics_come_from_the_heading_and_the_words():
    assert "retention" in changed("30 days", "14 days").topics
    assert "sharing" in changed("with the carrier who", "with the carrier and our advertising partners who").topics


def test_a_page_cut_off_is_broken_and_its_return_restored():
    torn = read(*POLICY[:3], updated="2025-03-03")
    assert compare(policy(), torn).capture == "broken"
    assert compare(torn, policy()).capture == "restored"
    assert compare(policy(), torn).significance is Significance.NONE


def test_a_broken_capture_still_shows_what_was_lost():
    diff = compare(policy(), read(*POLICY[:3], updated="2025-03-03"))
    assert [edit.old for edit in diff.edits] == [line.removeprefix("- ").removeprefix("## ") for line in POLICY[3:]]
    assert "not a change of the policy" in diff.summary


def test_a_wall_is_broken_whatever_its_words():
    wall = policy()
    wall = type(wall)(wall.title, wall.language, wall.blocks, wall.text, wall.stated, PageState.BOT_WALL)
    assert compare(policy(), wall).capture == "broken"
    assert compare(wall, policy()).capture == "restored"


def test_another_language_is_another_variant_and_no_change():
    other = policy()
    other = type(other)(other.title, "de", other.blocks, other.text, other.stated)
    assert compare(policy(), other).capture == "broken"


def test_a_regional_form_of_the_language_is_the_same_language():
    other = policy()
    other = type(other)(other.title, "en-GB", other.blocks, other.text, other.stated)
    assert compare(policy(), other).capture == "ok"


def test_the_whole_change_is_worth_as_much_as_its_worst_edit():
    new = policy(old1="with any question about", new1="for any question on", old2="30 days", new2="14 days")
    diff = compare(policy(), new)
    assert {edit.significance for edit in diff.edits} == {Significance.EDITORIAL, Significance.SUBSTANTIVE}
    assert diff.significance is Significance.SUBSTANTIVE


def test_markup_alone_is_cosmetic_without_an_edit():
    lines = [line.replace("- Your garden", "Your garden") for line in POLICY]
    diff = compare(policy(), read(*lines, updated="2025-03-03"))
    assert diff.significance is Significance.COSMETIC
    assert diff.edits == ()


def test_a_row_of_labels_is_minor():
    table = ("## Cookies", "Name | Purpose | Lifetime", "seed_id | Login | session")
    old = read(*POLICY, *table, "We use these cookies to keep you signed in to our shop.")
    new = read(*POLICY, *table, "bed_id | Basket | session", "We use these cookies to keep you signed in to our shop.")
    assert compare(old, new).significance is Significance.MINOR


def test_the_summary_shows_where_two_long_promises_part():
    promise = "We do not disclose what you tell us to any third party without your express prior consent"
    summary = compare(read(*POLICY, f"{promise}."), read(*POLICY, f"{promise}, save to advertisers.")).summary
    assert "advertisers" in summary


def test_the_summary_tells_the_facts():
    summary = changed("30 days", "14 days").summary
    assert summary.startswith("Duration: 30 days → 14 days; 1 passage reworded")


def test_empty_documents_can_be_compared():
    assert compare(read(), read()).significance is Significance.NONE
    assert compare(policy(), read()).capture == "broken"
