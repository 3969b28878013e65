"""What a reader is told about a change, in words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dates.spoken import in_words
from monitor.rendering.cleaning import clean, one_line, shorten
from monitor.rendering.folding import at_word_edges, fold
from monitor.rendering.words import date_sentences
from monitor.types import DateMove, Direction, DocumentDiff, Edit, EditKind, Segment, Significance
from notifier.letter import subject, write_letter
from tests.notifier.rows import KEPT_LONGER, a_change, a_diff, edit

NONE = DateMove(None, None)


@pytest.mark.parametrize(
    ("diff", "said"),
    [
        (a_diff(last_updated=NONE, silent=False), ("The page states no date.",)),
        (a_diff(), ("The page still says 21 November 2021, though its words changed.",)),
        (
            a_diff(last_updated=DateMove("2026-03-01", "2026-09-02"), silent=False),
            ("The page's date moved: 1 March 2026 → 2 September 2026",),
        ),
        (
            a_diff(last_updated=DateMove("2026-03", "2026-09"), silent=False, significance=Significance.DATE),
            ("Only the page's date moved: March 2026 → September 2026",),
        ),
        (
            a_diff(last_updated=DateMove("2026", None), silent=False),
            ("The page no longer states its date; it said 2026.",),
        ),
        (
            a_diff(last_updated=NONE, effective=DateMove(None, "2026-09-02"), silent=False),
            ("The page now states its effective date: 2 September 2026; it stated none before.",),
        ),
        (
            a_diff(last_updated=NONE, effective=DateMove("2026-09-02", "2026-09-02")),
            ("The page's effective date is still 2 September 2026.",),
        ),
        (
            a_diff(
                last_updated=DateMove("2025-01-01", "2026-01-01"),
                effective=DateMove("2024-05-06", "2024-05-06"),
                silent=False,
            ),
            ("The page's date moved: 1 January 2025 → 1 January 2026", "The page's effective date stays 6 May 2024."),
        ),
        (
            a_diff(last_updated=DateMove("2026-01-02", "2026-05-06", (), ("2026-05-06", "2026-06-05")), silent=False),
            ("The page's date moved: 2 January 2026 → 6 May 2026 or 5 June 2026",),
        ),
        (
            a_diff(last_updated=DateMove("2026-05-06", "2026-05-06", *[("2026-05-06", "2026-06-05")] * 2)),
            ("The page still says 6 May 2026 or 5 June 2026, though its words changed.",),
        ),
        (
            a_diff(last_updated=DateMove("2026-03-01", "2026-03-02", rendered=True), silent=False),
            ("The page prints the day of each visit as its date, so that it says nothing.",),
        ),
    ],
)
def test_the_stated_dates_are_told_in_words(diff: DocumentDiff, said: tuple[str, ...]):
    assert date_sentences(diff) == said


@pytest.mark.parametrize("date", ["2026-13-01", "2026-00", "soon", "", "2026-1-2-3"])
def test_a_date_of_another_form_is_told_as_it_came(date: str):
    assert in_words(date) == date


def test_the_subject_can_be_triaged():
    letter = write_letter(a_change())
    assert letter.subject == "[SUBSTANTIVE - worse] Acme Privacy Policy: files are kept for 60 days instead of 30"
    assert write_letter(a_change(a_diff(direction=Direction.NEUTRAL))).subject.startswith("[SUBSTANTIVE] Acme")


@given(st.text(max_size=400), st.text(max_size=400))
def test_a_subject_is_one_short_line_whatever_the_names(policy: str, summary: str):
    line = subject("minor", "mixed", policy, summary)
    assert len(line) <= 200
    assert clean(line) == line
    assert line.splitlines() == [line]


def test_the_worst_edits_come_first_and_the_cosmetic_ones_are_counted():
    minor = edit(("insert", "a fact"))
    cosmetic = edit(("insert", "a dress"), significance=Significance.COSMETIC)
    letter = write_letter(a_change(a_diff(edits=(minor, cosmetic, KEPT_LONGER))))
    assert [told.significance for told in letter.edits] == ["substantive", "minor"]
    assert (letter.cosmetic_edits, letter.edits_left_out) == (1, 0)
    assert letter.rules == ("longer retention",)


def test_a_change_of_everything_stays_within_a_message_and_counts_what_is_left_out():
    long = tuple(edit(*[("insert", "word " * 90), ("equal", "as before ")] * 20) for _ in range(50))
    letter = write_letter(a_change(a_diff(edits=long)))
    assert 1 <= len(letter.edits) < 10
    assert letter.edits_left_out == 50 - len(letter.edits)
    assert len(write_letter(a_change(a_diff(edits=long)), complete=True).edits) == 50


def test_retired_sources_are_not_linked():
    assert write_letter(a_change()).links == ("https://acme.example/privacy?a=1&b=2",)


def test_a_return_and_an_unconfirmed_wording_are_remarked():
    change = a_change()
    change.status, change.return_of = "pending", 3
    assert write_letter(change).remarks == (
        "Not confirmed yet: no second visit has shown this wording.",
        "This is the wording of version 3 again.",
    )


def test_names_and_texts_are_clean():
    hostile = Edit(
        EditKind.INSERT,
        "a\r\nBcc: b",
        None,
        "x",
        (Segment("insert", "evil\u202etxt\0\ud800"),),
        Significance.MINOR,
        "r",
    )
    letter = write_letter(a_change(a_diff(edits=(hostile,)), service="Acme\r\nBcc: all@evil.example"))
    assert letter.policy == "Acme Bcc: all@evil.example Privacy Policy"
    assert letter.edits[0].section == "a Bcc: b"
    assert letter.edits[0].redline == (Segment("insert", "eviltxt  "),)


def test_long_unchanged_runs_leave_twelve_words_around_a_mark():
    words = [f"w{number}" for number in range(100)]
    run = " ".join(words)
    before, mark, between, other, after = fold(
        (
            Segment("equal", run + " "),
            Segment("delete", "30"),
            Segment("equal", f" {run} "),
            Segment("insert", "60"),
            Segment("equal", " " + run),
        )
    )
    assert before.text == f"[…] {' '.join(words[-12:])} "
    assert between.text == f" {' '.join(words[:12])} […] {' '.join(words[-12:])} "
    assert after.text == f" {' '.join(words[:12])} […]"
    assert (mark.text, other.text) == ("30", "60")


def test_a_long_inserted_text_says_how_many_of_its_words_are_left_out():
    (run,) = fold((Segment("insert", "word " * 500),))
    assert "[… 340 words …]" in run.text
    assert fold((Segment("insert", "word " * 500),), whole_marks=True) == (Segment("insert", "word " * 500),)


@given(
    st.lists(
        st.tuples(st.sampled_from(["equal", "insert", "delete"]), st.text(alphabet="ab, .", max_size=8)), max_size=8
    )
)
def test_moving_marks_to_word_edges_loses_no_word(runs: list[tuple[str, str]]):
    segments = [Segment(op, text) for op, text in runs]
    edged = list(at_word_edges(segments))
    for op in ("insert", "delete"):
        assert [run.text for run in edged if run.op == op] == [
            segment.text.strip() for segment in segments if segment.op == op and segment.text.strip()
        ]
    kept = "".join("".join(segment.text for segment in segments).split())
    assert "".join("".join(run.text for run in edged).split()) == kept


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str):
    assert clean(clean(text)) == clean(text)
    assert one_line(one_line(text)) == one_line(text)


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_a_shortened_text_is_within_its_limit(text: str, limit: int):
    assert len(shorten(text, limit)) <= limit


def test_a_place_is_named_by_its_innermost_headings():
    deep = "The whole policy > A notice that stands above everything > Your account > How long we keep it"
    letter = write_letter(a_change(a_diff(edits=(replace(KEPT_LONGER, section=deep),))))
    assert letter.edits[0].place == "… > Your account > How long we keep it"
