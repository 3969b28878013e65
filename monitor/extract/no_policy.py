"""Pages that give away by what they are made of that no policy stands there: placeholders, lists of documents, other matters."""

import re

from monitor.extract import state_phrases
from monitor.extract.language import find_language
from monitor.extract.page import SHORT_WORDS, Page
from monitor.extract.policy_words import FEW_POLICY_WORDS, knows_language, names_document, policy_word_share
from monitor.extract.sayings import first_said, head_lines, padded
from monitor.extract.tree import count_words
from monitor.types import Block, BlockKind

_TINY_WORDS = 60
_TABLE_WORDS = 150
_DOCUMENTS = 3
_WORDS_OF_AN_ENTRY = 15
_SHORT_LINE = 6
_HARDLY_ANY = 0.02  # of the words of a short page; guidelines for behaviour have as few
_NEXT_TO_NONE = 0.01  # of the words of a long one
_REACHING = re.compile(r"@|\d{5}|§")  # an imprint's address and numbers, and nearly no failure's
_PLACEHOLDER = re.compile(
    r"lorem ipsum.*|\{\{.*\}\}|\$\{.*\}|%[\w.]+%|\[\[.*\]\]|<%.*%>|\[object object\]|undefined|null|nan|\w+(?:\.\w+){2,}",
    re.IGNORECASE,
)


def is_not_filled(page: Page) -> str:
    """The placeholder that stands where text should; empty when most of the blocks are text."""
    unfilled = [block.text for block in page.blocks if _PLACEHOLDER.fullmatch(block.text)]
    return unfilled[0] if len(unfilled) * 2 >= len(page.blocks) > 0 else ""


def is_table_of_documents(page: Page, count: int) -> bool:
    """A few words about each of several documents: the page that leads to the policy."""
    entries = [padded(block.text) for block in page.blocks if count_words(block.text) <= _SHORT_LINE]
    kinds = state_phrases.DOCUMENT_KINDS.items()
    named = [kind for kind, said in kinds if any(f" {word} " in entry for word in said for entry in entries)]
    return count < _TABLE_WORDS and len(named) >= _DOCUMENTS and count < _WORDS_OF_AN_ENTRY * len(entries)


def lists_short_lines(page: Page) -> bool:
    """Most of the blocks are list items of a few words, as where one may choose."""
    items = [block for block in page.blocks if block.kind is BlockKind.LIST_ITEM and _is_entry(block)]
    return len(items) * 2 > len(page.blocks)


def leads_elsewhere(page: Page, count: int) -> str:
    """The first of the links that two thirds of a short page's lines are, most of them of a few words; empty when they are not."""
    lines = [block for block in page.blocks if block.kind is not BlockKind.HEADING]
    links = [block for block in lines if block.links]
    if count >= _TABLE_WORDS or len(links) < _DOCUMENTS or len(links) * 3 < len(lines) * 2:
        return ""
    return links[0].text if sum(map(_is_entry, links)) * 2 >= len(links) else ""


def has_nothing_of_a_policy(page: Page, count: int) -> bool:
    """It does not call itself a policy and has next to none of a policy's words, in a language whose words are known."""
    if is_titled(page) or policy_word_share(page.blocks) > _most_of(page, count):
        return False
    if count < SHORT_WORDS and any(_REACHING.search(block.text) for block in page.blocks):
        return False
    return knows_language(find_language(page.blocks, page.language))


def is_titled(page: Page) -> bool:
    """The title or a line at the head says policy, terms, imprint and the like."""
    lines = (page.title, *head_lines(page))
    return names_document(*lines) or bool(first_said(state_phrases.OTHER_TITLES, "".join(map(padded, lines))))


def _most_of(page: Page, count: int) -> float:
    """The greatest share of policy words that still says nothing."""
    if count >= SHORT_WORDS:
        return _NEXT_TO_NONE
    if count < _TINY_WORDS:
        return max(FEW_POLICY_WORDS, 1 / count)  # one word may be there by chance
    menu = sum(map(_is_entry, page.blocks)) * 10 >= len(page.blocks) * 9
    return FEW_POLICY_WORDS if menu else _HARDLY_ANY


def _is_entry(block: Block) -> bool:
    return block.kind is not BlockKind.HEADING and count_words(block.text) <= _SHORT_LINE
