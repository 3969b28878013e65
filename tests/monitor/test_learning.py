"""What a check teaches about a source: its own address, where it moved, and whether it takes the browser."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from monitor.extract.canonical import canonical_address, canonical_in_header
from monitor.learning import moved_words
from monitor.models import Fetch, Notice, Policy, Source
from monitor.process import ClosedCheck
from monitor.reprocess.folding import reprocess
from monitor.types import Outcome, Via
from tests.homes import WatchedHome
from tests.monitor.histories import page
from tests.monitor.sources import by_browser, rows, text

OLD, NEW = "https://acme.example/privacy", "https://acme.example/legal/privacy-notice"
SHELL = "<html><body><div id=root></div><script>fill()</script></body></html>"


def moved(watched: WatchedHome, target: str, content: str = "") -> ClosedCheck:
    """A check at which the source redirects for good to `target`; nowhere when that is empty."""
    [due] = watched.home.claim()
    result = watched.answer(due, content or page())
    if target:
        result = replace(result, capture=replace(result.capture, moved_to=target, final_url=target))
    watched.keep(result)
    watched.clock.pass_days(1)
    return watched.home.closed[-1]


def test_a_policy_that_moved_for_good_is_told_once_with_the_new_address_offered(watched: WatchedHome) -> None:
    watched.add()
    assert moved(watched, NEW).notices == (
        f"{OLD} has moved for good to {NEW}. It is followed there; take the new address with: smallprint edit acme/privacy-policy --moved",
    )
    assert [moved(watched, NEW).notices for _ in range(2)] == [(), ()]
    assert [source.moved_to for source in rows(watched, Source)] == [NEW]
    moved(watched, "")
    assert [source.moved_to for source in rows(watched, Source)] == [""]
    moved(watched, NEW)
    assert [notice.kind for notice in rows(watched, Notice)] == ["moved", "moved"]


def test_a_target_that_only_its_query_changes_is_told_once(watched: WatchedHome) -> None:
    watched.add()
    for visit in range(3):
        moved(watched, f"{NEW}?visit={visit}")
    assert [notice.kind for notice in rows(watched, Notice)] == ["moved"]


def test_a_redirect_to_a_wall_is_no_move(watched: WatchedHome) -> None:
    watched.add()
    moved(watched, "")
    moved(watched, NEW, "<h1>Log in</h1><form><input type=password></form>")
    assert rows(watched, Notice) == []


def test_folding_again_tells_the_same_moves(watched: WatchedHome) -> None:
    watched.add()
    for target in ("", NEW, NEW):
        moved(watched, target)
    told = [(notice.kind, notice.text) for notice in rows(watched, Notice)]
    with watched.home.database.writing() as session:
        reprocess(session, watched.home.reader, session.scalars(select(Policy)).one(), now=watched.clock())
    assert [(notice.kind, notice.text) for notice in rows(watched, Notice)] == told
    assert len(told) == 1


@pytest.mark.parametrize(
    ("target", "calm"),
    [("https://acme.example/privacy", True), ("https://www.acme.example/privacy/", True), (NEW, False)],
)
def test_the_same_page_under_its_full_address_is_told_without_alarm(target: str, calm: bool) -> None:
    assert ("Nothing is missed" in moved_words("http://acme.example/privacy", target)) is calm


@pytest.mark.parametrize(
    ("stated", "address"),
    [
        ("/p", "https://a.example/p"),
        ("p?x=1#top", "https://a.example/legal/p?x=1"),
        ("//b.example/p", "https://b.example/p"),
        ("javascript:alert(1)", ""),
        ("http://[x", ""),
        ("", ""),
        ("/" + "p" * 3000, ""),
    ],
)
def test_a_canonical_address_is_absolute_http_or_nothing(stated: str, address: str) -> None:
    assert canonical_address(stated, "https://a.example/legal/privacy") == address


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ('<https://a.example/p>; rel="canonical"', "https://a.example/p"),
        ('</next>; rel=next, </p>; title="x"; rel=canonical', "https://a.example/p"),
        ("</p>; rel=preload", ""),
        ("", ""),
    ],
)
def test_a_link_header_may_state_it_too(link: str, address: str) -> None:
    assert canonical_in_header(link, "https://a.example/privacy") == address


def test_the_canonical_address_is_kept_with_each_fetch_also_when_the_bytes_are_the_same(watched: WatchedHome) -> None:
    watched.add()
    content = page().replace("</head>", "<link rel=canonical href='/legal/privacy'></head>")
    for _ in range(2):
        watched.check(content)
    watched.check(page(), link='</from/header>; rel="canonical"')
    stated = [fetch.canonical_url for fetch in rows(watched, Fetch)]
    assert stated == ["https://acme.example/legal/privacy"] * 2 + ["https://acme.example/from/header"]


def _by_browser(watched: WatchedHome, content: str, *, plain: str | None = None) -> ClosedCheck:
    [due] = watched.home.claim()
    if plain is not None:
        watched.keep(replace(watched.answer(due, plain), final=False))
    reason = due.browser_reason or "the plain page is a script shell"
    watched.keep(by_browser(watched.answer(due, content), reason=reason))
    watched.clock.pass_days(1)
    return watched.home.closed[-1]


def test_the_browser_is_tested_again_once_a_week_and_left_when_the_plain_page_has_the_same_words(
    watched: WatchedHome,
) -> None:
    watched.add()
    _by_browser(watched, page(), plain=SHELL)
    asked = []
    for _ in range(9):
        [due] = watched.home.claim()
        asked.append(due.retest_browser)
        plain = SHELL if due.retest_browser else None
        if plain:
            watched.keep(replace(watched.answer(due, plain), final=False))
        watched.keep(by_browser(watched.answer(due, page()), reason=due.browser_reason))
        watched.clock.pass_days(1)
    assert asked == [False] * 6 + [True] + [False] * 2
    watched.clock.pass_days(7)
    closed = _by_browser(watched, page(), plain=page() + "<!-- without a script now -->")
    assert closed.outcome is Outcome.UNCHANGED
    [due] = watched.home.claim()
    assert (due.browser_reason, due.retest_browser) == ("", False)


@pytest.mark.parametrize("plain", [text(0, 1), SHELL, "<h1>Log in</h1>", "<div>" * 5000])
def test_a_test_that_shows_other_words_changes_nothing(watched: WatchedHome, plain: str) -> None:
    watched.add()
    _by_browser(watched, page(), plain=SHELL)
    watched.clock.pass_days(8)
    assert _by_browser(watched, page(), plain=plain).outcome is Outcome.UNCHANGED
    [source] = rows(watched, Source)
    assert source.browser_reason
    assert source.browser_tested_at >= watched.clock() - timedelta(days=2)


def test_a_plain_page_without_text_is_asked_for_through_the_browser_soon(watched: WatchedHome) -> None:
    watched.add()
    closed = watched.check(SHELL)
    assert closed.outcome is Outcome.INACCESSIBLE
    policy, [source] = watched.policy(), rows(watched, Source)
    assert policy.next_check_at - watched.answered_at <= timedelta(minutes=31)
    assert source.browser_reason.startswith("the plain page was read as loading")
    assert _by_browser(watched, page()).outcome is Outcome.FIRST
    assert rows(watched, Fetch)[-1].via == Via.BROWSER.value


def test_a_page_that_the_browser_finds_empty_as_well_is_not_asked_for_sooner(watched: WatchedHome) -> None:
    watched.add()
    watched.check(SHELL)
    _by_browser(watched, SHELL)
    assert watched.policy().next_check_at - watched.answered_at > timedelta(hours=12)
