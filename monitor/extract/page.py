"""What a reader of one media type hands on: the blocks, and what the page says about itself."""

from dataclasses import dataclass, field

from monitor.types import Block, MarkupDate

SHORT_WORDS = 300
"""A page with fewer words of policy text is searched for the words of walls and shells."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as read.

    `language` is the page's own claim. `shown` is all visible text, noise and all, of a page of fewer than SHORT_WORDS;
    `clues` are facts of the markup, such as "password field": both are for judging the page's state only. `beside`: see `Document`.
    `address`: the one that the page states as its own (rel=canonical). `markup_dates`: see `Document`. `selection_missed`: why the selection that was asked for names nothing here; then nothing was read.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    language: str = ""
    shown: str = ""
    clues: frozenset[str] = field(default_factory=frozenset)
    beside: str = ""
    address: str = ""
    markup_dates: tuple[MarkupDate, ...] = ()
    selection_missed: str = ""
