"""A page that ends early: the beginning of the policy, word for word, and then nothing."""

from collections.abc import Sequence

from monitor.types import Block, Document
from monitor.words import comparison_key

WHOLE = 0.95  # of the words in the head of the policy are there
OTHERS = 0.25  # of the page's words may be what surrounds the policy
_FAR_WORDS = 200
MISSING = 0.05  # of the policy's words; less is an edit of its end


def ends_early(base: Document, document: Document) -> bool:
    """The document is the head of the base and nothing of its tail."""
    old = [(comparison_key(block.text), _words(block)) for block in base.blocks]
    place = kept = 0
    for block in document.blocks:
        found = _find(old, comparison_key(block.text), place)
        if found is not None:
            kept += old[found][1]
            place = found + 1
    head = sum(words for _, words in old[:place])
    missing = base.word_count - head
    if kept < WHOLE * head or missing < MISSING * base.word_count:
        return False
    return document.word_count - kept <= OTHERS * document.word_count


def _find(old: Sequence[tuple[str, int]], key: str, place: int) -> int | None:
    """The index of the next block with this key, not far ahead: a menu entry must not be found in the policy's end."""
    ahead = 0
    for index in range(place, len(old)):
        if old[index][0] == key:
            return index
        ahead += old[index][1]
        if ahead > _FAR_WORDS:
            break
    return None


def _words(block: Block) -> int:
    return len(block.text.split())
