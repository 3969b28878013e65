"""What kind of page a short one is: by what it says and what it is made of.

A page that calls itself a policy is believed, but where its heading says error, or it is but a list or a question.
"""

import re
from collections.abc import Iterator

from monitor.extract import noise_words, state_phrases
from monitor.extract import state_statements as statements
from monitor.extract.no_policy import (
    has_nothing_of_a_policy,
    is_not_filled,
    is_table_of_documents,
    is_titled,
    leads_elsewhere,
    lists_short_lines,
)
from monitor.extract.page import Page
from monitor.extract.policy_words import FEW_POLICY_WORDS, names_document, policy_word_share
from monitor.extract.sayings import first_said, first_stated, head_lines, headings, padded
from monitor.types import BlockKind, PageState

SHELL_WORDS = 60
_WHOLE_TEXT_WORDS = 120  # of a page with fewer, every sentence is asked
_FEW_TO_BELIEVE = 18
_HEADING_ALONE_WORDS = 20
_QUESTION_WORDS = 100
_ERROR_CODE = re.compile(r"[45]\d\d(?: ?[:|–-]|$)")  # what follows a number alone is its name: "451: Unavailable"

Suspicion = tuple[PageState, str]

ERRORS = (*statements.NOT_THERE, *statements.OUT_OF_ORDER, *statements.NOT_HERE)
OTHER_PAGES = (
    *statements.AGE_QUESTION,
    *statements.OTHER_PROGRAM,
    *statements.GONE_ELSEWHERE,
    *statements.NO_SITE,
    *statements.SEARCH_RESULTS,
)


def state_of_short_page(page: Page, count: int) -> tuple[PageState, str]:
    """The first suspicion that the page's words bear out; none: a short policy."""
    suspicions = _of_policy(page) if _is_believed(page, count) else _of_any(page, count)
    found = next((one for one in suspicions if one[1]), None) or _by_what_it_is_made_of(page, count)
    return (found[0], f'a page of {count} words that says "{found[1]}"') if found[1] else (PageState.OK, "")


def error_in(*lines: str) -> str:
    """What the lines say of an error; empty: nothing."""
    return first_said(state_phrases.ERROR, "".join(map(padded, lines))) or first_stated(ERRORS, lines)


def _is_believed(page: Page, count: int) -> bool:
    """A heading at its beginning says policy; or its title does, or one of the first lines of not so few, and it has the words for it."""
    if count < _FEW_TO_BELIEVE or not is_titled(page):
        return False
    if names_document(*headings(page)):
        return True
    may = count >= SHELL_WORDS or names_document(page.title)
    return may and policy_word_share(page.blocks) > FEW_POLICY_WORDS


def _of_policy(page: Page) -> Iterator[Suspicion]:
    """Of a page that calls itself a policy."""
    yield PageState.ERROR_PAGE, page.title if _ERROR_CODE.match(page.title) else ""
    yield PageState.CONSENT_WALL, _question_of_consent(page)
    yield PageState.WRONG_PAGE, first_stated(statements.SEARCH_RESULTS, [page.title, *headings(page)])


def _of_any(page: Page, count: int) -> Iterator[Suspicion]:
    head = [page.title, *head_lines(page)]
    texts = [block.text for block in page.blocks]
    lines = [page.title, *texts] if count < _WHOLE_TEXT_WORDS else head
    said = "".join(map(padded, head))
    shell = "".join(map(padded, texts)) if count < SHELL_WORDS else ""
    asks_password = said if "password field" in page.clues else ""
    yield (
        PageState.BOT_WALL,
        first_said(state_phrases.BOT_WALL, said + shell) or first_stated(statements.ROBOT_CHECK, lines),
    )
    yield PageState.ERROR_PAGE, first_said(state_phrases.ERROR, said) or first_stated(ERRORS, lines)
    yield PageState.CONSENT_WALL, _question_of_consent(page)
    yield PageState.LOGIN_WALL, first_said(state_phrases.LOGIN_HEAD, asks_password)
    yield (
        PageState.LOGIN_WALL,
        first_said(state_phrases.LOGIN_WALL, shell) or first_stated(statements.MEMBERS_ONLY, lines),
    )
    yield PageState.LOADING, first_said(state_phrases.LOADING, shell)
    yield PageState.WRONG_PAGE, first_stated(OTHER_PAGES, lines)
    yield PageState.EMPTY, first_said(state_phrases.UNFILLED, shell) or _heading_alone(page, count)


def _by_what_it_is_made_of(page: Page, count: int) -> Suspicion:
    if placeholder := is_not_filled(page):
        return PageState.EMPTY, placeholder
    if lists_short_lines(page) and (choice := first_stated(statements.WHICH_ONE, [b.text for b in page.blocks[:4]])):
        return PageState.WRONG_PAGE, choice
    if entry := leads_elsewhere(page, count):
        return PageState.WRONG_PAGE, f"{entry}, and little but such links"
    if is_table_of_documents(page, count):
        return PageState.WRONG_PAGE, "a list of several documents"
    if has_nothing_of_a_policy(page, count):
        return PageState.WRONG_PAGE, "nothing that policies say"
    return PageState.OK, ""


def _heading_alone(page: Page, count: int) -> str:
    """The heading, when nothing stands below it."""
    alone = count < _HEADING_ALONE_WORDS and all(block.kind is BlockKind.HEADING for block in page.blocks)
    return page.blocks[0].text if alone else ""


def _question_of_consent(page: Page) -> str:
    """What the page asks consent for: it has a button to accept it or says why it asks, and is itself no policy about it."""
    head = "".join(map(padded, (page.title, *head_lines(page))))
    if first_said(state_phrases.POLICY_TITLES, head):
        return ""
    texts = [block.text for block in page.blocks]
    few = sum(len(text.split()) for text in texts) < _QUESTION_WORDS
    asked = first_stated(statements.CONSENT_QUESTION, texts)
    titles = "".join(map(padded, (page.title, *headings(page))))
    about_cookies = bool(first_said(state_phrases.DOCUMENT_KINDS["cookies"], titles))
    if "accept button" in page.clues and (asked or not about_cookies):
        text = "".join(map(padded, texts))
        enough = 1 if few and not is_titled(page) else 2
        return next((word for word in noise_words.CONSENT if text.count(word) >= enough), asked)
    return asked if few and not about_cookies else ""
