"""A comparison turned round tells of the same places: what went has come, what came has gone."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.diff.align import Pairing, Side, align
from monitor.diff.compare import compare
from monitor.diff.redline import marked_characters, redline
from monitor.types import Block, BlockKind, Document, EditKind, Significance
from tests.monitor.diff_documents import POLICY, read

# Few words, so that equal and similar blocks are common.
WORDS = st.sampled_from(["we", "keep", "seeds", "not", "30", "days", "in", "the", "garden", "“beds”", "–", "roses,"])
TEXTS = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
BLOCKS = st.builds(Block, kind=st.sampled_from(BlockKind), text=TEXTS)
DOCUMENTS = st.lists(BLOCKS, max_size=14).map(
    lambda blocks: Document("Policy", "en", tuple(blocks), "\n\n".join(block.text for block in blocks))
)
TURNED = {
    EditKind.INSERT: EditKind.DELETE,
    EditKind.DELETE: EditKind.INSERT,
    EditKind.MOVE: EditKind.MOVE,
    EditKind.REPLACE: EditKind.REPLACE,
}
OTHER = {"equal": "equal", "insert": "delete", "delete": "insert"}


@given(DOCUMENTS, DOCUMENTS)
@settings(deadline=None)
def test_the_same_blocks_are_paired_both_ways(old, new):
    before, after = Side.of(old.blocks), Side.of(new.blocks)
    assert {_turned(pairing) for pairing in align(before, after)} == set(align(after, before))


def _turned(pairing: Pairing) -> Pairing:
    return replace(pairing, old=pairing.new, new=pairing.old)


@given(DOCUMENTS, DOCUMENTS)
@settings(deadline=None)
def test_the_same_places_are_touched_in_the_same_way(old, new):
    there, back = compare(old, new), compare(new, old)
    assert {(e.kind, e.old_at, e.new_at) for e in there.edits} == {
        (TURNED[e.kind], e.new_at, e.old_at) for e in back.edits
    }
    assert there.marked_characters == back.marked_characters


def test_a_policy_and_its_new_wording_are_the_same_edits_both_ways():
    new = [line.replace("30 days", "14 days") for line in (*POLICY[:4], *POLICY[8:10], *POLICY[4:8], *POLICY[11:])]
    there, back = compare(read(*POLICY), read(*new)), compare(read(*new), read(*POLICY))
    assert {EditKind.MOVE, EditKind.DELETE} <= {edit.kind for edit in there.edits}
    assert {(e.old_at, e.new_at) for e in there.edits} == {(e.new_at, e.old_at) for e in back.edits}


@given(TEXTS, TEXTS)
def test_a_redline_marks_the_same_words_both_ways(old, new):
    there, back = redline(old, new), redline(new, old)
    assert marked_characters(there) == marked_characters(back)
    for op, other in OTHER.items():
        assert [one.text for one in there if one.op == op] == [one.text for one in back if one.op == other]


@given(DOCUMENTS)
@settings(deadline=None)
def test_nothing_differs_from_itself(document):
    assert compare(document, document).edits == ()
    assert compare(document, document).significance is Significance.NONE
