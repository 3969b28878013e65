"""The redline marks words, not letters, and long texts coarsely rather than late."""

import time

import pytest

from monitor.diff import redline as module
from monitor.diff.redline import marked_characters, redline
from monitor.types import Segment


def test_whole_words_are_marked():
    assert redline("keep it for 30 days", "keep it for 14 days") == (
        Segment("equal", "keep it for "),
        Segment("delete", "30"),
        Segment("insert", "14"),
        Segment("equal", " days"),
    )


def test_deleted_words_come_before_inserted_ones():
    ops = [segment.op for segment in redline("red tulips and blue irises", "white tulips and green irises")]
    assert ops == ["delete", "insert", "equal", "delete", "insert", "equal"]


def test_equalities_too_short_to_mean_anything_are_not_left_standing():
    segments = redline("the old carrier of parcels to you", "our new partners of banks and shops")
    assert [segment.op for segment in segments] == ["delete", "insert"]


def test_marked_characters_counts_both_sides():
    assert marked_characters(redline("keep it for 30 days", "keep it for 14 days")) == 4


def test_texts_too_long_for_words_are_compared_by_sentences(monkeypatch):
    monkeypatch.setattr(module, "_MAX_CELLS", 12)
    segments = redline("One bed. Two beds. Three beds.", "One bed. Two trees. Three beds.")
    assert segments == (
        Segment("equal", "One bed. "),
        Segment("delete", "Two beds. "),
        Segment("insert", "Two trees. "),
        Segment("equal", "Three beds."),
    )


def test_texts_too_long_for_sentences_share_only_beginning_and_end(monkeypatch):
    monkeypatch.setattr(module, "_MAX_CELLS", 0)
    segments = redline("a. b. c.", "a. x. c.")
    assert segments == (
        Segment("equal", "a. "),
        Segment("delete", "b"),
        Segment("insert", "x"),
        Segment("equal", ". c."),
    )


@pytest.mark.prove
def test_half_a_million_characters_half_rewritten_take_seconds():
    old = " ".join(f"Seed number {number} grows in bed {number % 97}." for number in range(14_000))
    new = " ".join(f"{'Plant' if n % 2 else 'Seed'} number {n} grows in bed {n % 97}." for n in range(14_000))
    started = time.process_time()
    segments = redline(old, new)
    assert time.process_time() - started < 3
    assert "".join(segment.text for segment in segments if segment.op != "insert") == old
