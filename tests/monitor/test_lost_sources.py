"""Several sources, of which some stop giving their part: its last good text stands, that is said, and the others go on."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from monitor.history import baseline, not_read, version_in_force
from monitor.models import Alert, Change, Check, Notice, Policy, Version
from monitor.reprocess.folding import reprocess
from monitor.types import Outcome
from tests.homes import WatchedHome, watched_home
from tests.monitor.sources import ADDRESSES, BLOCKED, NOT_FOUND, TIMEOUT, Gone, check, declare, rows, text

FIRST, MORE, ANNEX = ADDRESSES


@pytest.mark.parametrize(
    ("gone", "outcome", "words"),
    [
        (NOT_FOUND, Outcome.INACCESSIBLE, "is inaccessible since 2026-03-02 (the server answered 404)"),
        (TIMEOUT, Outcome.FAILED, "gives no answer since 2026-03-02 (no answer: kites.example took too long)"),
    ],
)
def test_a_lost_source_is_said_at_every_check_and_told_once(
    watched: WatchedHome, gone: Gone, outcome: Outcome, words: str
) -> None:
    declare(watched, 2)
    check(watched, [text(0, 0), text(1, 0)])
    for edits in (0, 1, 1, 1, 2, 2):
        closed = check(watched, [text(0, edits), gone])
        assert f"{MORE} {words}; its text of 2026-03-01 stands in the version" in closed.reason
    assert [one.outcome for one in rows(watched, Check)] == [
        *("first", outcome.value, "changed", outcome.value),
        *(outcome.value, "changed", outcome.value),
    ]
    assert [notice.kind for notice in rows(watched, Notice)] == ["source"]
    back = check(watched, [text(0, 2), text(1, 0)])
    assert (back.outcome, [notice.kind for notice in rows(watched, Notice)]) == (
        Outcome.UNCHANGED,
        ["source", "source_again"],
    )
    assert len(rows(watched, Change)) == len(rows(watched, Alert)) == 2


def test_a_change_made_while_a_source_is_lost_says_which_and_the_exit_code_counts_it_once(watched: WatchedHome) -> None:
    declare(watched, 2)
    check(watched, [text(0, 0), text(1, 0)])
    closed = [check(watched, [text(0, edits), NOT_FOUND]) for edits in (1, 1, 2, 2)]
    assert [one.newly_inaccessible for one in closed] == [True, False, False, False]
    with watched.home.database.reading() as session:
        change = session.scalars(select(Change).order_by(Change.id).limit(1)).one()
        assert not_read(session, change) == [f"{MORE}: error page"]
        standing = baseline(session, session.scalars(select(Policy)).one())
        assert standing.version is not None


def test_two_sources_lost_one_after_the_other_are_each_told_and_each_found_again(watched: WatchedHome) -> None:
    declare(watched, 3)
    good = [text(0, 0), text(1, 0), text(2, 0)]
    check(watched, good)
    for lost in ([1], [1], [1, 2], [1, 2], [2], [2], []):
        check(watched, [TIMEOUT if place in lost else good[place] for place in range(3)])
    told = [(notice.kind, [url for url in ADDRESSES if f"{url} " in notice.text]) for notice in rows(watched, Notice)]
    assert told == [("source", [MORE]), ("source", [ANNEX]), ("source_again", [MORE]), ("source_again", [ANNEX])]


def test_when_all_are_lost_the_policy_is_and_one_notice_says_so(watched: WatchedHome) -> None:
    declare(watched, 2)
    check(watched, [text(0, 0), text(1, 0)])
    for _ in range(4):
        check(watched, [TIMEOUT, BLOCKED])
    assert [notice.kind for notice in rows(watched, Notice)] == ["inaccessible"]
    check(watched, [text(0, 0), BLOCKED])
    assert sorted(notice.kind for notice in rows(watched, Notice)[1:]) == ["recovered", "source"]


def test_sources_that_are_never_good_at_the_same_check_make_a_version_all_the_same(watched: WatchedHome) -> None:
    declare(watched, 2)
    assert check(watched, [text(0, 0), TIMEOUT]).outcome is Outcome.FAILED
    assert check(watched, [TIMEOUT, text(1, 0)]).outcome is Outcome.FIRST
    assert check(watched, [text(0, 0), text(1, 1)]).outcome is Outcome.CHANGED


def test_a_wording_that_waits_on_a_lost_source_is_not_taken_for_gone(watched: WatchedHome) -> None:
    declare(watched, 2)
    check(watched, [text(0, 0), text(1, 0)])
    short = text(0, 0)[:900] + "</main></body></html>"
    check(watched, [short, text(1, 0)])
    waiting = [version.state for version in rows(watched, Version)]
    check(watched, [TIMEOUT, text(1, 0)])
    assert [version.state for version in rows(watched, Version)] == waiting


ANSWERS = st.sampled_from(["same", "same", "edit", "edit", "404", "timeout", "wall", "not modified"])
WEEKS = st.lists(st.tuples(ANSWERS, ANSWERS, ANSWERS), min_size=3, max_size=9)
GONE = {"404": NOT_FOUND, "timeout": TIMEOUT, "wall": BLOCKED}


@dataclass
class Expected:
    """What a person would say after each check: what each source's newest good text is, and who is lost."""

    edits: list[int] = field(default_factory=lambda: [0, 0, 0])
    shown: list[int] = field(default_factory=lambda: [0, 0, 0])
    lost: set[int] = field(default_factory=set)

    def answers(self, kinds: tuple[str, ...]) -> Iterator[str | Gone | None]:
        for place, kind in enumerate(kinds):
            self.edits[place] += kind == "edit"
            yield GONE.get(kind, None if kind == "not modified" else text(place, self.edits[place]))

    def see(self, kinds: tuple[str, ...]) -> bool:
        """Take the answers in; True when the policy's text is another than before."""
        before = list(self.shown)
        for place, kind in enumerate(kinds):
            (self.lost.add if kind in GONE else self.lost.discard)(place)
            if kind in ("same", "edit"):
                self.shown[place] = self.edits[place]
        return self.shown != before


@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(weeks=WEEKS)
def test_in_any_order_of_events_every_edit_is_told_once_and_every_lost_source_is_said(
    weeks: list[tuple[str, ...]],
) -> None:
    with TemporaryDirectory() as folder:
        watched = watched_home(Path(folder) / "home", f"sqlite:///{folder}/smallprint.db")
        try:
            _live(watched, weeks)
        finally:
            watched.home.close()


def _live(watched: WatchedHome, weeks: list[tuple[str, ...]]) -> None:
    declare(watched, 3)
    check(watched, [text(0, 0), text(1, 0), text(2, 0)])
    expected = Expected()
    for kinds in weeks:
        closed = check(watched, list(expected.answers(kinds)))
        assert (closed.outcome is Outcome.CHANGED) == expected.see(kinds), (kinds, closed)
        said = {
            place
            for place, url in enumerate(ADDRESSES)
            if f"{url} gives no" in closed.reason or f"{url} is in" in closed.reason
        }
        assert said == expected.lost, (kinds, closed)
    with watched.home.database.reading() as session:
        policy = session.scalars(select(Policy)).one()
        in_force = version_in_force(session, policy.id)
        assert in_force is not None
        for place, edits in enumerate(expected.shown):
            assert f"within {edits + 2} days" in in_force.document.text or edits == 0
            assert f"by route {place}" in in_force.document.text
    changes = len(rows(watched, Change))
    assert len(rows(watched, Alert)) == changes
    _assert_news_come_in_turns(watched)
    state = watched.policy().state
    with watched.home.database.writing() as session:
        reprocess(session, watched.home.reader, session.scalars(select(Policy)).one(), now=watched.clock())
    assert watched.policy().state == state
    assert len(rows(watched, Change)) == changes


def _assert_news_come_in_turns(watched: WatchedHome) -> None:
    for url in ADDRESSES:
        kinds = [
            notice.kind for notice in rows(watched, Notice) if f"{url} " in notice.text and "source" in notice.kind
        ]
        assert all(first != second for first, second in itertools.pairwise(kinds)), kinds
        assert kinds[:1] in ([], ["source"])
