"""Moved, renumbered, cut in another way, dressed in another way: words that stay are not marked. Never late, however large."""

import random
import re
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.diff import redline as redline_module
from monitor.diff.align import heaviest_rising
from monitor.diff.compare import compare
from monitor.types import Block, BlockKind, Document, EditKind, Significance
from tests.monitor.diff_documents import read

# Every clause is of its own, so that none is taken for another one.
PLANTS = (
    "roses",
    "tulips",
    "irises",
    "beans",
    "apples",
    "pears",
    "herbs",
    "vines",
    "ferns",
    "mosses",
    "lilies",
    "oaks",
)
CLAUSES = tuple(
    f"Whoever waters the {plant} in the garden number {k} may keep {k + 2} seeds of them for the winter"
    for k, plant in enumerate(PLANTS)
)
ORDERS = st.permutations(range(len(CLAUSES)))


def document(*texts: str) -> Document:
    return read(*texts)


@given(ORDERS)
@settings(deadline=None)
def test_blocks_in_another_order_are_moves_without_a_marked_character(order):
    diff = compare(document(*CLAUSES), document(*(CLAUSES[k] for k in order)))
    assert {edit.kind for edit in diff.edits} <= {EditKind.MOVE}
    assert diff.marked_characters == 0


@given(st.integers(0, 11), st.integers(0, 10), st.integers(0, 11))
@settings(deadline=None)
def test_a_block_carried_elsewhere_marks_nothing_and_a_word_edited_in_another_only_itself(moved, slot, edited):
    texts = list(CLAUSES)
    if edited != moved:
        texts[edited] = texts[edited].replace("winter", "summer")
    texts.insert(slot, texts.pop(moved))
    diff = compare(document(*CLAUSES), document(*texts))
    assert diff.marked_characters == (0 if edited == moved else len("winter") + len("summer"))


def test_a_word_edited_in_a_block_that_moved_is_all_that_is_marked():
    texts = [*CLAUSES[1:], CLAUSES[0].replace("winter", "summer")]
    [edit] = compare(document(*CLAUSES), document(*texts)).edits
    assert (edit.kind, edit.old_at, edit.new_at) == (EditKind.MOVE, (0,), (11,))
    assert [s.text for s in edit.segments if s.op != "equal"] == ["winter", "summer"]


@given(st.data())
@settings(deadline=None)
def test_numbers_kinds_levels_and_links_are_cosmetic_at_most(data):
    old = document(*CLAUSES)
    blocks = tuple(
        replace(
            block,
            kind=data.draw(st.sampled_from(BlockKind)),
            level=data.draw(st.integers(0, 4)),
            number=data.draw(st.sampled_from(["", "1.", "(b)", "2.3", "IV."])),
            links=data.draw(st.sampled_from([(), ("https://lumen-garden.example/seeds",)])),
        )
        for block in old.blocks
    )
    diff = compare(old, replace(old, blocks=blocks))
    assert diff.significance <= Significance.COSMETIC
    assert diff.marked_characters == 0


@pytest.mark.parametrize("form", ["{}. {}", "{}) {}", "({}) {}", "Section {}. {}"])
@given(first=st.integers(1, 9), removed=st.integers(1, 5))
@settings(deadline=None, max_examples=20)
def test_clauses_numbered_anew_in_their_text_are_cosmetic_at_most(form, first, removed):
    old, new = (
        document(*(form.format(start + k, text) for k, text in enumerate(CLAUSES)))
        for start in (first, first + removed)
    )
    assert compare(old, new).significance <= Significance.COSMETIC


@given(st.lists(st.integers(1, 200), max_size=8))
@settings(deadline=None)
def test_clauses_cut_in_another_way_are_cosmetic_at_most(cuts):
    words = " ".join(CLAUSES).split()
    edges = sorted({0, len(words), *(cut for cut in cuts if cut < len(words))})
    pieces = [" ".join(words[a:b]) for a, b in pairwise(edges)]
    assert compare(document(*CLAUSES), document(*pieces)).significance <= Significance.COSMETIC


@given(st.sampled_from(["“{}”", "«{}»", "„{}“", "'{}'", "‘{}’"]), st.sampled_from("-–—"))
@settings(deadline=None)
def test_other_quotes_and_dashes_are_cosmetic_at_most(quotes, dash):
    texts = [text.replace("garden", '"garden"').replace(" for ", " - for ") for text in CLAUSES]
    other = [
        re.sub(r'"(\w+)"', lambda word: quotes.format(word[1]), text).replace(" - ", f" {dash} ") for text in texts
    ]
    assert compare(document(*texts), document(*other)).significance <= Significance.COSMETIC


def test_the_answer_depends_on_no_clock(monkeypatch):
    texts = [text.replace("winter", "summer") for text in reversed(CLAUSES)]
    expected = compare(document(*CLAUSES), document(*texts))
    hours = iter(range(0, 10**9, 3600))
    monkeypatch.setattr(time, "time", lambda: float(next(hours)))
    assert compare(document(*CLAUSES), document(*texts)) == expected
    assert not hasattr(redline_module, "time")


@given(st.permutations(range(9)), st.lists(st.integers(1, 5), min_size=9, max_size=9))
def test_what_keeps_its_order_weighs_as_much_as_it_can(values, weights):
    kept = sorted(heaviest_rising(values, weights))
    assert [values[k] for k in kept] == sorted(values[k] for k in kept)
    best = [0] * len(values)
    for k, value in enumerate(values):
        best[k] = weights[k] + max((best[j] for j in range(k) if values[j] < value), default=0)
    assert sum(weights[k] for k in kept) == max(best)


def _blocks(texts):
    return Document("Policy", "en", tuple(Block(BlockKind.PARAGRAPH, text) for text in texts), "")


def _seconds(old, new):
    started = time.process_time()
    compare(_blocks(old), _blocks(new), whole=True)
    return time.process_time() - started


def test_ten_thousand_equal_short_blocks_take_seconds():
    old = ["Yes"] * 10_000
    assert _seconds(old, ["We sell seeds.", *old[:-500], "No"]) < 5
    assert _seconds([*old, *CLAUSES], [*CLAUSES, *old]) < 5


@pytest.mark.prove
def test_five_thousand_blocks_of_which_none_stayed_take_seconds():
    chance = random.Random(1)
    old, new = (
        [" ".join(f"{side}{chance.randrange(3_000)}" for _ in range(12)) for _ in range(5_000)] for side in "ab"
    )
    assert _seconds(old, new) < 20


def test_five_thousand_blocks_in_another_order_take_seconds():
    old = [f"Bed {k} holds {k * 7} tulips and the path number {k * 3} leads to it" for k in range(5_000)]
    assert _seconds(old, random.Random(1).sample(old, len(old))) < 10


@pytest.mark.prove
def test_one_block_of_a_million_characters_takes_seconds():
    old = " ".join(f"Seed number {k} grows in bed {k % 97}." for k in range(28_000))
    new = re.sub(r"Seed number (\d*[05])\b", r"Plant number \1", old)
    assert len(old) > 900_000
    assert _seconds([old], [new]) < 20
    assert _seconds([old, *CLAUSES], [*CLAUSES, *re.split(r"(?<=\.) ", new)[:2_000]]) < 20
