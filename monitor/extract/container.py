"""Where on the page the policy stands: found by what the text is, never by the names of a site.

Descends from the body while one child holds most of the prose and nothing beside it belongs to the policy. What is
passed on the way is left out, but for titles and stated dates above, and dates below.
"""

from monitor.extract.tree import PROSE_WORDS, Element
from monitor.extract.weigh import states_date

_BELONGING = frozenset([
    "p", "ul", "ol", "dl", "li", "table", "tbody", "tr", "blockquote", "pre", "dt", "dd", "details",
])  # fmt: skip
_FEW_PROSE_WORDS = 40
_SIBLING_PROSE = 20


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
    alike = beside.tag == inner.tag and beside.get("class") == inner.get("class")
    return beside.prose >= (PROSE_WORDS if alike else _SIBLING_PROSE)


def _is_title(beside: Element) -> bool:
    return beside.headings > 0 and beside.link_words * 2 <= beside.words
