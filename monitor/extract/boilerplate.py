"""Subtract, do not select: what on a page is not the policy's text is marked, with the reason; all else stays.

1. Buttons, consent banners, layers, landmarks, hidden chrome, forms, lists of links, calls to act and copies are marked.
2. A mark is released when a third or more of the page's prose stands below it, for layers two thirds. Class names and ids
   only hint: they never mark a heading, paragraph, item, cell, or anything that reads like prose.
3. `monitor.extract.container` then leaves out what stands beside the policy.
"""

import re

from monitor.extract import noise_words
from monitor.extract.calls import mark_calls
from monitor.extract.consent import mark_buttons, mark_consent_banners
from monitor.extract.copies import mark_copies
from monitor.extract.link_lists import mark_link_lists
from monitor.extract.tree import Element, measure
from monitor.extract.weigh import holds_policy, names_of, reads_like_prose, states_date

_STRUCTURE = frozenset({"body", "main"})
_TEXT_TAGS = frozenset([
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "td", "th", "tr", "tbody", "table", "dt", "dd", "blockquote", "main", "article",
    "body", "html", "b", "strong", "em", "i",
])  # fmt: skip
_DIALOG_ROLES = frozenset({"dialog", "alertdialog", "alert"})
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_PROSE = 15
_HIDDEN_WORDS = 4
_NEAR_LEVELS = 3
_LABEL_WORDS = 3


def mark_noise(elements: list[Element]) -> None:
    """Mark what is not the policy's text. `elements`: a whole measured tree, parents before children; left measured anew."""
    body = elements[0]
    mark_buttons(elements)
    mark_consent_banners(elements, body.prose)
    measure(elements)
    _mark_subtrees(body)
    measure(elements)
    mark_link_lists(body)
    mark_calls(elements)
    measure(elements)
    mark_copies(elements)
    measure(elements)


def _mark_subtrees(body: Element) -> None:
    own_names: frozenset[str] = frozenset()
    for element in body.walk():
        if element.tag in _STRUCTURE:
            continue
        names = names_of(element)
        if holds_policy(element, body.prose, 2):
            own_names |= names  # what the policy's own container is called speaks against nothing in it
            continue
        element.noise = _layer(element, names - own_names, body.prose)
        if not element.noise and not holds_policy(element, body.prose):
            element.noise = _furniture(element, names - own_names, body.prose)


def _layer(element: Element, names: frozenset[str], page_prose: int) -> str:
    """Why an element is a layer over the page. Layers may be full of prose: only two thirds of the page's release them."""
    if element.tag == "dialog" or element.get("role") in _DIALOG_ROLES or element.get("aria-modal") == "true":
        return "dialog"
    if element.tag in _TEXT_TAGS or not _is_apart(element, page_prose):
        return ""
    if names & noise_words.CONSENT_NAMES and names & noise_words.CONSENT_PARTS and not names & noise_words.NOT_CONSENT:
        return "consent banner"
    return "layer" if names & noise_words.OVERLAYS and not _inside_policy(element) else ""


def _is_apart(element: Element, page_prose: int) -> bool:
    """It has buttons, is hidden, or hangs on the body elsewhere than the policy: a name alone proves no layer."""
    hangs_elsewhere = element.top is not None and not holds_policy(element.top, page_prose)
    return element.buttons > 0 or hangs_elsewhere or _is_hidden(element)


def _furniture(element: Element, names: frozenset[str], page_prose: int) -> str:
    """Why an element is the page's furniture; empty when nothing says so."""
    if _is_hidden(element) and not _is_closed_panel(element, page_prose):
        return "hidden"
    if landmark := _landmark(element):
        return f"landmark {landmark}"
    if element.tag == "form" or (element.tag in {"label", "fieldset"} and not reads_like_prose(element)):
        return "form"
    if element.tag not in _TEXT_TAGS and names & noise_words.NAMES and _says_nothing(element):
        return "named as page furniture"
    return ""


def _landmark(element: Element) -> str:
    """The landmark that an element is and that holds no policy text; empty otherwise."""
    role = element.get("role")
    if element.tag in noise_words.LANDMARK_TAGS or role in noise_words.LANDMARK_ROLES:
        return "" if _inside_policy(element) and _speaks(element) else role or element.tag
    if element.tag in {"header", "aside"} or role == "banner":
        leads_away = element.link_words * 2 >= element.words or not (element.headings or _inside_policy(element))
        return element.tag if leads_away and not _speaks(element) else ""
    return ""


def _speaks(element: Element) -> bool:
    return reads_like_prose(element) or states_date(element)


def _inside_policy(element: Element) -> bool:
    return bool(element.within & {"article", "main"})


def _is_hidden(element: Element) -> bool:
    if not element.attributes:
        return False
    if "hidden" in element.attributes and element.get("hidden") != "until-found":
        return True
    return element.get("aria-hidden") == "true" or bool(_HIDDEN_STYLE.search(element.get("style")))


def _is_closed_panel(element: Element, page_prose: int) -> bool:
    """Closed accordions and tabs are hidden: full of prose, or paragraphs and items in the midst of the policy's."""
    if element.prose >= _HIDDEN_PROSE and reads_like_prose(element):
        return True
    if element.words < _HIDDEN_WORDS or element.link_words * 2 > element.words or element.buttons:
        return False
    return _stands_in_policy(element, page_prose) and any(below.tag in _TEXT_TAGS for below in element.walk())


def _stands_in_policy(element: Element, page_prose: int) -> bool:
    around = element.parent
    for _ in range(_NEAR_LEVELS):
        if around is None or around.tag == "body":
            return False
        if holds_policy(around, page_prose):
            return True
        around = around.parent
    return False


def _says_nothing(element: Element) -> bool:
    """Links, buttons or a word or two, and no heading of its own."""
    if reads_like_prose(element) or states_date(element):
        return False
    if element.link_words * 4 >= element.words:
        return True
    return not element.headings and (element.buttons > 0 or element.words <= _LABEL_WORDS)
