"""What can be said of an element from its measures and its words; the questions that all marking rules share."""

import re
from functools import lru_cache

from monitor.extract.tree import Element

_NAME = re.compile(r"[a-z]+|[A-Z][a-z]*")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_COPYRIGHT = re.compile(
    r"©|\(c\)|copyright|rights reserved|tous droits|rechte vorbehalten|derechos reservados", re.IGNORECASE
)
_DATE_LINE_WORDS = 30


def holds_policy(element: Element, page_prose: int, thirds: int = 1) -> bool:
    """So many thirds or more of the page's prose stand below: whatever else speaks against it, this is kept."""
    return page_prose > 0 and element.prose * 3 >= page_prose * thirds


def reads_like_prose(element: Element) -> bool:
    """At least ten words of running text, and not outweighed by labels or links."""
    return element.prose >= 10 and element.prose * 3 >= element.words and element.link_words * 2 <= element.words


def is_link_block(element: Element) -> bool:
    """Seven of ten words are links, and hardly any running text."""
    return element.link_words >= 3 and element.link_words * 10 >= element.words * 7 and element.prose < 20


def states_date(element: Element) -> bool:
    """A short text with a year in it that is no copyright line, such as "Last updated: May 2024"."""
    if not 0 < element.words <= _DATE_LINE_WORDS:
        return False
    text = element.text()
    return bool(_YEAR.search(text)) and not _COPYRIGHT.search(text)


def names_of(element: Element) -> frozenset[str]:
    """The words of its class and id, in lower case: `cookieBanner-top` -> cookie, banner, top."""
    if not element.attributes:
        return frozenset()
    return _names(f"{element.get('class')} {element.get('id')}")


@lru_cache(maxsize=1_024)  # a page has few class names, each many times
def _names(written: str) -> frozenset[str]:
    return frozenset(name.lower() for name in _NAME.findall(written))
