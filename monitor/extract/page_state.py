"""What kind of page this is, judged by this one page: the policy, or an error, a wall, a shell, nothing.

Long pages are the policy unless title and heading both say error; only short ones are searched for the words of walls and
shells, so that a policy that merely speaks of log-ins or errors is never taken for one. Truncated pages, other variants, and other pages
under the policy's address that do not say so need the policy's history: see `monitor.decide`.
"""

import re
from urllib.parse import urlsplit

from monitor.extract import noise_words, state_phrases
from monitor.extract.page import SHORT_WORDS, Page
from monitor.extract.policy_words import FEW_POLICY_WORDS, is_titled_as_policy, policy_word_share
from monitor.extract.tree import count_words, count_words_up_to
from monitor.types import BlockKind, PageState
from monitor.words import comparison_key

EMPTY_WORDS = 5
SHELL_WORDS = 60
_HEAD_LINE_WORDS = 16
_HEAD_LINES = 3
_HEADING_ALONE_WORDS = 20
_SHELL_CLUES = ("automatic redirect", "client-side application", "noscript text")
_LOGIN_STATUS = frozenset({401, 407})
_FRONT_PATH = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2,4})?/?)?(?:(?:index|home|default)(?:\.[a-z]{3,5})?)?", re.IGNORECASE
)
_WALL_STATUS = frozenset({403, 429, 503})

State = tuple[PageState, str]


def page_state(page: Page, status: int = 200, *, asked_url: str = "", url: str = "") -> State:
    """(state, evidence in words). The evidence of `ok` is empty. `asked_url` led to `url`."""
    if not 200 <= status < 300:
        return _by_status(status, page)
    if front := _front_page(page, asked_url, url):
        return PageState.WRONG_PAGE, front
    count = count_words_up_to(SHORT_WORDS, (block.text for block in page.blocks))
    if count < EMPTY_WORDS:
        return _without_text(page)
    if count >= SHORT_WORDS:
        return _of_long_page(page)
    return _of_short_page(page, count)


def _front_page(page: Page, asked_url: str, url: str) -> str:
    """Why this is the site's front page though another was asked for, in words; empty when nothing proves it."""
    if not asked_url or is_front_page(asked_url) or not page.blocks:
        return ""
    led_there = is_front_page(url)
    if not led_there and not (page.address and is_front_page(page.address)):
        return ""
    if policy_word_share(page.blocks) > FEW_POLICY_WORDS or is_titled_as_policy(page.title, page.blocks):
        return ""
    return "a redirect led to the site's front page" if led_there else "the page says that it is the site's front page"


def is_front_page(url: str) -> bool:
    """An address without a path, or with no more than a language: `/`, `/en`, `/fr-ca/`, `/index.html`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.netloc or parts.path.startswith("/")) and bool(_FRONT_PATH.fullmatch(parts.path))


def _by_status(status: int, page: Page) -> State:
    if status in _LOGIN_STATUS:
        return PageState.LOGIN_WALL, f"the server answered {status}: log-in required"
    if status in _WALL_STATUS and (
        phrase := _first(state_phrases.BOT_WALL, _said(page)) or _clue(page, "robots check")
    ):
        return PageState.BOT_WALL, f'the server answered {status}, and the page says "{phrase}"'
    return PageState.ERROR_PAGE, f"the server answered {status}"


def _without_text(page: Page) -> State:
    """No policy text at all: what the page says or is made of tells why."""
    shown = _said(page)
    said = shown if count_words(page.shown) < SHELL_WORDS else _padded(page.title)
    suspicions = (
        (PageState.BOT_WALL, _first(state_phrases.BOT_WALL, said) or _clue(page, "robots check")),
        (PageState.ERROR_PAGE, _first(state_phrases.ERROR, said)),
        (PageState.LOGIN_WALL, _first(state_phrases.LOGIN_WALL, said) or _clue(page, "password field")),
        (
            PageState.CONSENT_WALL,
            _clue(page, "accept button") if any(word in shown for word in noise_words.CONSENT) else "",
        ),
        (PageState.LOADING, _first(state_phrases.LOADING, said) or _clue(page, *_SHELL_CLUES)),
    )
    state, sign = next((found for found in suspicions if found[1]), (PageState.EMPTY, ""))
    return state, f'a page without text, but "{sign}"' if sign else "a page without text"


def _of_long_page(page: Page) -> State:
    title = _first(state_phrases.ERROR, _padded(page.title))
    lines = "".join(_padded(block.text) for block in page.blocks[:_HEAD_LINES] if block.kind is BlockKind.HEADING)
    if title and _first(state_phrases.ERROR, lines):
        return PageState.ERROR_PAGE, f'title and heading say "{title}"'
    return PageState.OK, ""


def _of_short_page(page: Page, count: int) -> State:
    """The first suspicion that the page's words bear out; none: a short policy."""
    text = "".join(_padded(block.text) for block in page.blocks)
    head = _padded(page.title) + "".join(_head_lines(page))
    shell = text if count < SHELL_WORDS else ""
    asks_password = head if "password field" in page.clues else ""
    suspicions = (
        (PageState.BOT_WALL, _first(state_phrases.BOT_WALL, head + shell)),
        (PageState.ERROR_PAGE, _first(state_phrases.ERROR, head)),
        (PageState.LOGIN_WALL, _first(state_phrases.LOGIN_HEAD, asks_password)),
        (PageState.LOGIN_WALL, _first(state_phrases.LOGIN_WALL, shell)),
        (PageState.CONSENT_WALL, _question_of_consent(page, head, text)),
        (PageState.LOADING, _first(state_phrases.LOADING, shell)),
        (PageState.EMPTY, _heading_alone(page, count)),
    )
    state, phrase = next((found for found in suspicions if found[1]), (PageState.OK, ""))
    return state, f'a page of {count} words that says "{phrase}"' if phrase else ""


def _head_lines(page: Page) -> list[str]:
    """Headings and short lines at the beginning: where error pages say what they are."""
    first = page.blocks[:_HEAD_LINES]
    return [_padded(b.text) for b in first if b.kind is BlockKind.HEADING or count_words(b.text) <= _HEAD_LINE_WORDS]


def _heading_alone(page: Page, count: int) -> str:
    """The heading, when nothing stands below it."""
    alone = count < _HEADING_ALONE_WORDS and all(block.kind is BlockKind.HEADING for block in page.blocks)
    return page.blocks[0].text if alone else ""


def _question_of_consent(page: Page, head: str, text: str) -> str:
    """What the page asks consent for, when it has a button to accept it and is itself no policy about it."""
    if "accept button" not in page.clues or _first(state_phrases.POLICY_TITLES, head):
        return ""
    return next((word for word in noise_words.CONSENT if text.count(word) >= 2), "")


def _said(page: Page) -> str:
    return _padded(page.title) + _padded(page.shown[: SHORT_WORDS * 20])


def _padded(text: str) -> str:
    """The comparison form between spaces, so that phrases match whole words only."""
    return f" {comparison_key(text)} "


def _first(phrases: tuple[str, ...], text: str) -> str:
    return next((phrase for phrase in phrases if f" {phrase} " in text), "")


def _clue(page: Page, *clues: str) -> str:
    return next((clue for clue in clues if clue in page.clues), "")
