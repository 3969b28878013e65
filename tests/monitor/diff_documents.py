"""Documents for the tests of `monitor.diff`, written as lines: `# heading`, `- item`, `a | b` a table row, else a paragraph."""

from monitor.types import Block, BlockKind, Document, StatedDate, StatedDates
from monitor.words import canonical

POLICY = (
    "# Privacy Policy of Lumen Garden",
    "Last updated: March 3, 2025",
    "## Information we collect",
    "We collect your name and your shipping address when you order seeds from our shop.",
    "- Your order history",
    "- Your garden photos",
    "## How long we keep it",
    "We keep your order history for 30 days after the delivery of the last parcel.",
    "## Sharing",
    "We may share your shipping address with the carrier who brings the parcel to your door.",
    "You must tell us about a damaged parcel before the end of the season.",
    "## Contact",
    "Write to privacy@lumen-garden.example with any question about this policy.",
)


def read(*lines: str, updated: str = "", effective: str = "", language: str = "en") -> Document:
    """The lines as a document; `updated` and `effective` are stated by the first line that has a digit, when given."""
    blocks = tuple(_block(line) for line in lines)
    stated = StatedDates(_stated(blocks, updated), _stated(blocks, effective))
    return Document(blocks[0].text if blocks else "", language, blocks, "\n\n".join(lines), stated)


def policy(*, updated: str = "2025-03-03", **changes: str) -> Document:
    """The policy above, with `old="new"` replacements given as keyword pairs `old1=..., new1=...`."""
    pairs = [(changes[key], changes["new" + key.removeprefix("old")]) for key in changes if key.startswith("old")]
    text = "\n".join(POLICY)
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return read(*text.split("\n"), updated=updated)


def _block(line: str) -> Block:
    if line.startswith("#"):
        marks, _, text = line.partition(" ")
        return Block(BlockKind.HEADING, canonical(text), level=len(marks))
    if line.startswith("- "):
        return Block(BlockKind.LIST_ITEM, canonical(line[2:]), level=1)
    kind = BlockKind.TABLE_ROW if " | " in line else BlockKind.PARAGRAPH
    return Block(kind, canonical(line))


def _stated(blocks: tuple[Block, ...], value: str) -> StatedDate | None:
    if not value:
        return None
    index = next(number for number, block in enumerate(blocks) if any(map(str.isdigit, block.text)))
    return StatedDate(value, blocks[index].text, index)
