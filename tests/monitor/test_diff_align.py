"""Which block became which: order, moves, splits and merges."""

import time

import pytest

from monitor.diff.align import Pairing, Side, align
from monitor.diff.sections import heading_paths
from tests.monitor.diff_documents import POLICY, read


def pairings(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[Pairing, ...]:
    return align(Side.of(read(*old).blocks), Side.of(read(*new).blocks))


LONG = "The gardener waters the beds of the seed garden every evening in summer"


def test_equal_blocks_are_paired_in_order():
    assert pairings(("a", "b", "c"), ("a", "b", "c")) == tuple(Pairing((k,), (k,)) for k in range(3))


def test_a_reworded_block_between_equal_ones_is_paired():
    assert pairings(("a", f"{LONG}.", "b"), ("a", f"{LONG} and winter.", "b"))[1] == Pairing((1,), (1,))


def test_a_block_that_changed_its_place_is_one_moved_pairing():
    others = (f"{LONG} and the beds of the roses too", f"{LONG} but not in rain")
    assert pairings(("a", LONG, *others), ("a", *others, LONG))[3] == Pairing((1,), (3,), moved=True)


def test_what_moved_is_the_side_with_fewer_words():
    found = pairings(("a", LONG, "b", "c"), ("a", "b", "c", LONG))
    assert [pairing.moved for pairing in found] == [False, True, True, False]


def test_a_short_block_reworded_beside_one_that_moved_has_moved_with_it():
    stays = tuple(f"Bed {k} of the garden is dug over by the gardener in the spring" for k in range(9))
    found = pairings((*stays, "Of water", LONG), ("On water", LONG, *stays))
    assert found[:2] == (Pairing((9,), (0,), moved=True), Pairing((10,), (1,), moved=True))


def test_of_equal_blocks_the_one_moves_that_stands_beside_others_that_move():
    stays = tuple(f"Bed {k} of the garden is dug over by the gardener in the spring" for k in range(9))
    run = ("See below.", LONG, "See below.", f"{LONG} and winter", "See below.")
    found = pairings((*stays, *run), (*run, *stays))
    assert [pairing.old for pairing in found[:5]] == [(9,), (10,), (11,), (12,), (13,)]


def test_of_two_blocks_that_changed_places_one_has_moved():
    found = pairings(("a", "b"), ("b", "a"))
    assert sorted(pairing.moved for pairing in found) == [False, True]


def test_a_split_block_is_one_pairing():
    new = ("The gardener waters the beds of the", "seed garden every evening in summer")
    assert pairings(("a", LONG, "b"), ("a", *new, "b"))[1] == Pairing((1,), (1, 2))


def test_a_merge_with_a_changed_word_is_one_pairing():
    old = ("The gardener waters the beds of the", "seed garden every morning in summer")
    assert pairings(("a", *old, "b"), ("a", LONG, "b"))[1] == Pairing((1, 2), (1,))


def test_a_text_cut_into_other_blocks_and_words_is_one_pairing():
    words = f"{LONG} of the 28 th year".split()
    lines = f"{LONG} of the 28th year".split()
    assert pairings(("a", " ".join(words[:9]), " ".join(words[9:]), "b"), ("a", *lines, "b"))[1] == Pairing(
        (1, 2), tuple(range(1, len(lines) + 1))
    )


def test_an_inserted_and_a_deleted_block_stand_where_they_belong():
    found = pairings(("a", LONG, "b"), ("a", "b", "entirely other words about roses"))
    assert found == (Pairing((0,), (0,)), Pairing((1,), ()), Pairing((2,), (1,)), Pairing((), (2,)))


def test_a_thousand_rewritten_blocks_take_no_second():
    old = tuple(f"Bed {k} holds {k * 7} tulips and the path number {k * 3} leads to it" for k in range(1_000))
    new = tuple(f"Row {k} has {k * 11} roses while the road number {k * 5} passes it" for k in range(1_000))
    before, after = Side.of(read(*old).blocks), Side.of(read(*new).blocks)
    started = time.process_time()
    align(before, after)
    assert time.process_time() - started < 1


def test_a_section_is_the_path_of_headings_above():
    paths = heading_paths(read(*POLICY).blocks)
    assert paths[1] == "Privacy Policy of Lumen Garden"
    assert paths[4] == "Privacy Policy of Lumen Garden > Information we collect"
    assert heading_paths(read("no heading above").blocks) == ("",)


@pytest.mark.parametrize(
    ("stays", "before", "after"),
    [
        (
            "Rakely | letters | Spain",
            "Seedbank | hosting of the site | France",
            "Seedbank | storage in the cellar | Norway",
        ),
        ("- Rakely: letters", "- Seedbank: hosting of the site in France", "- Seedbank: photos, Norway"),
    ],
)
def test_a_row_or_an_item_about_the_same_thing_is_the_same_one(stays, before, after):
    assert Pairing((1,), (2,)) in pairings(("## List", before, stays), ("## List", stays, after))


def test_a_head_that_several_rows_have_tells_nothing():
    old = ("Yes | watering every evening", "Yes | digging in the spring", "c")
    new = ("Yes | selling tulips", "Yes | buying rakes", "c")
    assert all(not (one.old and one.new) for one in pairings(old, new)[:-1])
