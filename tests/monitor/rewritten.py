"""Pairs of small documents of which the second is the first one rewritten: moved, split, merged, reworded, renumbered."""

from dataclasses import replace

from hypothesis import strategies as st

from monitor.types import Block, BlockKind, Document

_CLAUSE = "we you may will not share collect your data seeds garden 30 days 14 the of and to 5 EUR 5% café 漢字 ن"
_SIGNS = "privacy@lumen.example “quoted” – don't 2025-01-02 Lumen, Inc. <b> &"
WORDS = st.sampled_from([*_CLAUSE.split(), *_SIGNS.split()])
TEXTS = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
BREAKS = st.lists(TEXTS, min_size=1, max_size=2).map("\n".join)  # an address has several lines
NUMBERS = st.sampled_from(["", "", "1.", "(a)", "3.2"])
BLOCKS = st.builds(Block, kind=st.sampled_from(BlockKind), text=BREAKS, level=st.integers(1, 3), number=NUMBERS)
BODIES = st.lists(BLOCKS, max_size=8)


def document(blocks: list[Block]) -> Document:
    return Document("Policy", "en", tuple(blocks), "\n\n".join(block.text for block in blocks))


@st.composite
def _rewritten(draw: st.DrawFn) -> tuple[Document, Document]:
    old = draw(BODIES)
    new = list(old)
    for _ in range(draw(st.integers(0, 4))):
        new = _once(draw, new)
    return document(old), document(new)


def _once(draw: st.DrawFn, blocks: list[Block]) -> list[Block]:
    """One thing that editors do."""
    if not blocks:
        return [draw(BLOCKS)]
    place = draw(st.integers(0, len(blocks) - 1))
    block, rest = blocks[place], [*blocks[:place], *blocks[place + 1 :]]
    done = draw(st.sampled_from(["delete", "insert", "move", "split", "merge", "reword", "renumber"]))
    if done == "insert":
        return [*blocks[:place], draw(BLOCKS), *blocks[place:]]
    if done == "move":
        to = draw(st.integers(0, len(rest)))
        return [*rest[:to], block, *rest[to:]]
    if done == "merge" and place + 1 < len(blocks):
        joint = draw(st.sampled_from([" ", "\n"]))
        merged = replace(block, text=block.text + joint + blocks[place + 1].text)
        return [*blocks[:place], merged, *blocks[place + 2 :]]
    return rest if done == "delete" else [*blocks[:place], *_changed(draw, block, done), *blocks[place + 1 :]]


def _changed(draw: st.DrawFn, block: Block, done: str) -> list[Block]:
    words = block.text.split(" ")
    at = draw(st.integers(0, len(words)))
    if done == "split":
        halves = (" ".join(words[:at]), " ".join(words[at:]))
        return [replace(block, text=half) for half in halves if half.strip()]
    if done == "renumber":
        return [replace(block, number=draw(NUMBERS), kind=draw(st.sampled_from(BlockKind)))]
    return [replace(block, text=" ".join([*words[:at], draw(WORDS), *words[at + 1 :]]))]


PAIRS = st.one_of(_rewritten(), st.tuples(BODIES.map(document), BODIES.map(document)))
