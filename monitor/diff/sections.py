"""Where a block stands: the path of headings above it."""

from collections.abc import Sequence

from monitor.types import Block, BlockKind

JOINT = " > "


def heading_paths(blocks: Sequence[Block]) -> tuple[str, ...]:
    """For each block the headings above it, outermost first, joined by " > "; for a heading its own path included."""
    open_headings: list[tuple[int, str]] = []
    paths = []
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            while open_headings and open_headings[-1][0] >= block.level:
                open_headings.pop()
            open_headings.append((block.level, block.text))
        paths.append(JOINT.join(text for _, text in open_headings))
    return tuple(paths)
