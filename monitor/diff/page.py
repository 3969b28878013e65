"""One document as the comparison sees it: everything that judging its blocks needs, each computed at most once."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import groupby

from monitor.diff.align import Side, key_words
from monitor.diff.aside import Surroundings
from monitor.diff.sections import JOINT, heading_paths
from monitor.diff.tables import lexicon
from monitor.diff.wording import MOVED_WORDS, meaning_words, ngrams, plain_words, stretches
from monitor.types import BlockKind, Document
from monitor.words import comparison_key

_URL = re.compile(r"https?://\S+")
_SMALL_WORD = re.compile(r"(?<![\w'’-])[^\W\d_A-ZÀ-Þ][\w-]*")
_PROSE_WORDS = 12
_SENTENCE_WORDS = 5
_AROUND = 5
_CONTENTS = 3
_LABEL_WORDS = 4
_MENU_SHARE = 0.5
_END_BLOCKS = 8
_MENU_BLOCKS = 5
_MENU_LABELS = 0.6
# Under such a heading a list of links may be a list of partners.
_LISTING = frozenset({"sharing", "trackers", "transfer", "collection"})


class Page:
    """A document with what is known about its blocks, and the document that it is compared with."""

    def __init__(self, document: Document, other: Document) -> None:
        self.document = document
        self.other = other
        self.blocks = document.blocks
        self.side = Side.of(document.blocks)

    @cached_property
    def sections(self) -> tuple[str, ...]:
        return heading_paths(self.blocks)

    @cached_property
    def headings(self) -> frozenset[str]:
        pairs = zip(self.blocks, self.side.keys, strict=True)
        return frozenset(key for block, key in pairs if block.kind is BlockKind.HEADING)

    @cached_property
    def contents(self) -> frozenset[int]:
        """The blocks of tables of contents: at least _CONTENTS in a row that repeat headings, and the label above them."""
        found: set[int] = set()
        repeating = [self.repeats_heading(index) for index in range(len(self.blocks))]
        start = 0
        for repeats, group in groupby(repeating):
            end = start + len(list(group))
            if repeats and end - start >= _CONTENTS:
                found.update(range(start - self._is_label(start - 1), end))
            start = end
        return frozenset(found)

    def repeats_heading(self, index: int) -> bool:
        return self.side.keys[index] in self.headings and self.blocks[index].kind is not BlockKind.HEADING

    def _is_label(self, index: int) -> bool:
        return (
            index >= 0
            and len(self.side.words[index]) <= _LABEL_WORDS
            and not is_prose(self.blocks[index].text, self.side.words[index])
        )

    @cached_property
    def flat_words(self) -> list[str]:
        return [word for words in self.side.words for word in words]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.flat_words)

    @cached_property
    def small_words(self) -> frozenset[str]:
        """The words that the page writes without a capital somewhere."""
        return frozenset(word for block in self.blocks for word in _SMALL_WORD.findall(block.text))

    @cached_property
    def runs(self) -> Counter[tuple[str, ...]]:
        """How often each run of MOVED_WORDS words stands on the page."""
        return Counter(ngrams(self._plain_words, MOVED_WORDS))

    @cached_property
    def lettered(self) -> Counter[str]:
        """How often these letters follow the beginning of a word, see `wording.stretches`."""
        return Counter(filter(None, stretches(self._plain_words)))

    @cached_property
    def _plain_words(self) -> list[str]:
        return [plain for word in self.flat_words for plain in plain_words(word)]

    @cached_property
    def left_for(self) -> Surroundings:
        """What stands beside the policy on the other page, and not already here."""
        here, there = self.document.beside, self.other.beside
        return Surroundings.of(there if there != here else "").beyond(Surroundings.of(here if there else ""))

    @cached_property
    def set_aside(self) -> frozenset[int]:
        """The blocks that may merely have gone beside the policy."""
        return self.left_for.blocks_held(
            [[plain for word in words for plain in plain_words(word)] for words in self.side.words]
        )

    @cached_property
    def _spoken(self) -> str:
        return " ".join(["", *self.flat_words, ""])

    def says(self, text: str) -> bool:
        """The words of the text stand somewhere on the page, in their order, side by side."""
        return " ".join(["", *key_words(comparison_key(text)), ""]) in self._spoken

    @cached_property
    def body(self) -> range:
        """From the first to the last block that speaks as a policy does; what lies outside is the edge of the page."""
        first = next((index for index in range(len(self.blocks)) if self._speaks(index)), 0)
        last = next(
            (index for index in range(len(self.blocks) - 1, -1, -1) if self._speaks(index)), len(self.blocks) - 1
        )
        return range(first, last + 1)

    @cached_property
    def ends(self) -> frozenset[int]:
        """The first and the last few blocks."""
        size = len(self.blocks)
        return frozenset({*range(min(_END_BLOCKS, size)), *range(max(0, size - _END_BLOCKS), size)})

    @cached_property
    def menus(self) -> frozenset[int]:
        """The blocks at the head and the foot that the other page has not, when they are many and most of them labels."""
        known = set(self.other_keys)
        strange = [key not in known for key in self.side.keys]
        head = next((place for place, is_strange in enumerate(strange) if not is_strange), 0)
        tail = next((place for place, is_strange in enumerate(reversed(strange)) if not is_strange), 0)
        runs = (range(head), range(len(strange) - tail, len(strange)))
        return frozenset(place for run in runs if self._is_menu(run) for place in run)

    def _is_menu(self, run: Sequence[int]) -> bool:
        labels = sum(not is_prose(self.blocks[place].text, self.side.words[place]) for place in run)
        return len(run) >= _MENU_BLOCKS and labels >= _MENU_LABELS * len(run)

    @cached_property
    def other_keys(self) -> tuple[str, ...]:
        return tuple(comparison_key(block.text) for block in self.other.blocks)

    @cached_property
    def prose_words(self) -> int:
        """The number of words in sentences, labels and menus left out."""
        pairs = zip(self.blocks, self.side.words, strict=True)
        return sum(len(words) for block, words in pairs if is_prose(block.text, words))

    def in_menu(self, index: int) -> bool:
        """Most blocks around this one are labels that lead to other pages, and it stands under no heading that lists partners or data."""
        around = range(max(0, index - _AROUND), min(len(self.blocks), index + _AROUND + 1))
        if sum(self._leads_away(place) for place in around) < _MENU_SHARE * len(around):
            return False
        return not _LISTING & set(
            lexicon("topics", "headings").labels(meaning_words(self.sections[index].rpartition(JOINT)[2]))
        )

    def _leads_away(self, index: int) -> bool:
        block = self.blocks[index]
        return (bool(block.links) or "://" in block.text) and not is_prose(block.text, self.side.words[index])

    def _speaks(self, index: int) -> bool:
        words = self.side.words[index]
        return is_prose(self.blocks[index].text, words) and lexicon("words", "normative").has(words)


def is_prose(text: str, words: Sequence[str]) -> bool:
    """A sentence rather than a label: long, or of some length and closed by a full stop. Addresses of pages do not count."""
    if "://" in text:
        words = meaning_words(_URL.sub(" ", text))
    return len(words) >= _PROSE_WORDS or (
        len(words) >= _SENTENCE_WORDS and text.rstrip().endswith((".", "!", "?", ";", "。", "।"))
    )
