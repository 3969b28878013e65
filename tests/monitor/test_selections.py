"""Selections in a home's history: declaring one, losing it and finding it again changes nothing and alerts nobody."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor import history
from monitor.declarations import Declaration
from monitor.models import Alert, Change, Check, Notice, Policy, Snapshot, Version
from monitor.policies import sync
from monitor.reprocess.folding import reprocess
from monitor.types import Outcome
from tests.homes import ADDRESS, CommandLine, WatchedHome, watched_home
from tests.pages import POLICY

MENU = '<nav><a href="/terms">Terms</a> <a href="/returns">Returns</a> <a href="/imprint">Imprint</a></nav>'
BODY = POLICY[POLICY.index("<h1>") : POLICY.index("</main>")]


def page(name: str, body: str = BODY) -> str:
    """The policy in an element of this class, a menu in it that the automatic reading leaves out."""
    return f"""<html lang="en"><head><title>Acme privacy policy</title></head><body>
<header><a href="/">Acme</a></header><div class="{name}">{MENU}{body}</div><footer>Acme, 1 Kite Street</footer></body></html>"""


OLD, NEW = page("content"), page("layout-2")
LONGER = BODY.replace("30 days", "12 months")


def declare(watched: WatchedHome, *urls: str, **said: object) -> str:
    """What bringing in Acme's declaration came to."""
    policy = {"type": "Privacy Policy", "sources": urls or (ADDRESS,), **said}
    declaration = Declaration.model_validate({"service": "Acme", "policies": [policy]})
    with watched.home.database.writing() as session:
        [(_, done)] = sync(session, [declaration], interval_seconds=86400, now=watched.clock())
    return done


def rows(watched: WatchedHome, table: type) -> list:
    with watched.home.database.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def versions(watched: WatchedHome) -> list[tuple[bool, bool]]:
    """Of each version: whether it is technical, and whether it has the menu's words, so was read by the selection."""
    with watched.home.database.reading() as session:
        found = session.scalars(select(Version).where(Version.number > 0).order_by(Version.number))
        return [(version.technical, "Imprint" in version.document.text) for version in found]


def notices(watched: WatchedHome) -> list[str]:
    return [notice.kind for notice in rows(watched, Notice)]


def missed(watched: WatchedHome) -> tuple[str, ...]:
    """What `list` says of the selections that do not match."""
    with watched.home.database.reading() as session:
        return history.baseline(session, session.scalars(select(Policy)).one()).missed


def nobody_heard(watched: WatchedHome) -> bool:
    return rows(watched, Change) == [] and rows(watched, Alert) == []


@pytest.mark.parametrize("answer", [None, OLD], ids=["not modified", "same bytes"])
def test_a_selection_declared_later_is_a_technical_upgrade(watched: WatchedHome, answer: str | None) -> None:
    declare(watched)
    watched.check(OLD)
    assert declare(watched, select=".content") == "updated"
    assert watched.check(answer).outcome is Outcome.UNCHANGED
    watched.check(None)
    assert versions(watched) == [(False, False), (True, True)]
    assert nobody_heard(watched)
    assert notices(watched) == []


def test_a_change_that_comes_with_a_new_selection_is_told_for_its_words_alone(watched: WatchedHome) -> None:
    declare(watched)
    watched.check(OLD)
    declare(watched, select=".content")
    watched.check(page("content", LONGER))
    [change] = rows(watched, Change)
    assert [edit.new for edit in change.diff.edits] == [
        "We delete your personal information 12 months after you close your account."
    ]
    assert versions(watched) == [(False, False), (True, True), (False, True)]


def test_declaring_the_same_selection_again_changes_nothing(watched: WatchedHome) -> None:
    declare(watched, select=".content", remove=[{"startBefore": "footer", "endAfter": "footer"}])
    watched.check(OLD)
    due_at = watched.policy().next_check_at
    assert declare(watched, select=[".content"], remove={"startBefore": "footer", "endAfter": "footer"}) == "unchanged"
    assert watched.policy().next_check_at == due_at
    watched.check(None)
    assert versions(watched) == [(False, True)]


def test_a_changed_selection_makes_the_policy_due_and_an_undeclared_one_is_a_technical_upgrade(
    watched: WatchedHome,
) -> None:
    declare(watched, select=".content")
    watched.check(OLD)
    watched.clock.now -= timedelta(hours=12)
    declare(watched)
    assert watched.policy().next_check_at == watched.clock()
    watched.check(None)
    assert versions(watched) == [(False, True), (True, False)]
    assert nobody_heard(watched)


def test_a_redesign_that_breaks_the_selection_alerts_nobody_and_is_said_once(watched: WatchedHome) -> None:
    declare(watched, select=".content")
    watched.check(OLD)
    closed = watched.check(NEW)
    assert closed.outcome is Outcome.UNCHANGED
    assert "read automatically: `.content` matches nothing on the page" in closed.reason
    assert f"{ADDRESS} is read automatically: `.content` matches nothing" in closed.notices[0]
    assert watched.check(NEW + "<!-- again -->").notices == ()
    assert "read automatically" in watched.check(None).reason
    assert notices(watched) == ["selection"]
    assert missed(watched) == (f"{ADDRESS} is read automatically: `.content` matches nothing on the page",)
    assert nobody_heard(watched)
    assert versions(watched) == [(False, True)]


def test_a_redesign_that_changes_words_too_is_told_for_those_words_alone(watched: WatchedHome) -> None:
    declare(watched, select=".content")
    watched.check(OLD)
    watched.check(page("layout-2", LONGER))
    [change] = rows(watched, Change)
    assert [edit.old for edit in change.diff.edits] == [
        "We delete your personal information 30 days after you close your account."
    ]
    assert len(rows(watched, Alert)) == 1
    assert versions(watched) == [(False, True), (False, False)]


@pytest.mark.parametrize("back", [OLD, OLD + "<!-- other bytes -->"], ids=["same bytes", "other bytes"])
def test_a_selection_that_matches_again_alerts_nobody_and_is_said_once(watched: WatchedHome, back: str) -> None:
    declare(watched, select=".content")
    for answer in (OLD, NEW, back, None, back):
        watched.check(answer)
    assert notices(watched) == ["selection", "selection_again"]
    assert missed(watched) == ()
    assert nobody_heard(watched)
    assert versions(watched) == [(False, True)]
    watched.check(page("content", LONGER))
    assert [len(change.diff.edits) for change in rows(watched, Change)] == [1]


def test_after_a_change_behind_a_broken_selection_the_page_is_read_by_it_again(watched: WatchedHome) -> None:
    declare(watched, select=".content")
    for answer in (OLD, page("layout-2", LONGER), page("content", LONGER), None):
        watched.check(answer)
    assert len(rows(watched, Change)) == len(rows(watched, Alert)) == 1
    assert versions(watched) == [(False, True), (False, False), (True, True)]
    watched.check(page("content", LONGER.replace("Acme sells kites.", "Acme sells and lends kites.")))
    assert [len(change.diff.edits) for change in rows(watched, Change)] == [1, 1]


def test_a_change_that_comes_with_the_matching_page_is_told_for_its_words_alone(watched: WatchedHome) -> None:
    declare(watched, select=".gone")
    watched.check(NEW)
    watched.check(page("gone", LONGER))
    watched.check(None)
    assert [len(change.diff.edits) for change in rows(watched, Change)] == [1]
    assert versions(watched) == [(False, False), (False, False), (True, True)]
    assert notices(watched) == ["selection", "selection_again"]


def test_a_wrong_selection_is_said_at_the_first_check_and_a_corrected_one_is_a_technical_upgrade(
    watched: WatchedHome,
) -> None:
    declare(watched, select=".contents")
    watched.check(OLD)
    watched.check(None)
    declare(watched, select=".contentx")
    watched.check(None)
    watched.check(None)
    assert notices(watched) == ["selection", "selection"]
    declare(watched, select=".content")
    watched.check(None)
    assert notices(watched) == ["selection", "selection", "selection_again"]
    assert versions(watched) == [(False, False), (True, True)]
    assert nobody_heard(watched)


def test_leaving_a_broken_selection_out_ends_the_news_of_it(watched: WatchedHome) -> None:
    declare(watched, select=".gone")
    watched.check(OLD)
    declare(watched)
    watched.check(OLD + "<!-- fresh -->")
    assert missed(watched) == ()
    assert versions(watched) == [(False, False)]


def test_there_and_back_behind_a_broken_selection_is_a_return(watched: WatchedHome) -> None:
    declare(watched, select=".content")
    watched.check(OLD)
    for body in (LONGER, LONGER, LONGER, LONGER, BODY):
        watched.check(page("layout-2", body))
    assert [change.return_of for change in rows(watched, Change)] == [None, 1]


def test_each_source_is_read_by_its_own_selection(watched: WatchedHome) -> None:
    cookies = page("content", "<h2>Cookies</h2><p>We set one cookie, for the basket, and delete it when you leave.</p>")
    second = {"url": "https://acme.example/cookies", "select": []}
    declare(watched, ADDRESS, second, select=".content", remove="nav")  # type: ignore[arg-type]
    watched.check(OLD, cookies)
    [version] = rows(watched, Version)
    with watched.home.database.reading() as session:
        parts = [part.selection for part in session.get_one(Version, version.id).sources]
    assert [part.select if part else None for part in parts] == [(".content",), ()]
    assert versions(watched) == [(False, False)]
    watched.check(NEW, None)
    assert notices(watched) == ["selection"]
    assert nobody_heard(watched)


def test_a_page_that_is_no_policy_says_nothing_of_selections(watched: WatchedHome) -> None:
    declare(watched, select=".content")
    watched.check(OLD)
    wall = "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>"
    closed = watched.check(wall)
    assert closed.outcome is Outcome.INACCESSIBLE
    watched.check(OLD)
    assert notices(watched) == []
    assert versions(watched) == [(False, True)]


def test_folding_again_reads_every_capture_by_the_selection_of_today(watched: WatchedHome) -> None:
    declare(watched)
    watched.check(OLD)
    watched.check(page("content", LONGER))
    declare(watched, select=".content")
    watched.check(None)
    told = [change.id for change in rows(watched, Change)]
    with watched.home.database.writing() as session:
        reprocess(session, watched.home.reader, session.scalars(select(Policy)).one(), now=watched.clock())
    assert versions(watched) == [(False, True), (False, True)]
    assert [change.id for change in rows(watched, Change)] == told
    assert len(rows(watched, Alert)) == 1


def test_folding_again_gives_the_same_history_and_notices(watched: WatchedHome) -> None:
    declare(watched, select=".content")
    for answer in (OLD, NEW, page("layout-2", LONGER), page("content", LONGER), None):
        watched.check(answer)
    before = versions(watched), notices(watched), [check.reason for check in rows(watched, Check)]
    with watched.home.database.writing() as session:
        reprocess(session, watched.home.reader, session.scalars(select(Policy)).one(), now=watched.clock())
    assert (versions(watched), notices(watched), [check.reason for check in rows(watched, Check)]) == before
    assert len(rows(watched, Snapshot)) == 4


def test_list_and_checks_say_which_selection_does_not_match(tmp_path: Path) -> None:
    watched = watched_home(tmp_path, f"sqlite:///{tmp_path / 'smallprint.db'}")
    declare(watched, select="#content")
    watched.check(OLD)
    watched.home.close()
    command_line = CommandLine(tmp_path)
    [row] = command_line.json("list")
    said = f"{ADDRESS} is read automatically: `#content` matches nothing on the page"
    assert row["selection_missed"] == [said]
    assert row["notice"] is None
    assert said in command_line.run("list")
    [check] = command_line.json("checks")
    assert "read automatically: `#content` matches nothing" in check["reason"]
