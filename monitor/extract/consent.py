"""Buttons, and the consent banners that they give away."""

from itertools import islice

from monitor.extract import noise_words
from monitor.extract.tree import Element, is_button
from monitor.extract.weigh import holds_policy
from monitor.words import comparison_key

BUTTON = "button"
_BUTTON_WORDS = 12
_ACCEPT_WORDS = 5
_BANNER_WORDS = 3_000
_QUESTION_WORDS = 300
_BANNER_DEPTH = 12
_MOST_BUTTONS = 100  # a page with more asks for something else; keeps the work linear


def mark_buttons(elements: list[Element]) -> None:
    """Mark all buttons but the heads of accordions and those that hold sentences."""
    over_paragraphs = {element.parent for element in elements if element.tag == "p" and not element.noise}
    for element in elements:
        if is_button(element) and not _opens_section(element, over_paragraphs):
            element.noise = BUTTON


def mark_consent_banners(elements: list[Element], page_prose: int) -> None:
    """From each button that accepts or rejects, mark up to the whole banner, if it speaks of cookies and is no policy."""
    buttons = (element for element in elements if accepts_cookies(element))
    for button in islice(buttons, _MOST_BUTTONS):
        banner = _banner_around(button, page_prose)
        if banner is not None:
            banner.noise = "consent banner"


def accepts_cookies(element: Element) -> bool:
    """A button or link that says "Accept all", "Tout refuser" and the like."""
    if not 0 < element.words <= _ACCEPT_WORDS or not (element.tag == "a" or is_button(element)):
        return False
    return comparison_key(element.text()) in noise_words.ACCEPT


def asks_for_consent(element: Element) -> bool:
    """Some words about cookies or consent, with buttons, whatever these say: a banner, where it stands apart from the policy."""
    return element.buttons > 0 and 0 < element.words <= _QUESTION_WORDS and _speaks_of_consent(element)


def _opens_section(button: Element, over_paragraphs: set[Element | None]) -> bool:
    beside_heading = button.parent is not None and button.parent.headings > 0 and button.parent not in over_paragraphs
    if button.headings or button.words > _BUTTON_WORDS or beside_heading:
        return True
    opens = bool({"aria-expanded", "aria-controls"} & button.attributes.keys())
    return opens and button.words > 0 and not button.within & {"nav", "footer", "header", "landmark"}


def _banner_around(button: Element, page_prose: int) -> Element | None:
    """The widest element around the button that speaks of consent and adds little else to what is below it."""
    banner = None
    around = button.parent
    for _ in range(_BANNER_DEPTH):
        if around is None or around.tag in {"body", "main", "article"} or around.words > _BANNER_WORDS:
            break
        if holds_policy(around, page_prose, 2) or (banner is not None and around.words > 1.5 * banner.words + 20):
            break
        if banner is not None or _speaks_of_consent(around):
            banner = around
        around = around.parent
    return banner


def _speaks_of_consent(element: Element) -> bool:
    text = element.text().casefold()
    return any(word in text for word in noise_words.CONSENT)
