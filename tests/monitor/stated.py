"""Short ways to ask for the stated dates of invented pages."""

from monitor.dates.find import find_stated_dates
from monitor.types import Block, BlockKind, StatedDates

CLAUSE = "We keep what you tell us only for as long as the service needs it, and we tell you before anything changes."


def paragraph(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def item(text: str) -> Block:
    return Block(BlockKind.LIST_ITEM, text, level=1)


def row(text: str) -> Block:
    return Block(BlockKind.TABLE_ROW, text)


def heading(text: str) -> Block:
    return Block(BlockKind.HEADING, text, level=2)


def body(count: int = 40) -> list[Block]:
    return [paragraph(CLAUSE)] * count


def stated(*blocks: Block | str, language: str | None = "en", url: str = "") -> tuple[str | None, str | None]:
    """`last_updated` and `effective` of a page; a text stands for a paragraph."""
    found = find(*blocks, language=language, url=url)
    return (
        found.last_updated.value if found.last_updated else None,
        found.effective.value if found.effective else None,
    )


def find(*blocks: Block | str, language: str | None = "en", url: str = "") -> StatedDates:
    page = [paragraph(block) if isinstance(block, str) else block for block in blocks]
    return find_stated_dates(page, language=language, url=url)
