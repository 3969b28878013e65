"""Calls to do something else than read: promotions, offers, prompts to chat, wherever they stand, also in the midst of the policy.

Told by what they are: a few words around a link or button that stands alone and asks for an act, and nothing that policies speak of.
"""

import re
from collections.abc import Iterator

from monitor.extract import noise_words
from monitor.extract.blocks import HEADINGS
from monitor.extract.clauses import makes_clause
from monitor.extract.policy_words import count_policy_words
from monitor.extract.tree import Element, is_button
from monitor.extract.weigh import states_date
from monitor.words import comparison_key, words

_CALL_WORDS = 7
_GROUP_WORDS = 45
_TOOL_WORDS = 3
_PROMPT_WORDS = 20
_GROUP_BUTTONS = 4
_GROUP_LINKS = 4
_GROUP_DEPTH = 12
_PAGE_PROSE = 40  # a page with less is left whole
_SENTENCE_END = re.compile(r"(?<=[.!?])")
_WHOLES = frozenset({"body", "main", "article", "li", "td", "tr", "table", "ul", "ol", "dd", "dl"})


def mark_calls(elements: list[Element]) -> None:
    """Mark each call with what belongs to it. `elements`: a whole measured tree, parents before children."""
    if elements[0].prose < _PAGE_PROSE:
        return
    fits: dict[Element, bool] = {}
    for element in elements:
        if _stands_alone(element) and (group := _group_around(element, fits)) is not None:
            group.noise = "call to act"


def is_prompt(group: Element) -> bool:
    """A few words and then a button or a link to elsewhere that is no part of a sentence, and nothing that policies speak of.

    A button above its text opens a section; a tool of the page (print, copy, close) prompts nothing; and who says where to
    write or call is no furniture.
    """
    if group.tag in HEADINGS or group.words > _GROUP_WORDS or not (group.buttons or group.link_words):
        return False
    pieces = list(_pieces(group))
    if not pieces or isinstance(pieces[-1], str) or (is_button(pieces[-1]) and not isinstance(pieces[0], str)):
        return False
    if all(_is_tool(words(piece.text())) for piece in pieces if isinstance(piece, Element)):
        return False
    return _fits(group) and not noise_words.REACHING & set(words(group.text()))


def _is_tool(label: list[str]) -> bool:
    return not label or (label[0] in noise_words.TOOLS and len(label) <= _TOOL_WORDS)


def _pieces(group: Element) -> Iterator[str | Element]:
    """Its texts, and the links and buttons that stand alone, in order."""
    waiting: list[str | Element] = [group]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, str):
            if piece.strip():
                yield piece
        elif _stands_alone(piece):
            yield piece
        elif not piece.noise:
            waiting.extend(reversed(piece.children))


def _stands_alone(element: Element) -> bool:
    """A link to another page or a button, not in the midst of a sentence, that says a few words."""
    if not 0 < element.words <= _CALL_WORDS:
        return False
    if is_button(element):
        return bool(element.noise)
    parent = element.parent
    return element.tag == "a" and element.in_link and parent is not None and parent.own_words == 0


def _group_around(call: Element, fits: dict[Element, bool]) -> Element | None:
    """The widest element around the call that holds nothing but the call and its few words; None when the call is none."""
    asks = f"{comparison_key(call.text())} ".startswith(noise_words.CALLS)
    group = None
    around = call.parent
    for _ in range(_GROUP_DEPTH):
        if around is None or around.tag in _WHOLES:
            break
        if around not in fits:
            fits[around] = _fits(around)
        if not fits[around]:
            break
        group = around
        around = around.parent
    if group is None or not (asks or (is_button(call) and _addresses_reader(group))):
        return None
    return group


def _fits(group: Element) -> bool:
    """Few words, and nothing that policies speak of: no address, no date, no clause, no list of links."""
    if group.words > _GROUP_WORDS or group.buttons > _GROUP_BUTTONS or group.link_words > _GROUP_LINKS * _CALL_WORDS:
        return False
    below = list(group.walk())
    if any(one.tag in {"h1", "table", "li"} for one in below) or states_date(group):
        return False
    text = group.text()
    headings = " ".join(one.text() for one in below if one.tag in HEADINGS)
    return "@" not in text and not count_policy_words(words(headings)) and not makes_clause(words(_statements(text)))


def _statements(text: str) -> str:
    """The sentences that are no questions: "How can we help you?" permits nothing."""
    return "".join(sentence for sentence in _SENTENCE_END.split(text) if not sentence.endswith("?"))


def _addresses_reader(group: Element) -> bool:
    """It asks or exclaims in a line or two, as a prompt to chat or a question about the page's usefulness does."""
    text = group.text()
    return not group.headings and group.words <= _PROMPT_WORDS and ("!" in text or "?" in text)
