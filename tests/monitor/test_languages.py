"""Languages that pages are asked for: as declared, as sent, and what a page in another one comes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.declarations import Declaration
from monitor.languages import accept_language, bare_languages, first_tag, read_tags
from monitor.models import Alert, Change, Check, Fetch, Source, Version
from monitor.types import Outcome
from tests.homes import WatchedHome
from tests.monitor.histories import page
from tests.monitor.sources import ADDRESSES, check, declare, rows, text
from tests.monitor.test_decide_another_page import FRENCH


@pytest.mark.parametrize(
    ("raw", "tags", "header"),
    [
        ("de", "de", "de"),
        ("DE-ch", "de-CH", "de-CH"),
        ("zh-hant-TW, zh", "zh-Hant-TW, zh", "zh-Hant-TW, zh;q=0.9"),
        (["fr-CA", "fr", "en"], "fr-CA, fr, en", "fr-CA, fr;q=0.9, en;q=0.8"),
        (["sl-nedis", "es-419", "es-419"], "sl-nedis, es-419", "sl-nedis, es-419;q=0.9"),
    ],
)
def test_tags_are_read_and_sent_in_the_order_of_preference(raw: object, tags: str, header: str) -> None:
    assert read_tags(raw) == tags
    assert accept_language(tags) == header


@pytest.mark.parametrize(
    "raw", ["", "english", "de_CH", "e", "*", False, 7, [], ["de", ""], ["de"] * 9, {"de": 1}, "de\r\nX: y"]
)
def test_what_is_no_tag_is_refused_in_words(raw: object) -> None:
    with pytest.raises(ValueError, match="a language such as de"):
        read_tags(raw)


@given(st.text(max_size=30) | st.lists(st.text(max_size=12), max_size=4))
def test_whatever_is_taken_for_tags_is_a_clean_header(raw: object) -> None:
    try:
        tags = read_tags(raw)
    except ValueError:
        return
    assert read_tags(tags) == tags
    assert accept_language(tags).isascii()
    assert accept_language(tags).isprintable()
    assert first_tag(tags) in tags
    assert bare_languages(tags)


def test_a_source_s_own_language_takes_the_place_of_its_policy_s(watched: WatchedHome) -> None:
    sources = [ADDRESSES[0], {"url": ADDRESSES[1], "language": ["fr-CA", "fr"]}]
    declared = {"service": "Kites", "policies": [{"type": "Privacy Policy", "sources": sources, "language": "en"}]}
    [policy] = Declaration.model_validate(declared).policies
    assert [policy.language_of(source) for source in policy.sources] == ["en", "fr-CA, fr"]
    declare(watched, 1, language="en")
    [due] = watched.home.claim()
    assert due.language == "en"


def test_a_page_in_another_language_than_declared_is_inaccessible_from_the_first_one_on(watched: WatchedHome) -> None:
    declare(watched, 1, language="en-GB")
    closed = check(watched, [FRENCH])
    assert (closed.outcome, closed.reason) == (
        Outcome.INACCESSIBLE,
        "in another language: fr came, en-GB is declared",
    )
    assert [fetch.page_state for fetch in rows(watched, Fetch)] == ["other_variant"]
    assert check(watched, [page()]).outcome is Outcome.FIRST
    for _ in range(6):
        watched.clock.pass_days(20)
        assert check(watched, [FRENCH]).outcome is Outcome.INACCESSIBLE


def test_another_declared_language_is_a_technical_upgrade_and_alerts_nobody(watched: WatchedHome) -> None:
    declare(watched, 1)
    check(watched, [page()])
    declare(watched, 1, language="fr")
    [source] = rows(watched, Source)
    assert (source.language, source.etag) == ("fr", "")
    closed = check(watched, [FRENCH])
    assert (closed.outcome, closed.reason) == (
        Outcome.UNCHANGED,
        "another language is declared: a technical upgrade",
    )
    assert [version.technical for version in rows(watched, Version)] == [False, True]
    assert rows(watched, Change) == rows(watched, Alert) == []
    assert (
        check(watched, [FRENCH.replace("</main>", "<p>Nous vendons vos données à tous.</p></main>")]).outcome
        is Outcome.CHANGED
    )


def test_a_site_that_takes_no_notice_of_the_language_costs_no_version_and_no_later_change(watched: WatchedHome) -> None:
    declare(watched, 1)
    check(watched, [text(0, 0)])
    declare(watched, 1, language="en")
    assert check(watched, [text(0, 0)]).outcome is Outcome.UNCHANGED
    assert check(watched, [text(0, 1)]).outcome is Outcome.CHANGED
    assert len(rows(watched, Version)) == 2


def test_the_same_bytes_in_another_language_than_declared_are_inaccessible(watched: WatchedHome) -> None:
    declare(watched, 1)
    check(watched, [page()])
    declare(watched, 1, language="fr")
    assert check(watched, [page()]).outcome is Outcome.INACCESSIBLE
    assert [one.page_state for one in rows(watched, Check)] == ["ok", "other_variant"]
