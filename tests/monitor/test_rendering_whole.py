"""The whole text with its edits in place reads as the old document and as the new one, block by block, in order."""

from dataclasses import replace

from hypothesis import given, settings

from monitor.diff.compare import compare
from monitor.rendering.lines import lines
from monitor.rendering.whole import Way, are_of, parts
from monitor.types import Block, BlockKind, Document
from tests.monitor.rewritten import PAIRS


def _read(old: Document, new: Document, but: str, not_here: Way) -> list[str]:
    """The texts of the blocks when all runs of this kind are left out."""
    texts, open_text = [], ""
    for part in parts(old, new, compare(old, new).edits):
        for line in () if part.way is not_here else lines(part, old, new):
            open_text += "".join(run.text for run in line.runs if run.op != but)
            if line.end != but and not (part.way in (Way.DELETED, Way.LEFT) and but == "delete"):
                texts.append(open_text)
                open_text = ""
    assert open_text == ""
    return texts


@given(PAIRS)
@settings(deadline=None)
def test_every_block_is_there_once_in_the_order_of_both_documents(pair: tuple[Document, Document]):
    old, new = pair
    assert _read(old, new, "delete", Way.LEFT) == [block.text for block in new.blocks]
    assert _read(old, new, "insert", Way.ARRIVED) == [block.text for block in old.blocks]


@given(PAIRS)
@settings(deadline=None)
def test_a_line_names_the_blocks_that_end_with_it(pair: tuple[Document, Document]):
    old, new = pair
    told = [(part, line) for part in parts(old, new, compare(old, new).edits) for line in lines(part, old, new)]
    assert [line.new for part, line in told if line.new and part.way is not Way.LEFT] == list(new.blocks)
    assert [line.old for part, line in told if line.old and part.way is not Way.ARRIVED] == list(old.blocks)


def test_lines_of_one_block_that_become_blocks_are_not_lost():
    old = _document("Garden rules\nVersion 8", "Be kind to the bees.")
    new = _document("Garden rules", "Version 8", "Be kind to the bees.")
    assert _read(old, new, "delete", Way.LEFT) == ["Garden rules", "Version 8", "Be kind to the bees."]
    assert _read(old, new, "insert", Way.ARRIVED) == ["Garden rules\nVersion 8", "Be kind to the bees."]


def _document(*texts: str) -> Document:
    return Document("Rules", "en", tuple(Block(BlockKind.PARAGRAPH, text) for text in texts), "\n\n".join(texts))


@given(PAIRS)
@settings(deadline=None)
def test_edits_without_places_or_of_other_documents_are_told_apart(pair: tuple[Document, Document]):
    old, new = pair
    edits = compare(old, new).edits
    assert are_of(edits, old, new)
    assert not are_of(edits, old, _document("Another text altogether."))
    if edits:
        assert not are_of([replace(edit, old_at=(), new_at=()) for edit in edits], old, new)
