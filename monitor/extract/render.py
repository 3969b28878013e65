"""Blocks -> canonical Markdown: one block a paragraph, the same blocks always the same text. Link targets are left out."""

from collections.abc import Sequence

from monitor.types import Block, BlockKind


def render(blocks: Sequence[Block]) -> str:
    """The blocks as Markdown, separated by empty lines, items of one list and rows of one table by single line breaks."""
    pieces: list[str] = []
    before: BlockKind | None = None
    for block in blocks:
        if pieces:
            pieces.append("\n" if block.kind is before and block.kind in _TIGHT else "\n\n")
        pieces.append(_line(block))
        before = block.kind
    return "".join(pieces)


_TIGHT = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})


def _line(block: Block) -> str:
    text = f"{block.number} {block.text}" if block.number else block.text
    if block.kind is BlockKind.HEADING:
        return f"{'#' * block.level} {text}"
    if block.kind is BlockKind.LIST_ITEM:
        indent = "  " * (block.level - 1)
        return f"{indent}- " + text.replace("\n", f"\n{indent}  ")
    if block.kind is BlockKind.TABLE_ROW:
        return f"| {text} |"
    return text.replace("\n", "  \n")
