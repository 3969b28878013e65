"""What a page shows or hides beside the policy's text: menus, banners, other articles; kept apart, so that the comparison can look there.

A text that our reading counts to the policy in one capture and to its surroundings in the next one has not changed.
"""

from collections.abc import Iterator

from monitor.extract.blocks import BLOCK_TAGS
from monitor.extract.numbering import split_number
from monitor.extract.tree import Element
from monitor.words import canonical

_BOUND = ""


def read_beside(root: Element) -> str:
    """All text under `root` that is marked as noise, in document order, a line for each block, without its numbering."""
    lines: list[str] = []
    pieces: list[str] = []
    for piece in _pieces(root):
        if piece:
            pieces.append(piece)
        elif pieces:
            lines.append(split_number(canonical("".join(pieces)))[1])
            pieces = []
    return "\n".join(filter(None, lines))


def _pieces(root: Element) -> Iterator[str]:
    """The texts below what is noise; _BOUND wherever a block of them begins or ends."""
    waiting: list[tuple[Element | str, bool]] = [(root, False)]
    while waiting:
        child, aside = waiting.pop()
        if isinstance(child, str):
            yield child
            continue
        if not aside and not child.noise:
            waiting.extend([(below, False) for below in reversed(child.inner)])
            continue
        if child.tag == "br" and aside:
            yield " "
        if child.tag in BLOCK_TAGS or not aside:
            waiting.append((_BOUND, True))
            yield _BOUND
        waiting.extend([(below, True) for below in reversed(child.children)])
