"""Where on the page the policy stands: found by what the text is, never by the names of a site.

Descends from the body while one child holds most of the prose and nothing beside it belongs to the policy. What is
passed on the way is left out, but for titles and stated dates above, and dates below. Where the policy's text starts,
prompts at its head and its end are left out too: in doubt more readily than `monitor.extract.calls` does in its midst.
"""

from collections.abc import Sequence

from monitor.extract.calls import is_prompt
from monitor.extract.consent import asks_for_consent
from monitor.extract.policy_words import count_policy_words
from monitor.extract.tree import PROSE_WORDS, Element
from monitor.extract.weigh import states_date
from monitor.words import words

_BELONGING = frozenset([
    "p", "ul", "ol", "dl", "li", "table", "tbody", "tr", "blockquote", "pre", "dt", "dd", "details",
])  # fmt: skip
_FEW_PROSE_WORDS = 40
_SIBLING_PROSE = 20
_LONG_PROSE = 120
_EDGE_DEPTH = 12
# A policy has at least one of its words in so many; where the whole page has fewer, its language is not in the table.
_WORDS_A_POLICY_WORD = 40
_SAMPLE_CHARACTERS = 20_000


def mark_outside(body: Element) -> None:
    """Mark what stands beside the policy's container. Pages with little prose are left whole. `body` must be measured."""
    if body.prose < _FEW_PROSE_WORDS:
        return
    node = body
    while (inner := _only_policy_child(node)) is not None:
        above = True
        for beside in node.elements():
            if beside is inner:
                above = False
            elif not (states_date(beside) or (above and _is_title(beside))):
                beside.noise = "outside the policy"
        node = inner
    _mark_edge(node, 0)
    _mark_edge(node, -1)


def _only_policy_child(node: Element) -> Element | None:
    """The child that holds the policy alone; None when the policy's text starts right here."""
    children = node.elements()
    if not children or node.own_words >= 5:
        return None
    inner = max(children, key=lambda child: child.prose)
    if inner.prose * 2 < node.prose or inner.tag in _BELONGING:
        return None
    if any(_belongs(beside, inner) for beside in children if beside is not inner):
        return None
    return inner


def _belongs(beside: Element, inner: Element) -> bool:
    if beside.link_words * 2 > beside.words:
        return False
    if beside.tag in _BELONGING:
        return beside.words > 0
    if asks_for_consent(beside):
        return False
    if beside.tag == inner.tag and beside.get("class") == inner.get("class") and beside.prose >= PROSE_WORDS:
        return beside.get("class") != "" or beside.headings > 0 or _speaks_as_policy(beside, inner)
    return beside.prose >= _SIBLING_PROSE and _speaks_as_policy(beside, inner)


def _speaks_as_policy(beside: Element, inner: Element) -> bool:
    """It is long, or has policy words as the policy itself has them."""
    if beside.prose >= _LONG_PROSE or _is_rich(words(beside.text())):
        return True
    return not _is_rich(words(inner.text()[:_SAMPLE_CHARACTERS]))


def _is_rich(said: Sequence[str]) -> bool:
    return count_policy_words(said) * _WORDS_A_POLICY_WORD >= len(said)


def _is_title(beside: Element) -> bool:
    return beside.headings > 0 and beside.link_words * 2 <= beside.words and not is_prompt(beside)


def _mark_edge(node: Element, place: int) -> None:
    """Mark the prompts that the policy's text begins (`place` 0) or ends (-1) with, also within its first or last section."""
    for _ in range(_EDGE_DEPTH):
        children = node.elements()
        edge = _first_of_policy(children if place == 0 else children[::-1])
        if edge is None or edge.tag in _BELONGING:
            return
        node = edge


def _first_of_policy(children: list[Element]) -> Element | None:
    """The first child that is no prompt; those before it are marked."""
    for child in children:
        if not _is_foreign(child):
            return child
        child.noise = "call to act"
    return None


def _is_foreign(child: Element) -> bool:
    return child.tag not in _BELONGING and child.words > 0 and is_prompt(child)
