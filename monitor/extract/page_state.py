"""What kind of page this is, judged by this one page: the policy, or an error, a wall, a shell, nothing.

Long pages are the policy unless their head says error, or nothing on them is a policy's; only short ones are searched for
the words of walls and shells, and those that call themselves a policy hardly at all: a policy may speak of log-ins and
errors. Truncated pages, other variants, and other pages under the policy's address that do not say so need the policy's
history: see `monitor.decide`.
"""

import re
from urllib.parse import urlsplit

from monitor.extract import noise_words, state_phrases
from monitor.extract.no_policy import has_nothing_of_a_policy
from monitor.extract.page import SHORT_WORDS, Page
from monitor.extract.policy_words import FEW_POLICY_WORDS, is_titled_as_policy, names_document, policy_word_share
from monitor.extract.sayings import first_said, first_stated, head_lines, headings, padded
from monitor.extract.short_page import ERRORS, OTHER_PAGES, SHELL_WORDS, error_in, state_of_short_page
from monitor.extract.tree import count_words, count_words_up_to
from monitor.types import PageState

EMPTY_WORDS = 5
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
    return state_of_short_page(page, count)


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
        phrase := first_said(state_phrases.BOT_WALL, _said(page)) or _clue(page, "robots check")
    ):
        return PageState.BOT_WALL, f'the server answered {status}, and the page says "{phrase}"'
    return PageState.ERROR_PAGE, f"the server answered {status}"


def _without_text(page: Page) -> State:
    """No policy text at all: what the page says or is made of tells why."""
    shown = _said(page)
    said = shown if count_words(page.shown) < SHELL_WORDS else padded(page.title)
    texts = [block.text for block in page.blocks]
    suspicions = (
        (PageState.BOT_WALL, first_said(state_phrases.BOT_WALL, said) or _clue(page, "robots check")),
        (PageState.ERROR_PAGE, first_said(state_phrases.ERROR, said) or first_stated(ERRORS, texts)),
        (PageState.LOGIN_WALL, first_said(state_phrases.LOGIN_WALL, said) or _clue(page, "password field")),
        (
            PageState.CONSENT_WALL,
            _clue(page, "accept button") if any(word in shown for word in noise_words.CONSENT) else "",
        ),
        (PageState.LOADING, first_said(state_phrases.LOADING, said) or _clue(page, *_SHELL_CLUES)),
        (PageState.WRONG_PAGE, first_stated(OTHER_PAGES, texts)),
    )
    state, sign = next((found for found in suspicions if found[1]), (PageState.EMPTY, ""))
    return state, f'a page without text, but "{sign}"' if sign else "a page without text"


def _of_long_page(page: Page) -> State:
    in_title, in_headings = first_said(state_phrases.ERROR, padded(page.title)), error_in(*headings(page))
    if in_title and in_headings:
        return PageState.ERROR_PAGE, f'title and heading say "{in_title}"'
    said = "" if names_document(*headings(page)) else error_in(page.title, *head_lines(page))
    if said and policy_word_share(page.blocks) <= FEW_POLICY_WORDS:
        return PageState.ERROR_PAGE, f'a page with few words of a policy, and its head says "{said}"'
    if has_nothing_of_a_policy(page, SHORT_WORDS):
        return PageState.WRONG_PAGE, "a page that says nothing that policies say"
    return PageState.OK, ""


def _said(page: Page) -> str:
    return padded(page.title) + padded(page.shown[: SHORT_WORDS * 20])


def _clue(page: Page, *clues: str) -> str:
    return next((clue for clue in clues if clue in page.clues), "")
