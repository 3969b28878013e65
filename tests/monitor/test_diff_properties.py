"""What holds for any two documents."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.diff.align import Side, align
from monitor.diff.compare import compare
from monitor.diff.redline import redline
from monitor.types import Block, BlockKind, Document, Edit, Significance
from tests.monitor.rewritten import WORDS

TEXTS = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)
BLOCKS = st.builds(Block, kind=st.sampled_from(BlockKind), text=TEXTS, level=st.integers(0, 3))
DOCUMENTS = st.lists(BLOCKS, max_size=12).map(
    lambda blocks: Document("Policy", "en", tuple(blocks), "\n\n".join(block.text for block in blocks))
)
ANY_TEXT = st.text(max_size=300)


@given(ANY_TEXT, ANY_TEXT)
def test_a_redline_gives_both_texts_back_exactly(old, new):
    segments = redline(old, new)
    assert "".join(segment.text for segment in segments if segment.op != "insert") == old
    assert "".join(segment.text for segment in segments if segment.op != "delete") == new


@given(DOCUMENTS, DOCUMENTS)
@settings(deadline=None)
def test_the_edits_applied_to_the_old_blocks_give_the_new_ones(old, new):
    diff = compare(old, new)
    for edit in diff.edits:
        assert "".join(s.text for s in edit.segments if s.op != "insert") == (edit.old or "")
        assert "".join(s.text for s in edit.segments if s.op != "delete") == (edit.new or "")
    assert _applied(old, diff.edits) == [block.text for block in new.blocks]


def _applied(old: Document, edits: Sequence[Edit]) -> list[str]:
    """The texts of the new blocks, made of the old ones and the edits alone."""
    changed = {place for edit in edits for place in edit.old_at}
    stays = iter([block.text for place, block in enumerate(old.blocks) if place not in changed])
    written = {
        place: text for edit in edits for place, text in zip(edit.new_at, (edit.new or "").split("\n"), strict=False)
    }
    size = len(old.blocks) - len(changed) + sum(len(edit.new_at) for edit in edits)
    return [written[place] if place in written else next(stays) for place in range(size)]


@given(DOCUMENTS, DOCUMENTS)
@settings(deadline=None)
def test_every_block_is_in_exactly_one_pairing(old, new):
    pairings = align(Side.of(old.blocks), Side.of(new.blocks))
    assert sorted(index for pairing in pairings for index in pairing.old) == list(range(len(old.blocks)))
    assert sorted(index for pairing in pairings for index in pairing.new) == list(range(len(new.blocks)))


@given(DOCUMENTS)
@settings(deadline=None)
def test_a_document_never_differs_from_itself(document):
    diff = compare(document, document)
    assert diff.significance is Significance.NONE
    assert (diff.edits, diff.facts, diff.marked_characters) == ((), (), 0)


@given(DOCUMENTS, DOCUMENTS)
@settings(deadline=None)
def test_the_same_documents_always_give_the_same_answer(old, new):
    assert compare(old, new) == compare(old, new)


@given(DOCUMENTS, st.data())
@settings(deadline=None)
def test_dress_alone_is_cosmetic_at_most(document, data):
    def dressed(block: Block) -> Block:
        text = block.text.replace("“", '"').replace("”", '"').replace("–", "-").replace("don't", "don’t")
        number = data.draw(st.sampled_from(["", "1.", "(a)", "3.2"]))
        kind = data.draw(st.sampled_from(BlockKind))
        return Block(kind, text, block.level, number, ("https://lumen.example/",))

    new = Document(document.title, document.language, tuple(map(dressed, document.blocks)), document.text)
    assert compare(document, new).significance <= Significance.COSMETIC


@given(DOCUMENTS, st.data())
@settings(deadline=None)
def test_blocks_cut_in_another_way_are_cosmetic_at_most(document, data):
    pieces = []
    for block in document.blocks:
        words = block.text.split()
        cut = data.draw(st.integers(0, len(words)))
        pieces += [Block(block.kind, " ".join(part), block.level) for part in (words[:cut], words[cut:]) if part]
    new = Document(document.title, document.language, tuple(pieces), document.text)
    assert compare(document, new).significance <= Significance.COSMETIC
