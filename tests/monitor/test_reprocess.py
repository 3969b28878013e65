"""Folding a history again: the same changes under the same numbers, nobody alerted, no promise lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from monitor.models import Alert, Change, Policy, Version
from monitor.reprocess.folding import reprocess
from tests.homes import WatchedHome
from tests.monitor.test_pending import CUT, LONG
from tests.pages import DATE_MOVED, KEPT_LONGER, POLICY


def _fold(watched: WatchedHome) -> None:
    with watched.home.database.writing() as session:
        reprocess(session, watched.home.reader, session.scalars(select(Policy)).one(), now=watched.clock())


def _history(watched: WatchedHome) -> tuple[list, list, list]:
    with watched.home.database.reading() as session:
        changes = [
            (
                change.id,
                change.status,
                change.captured_at,
                change.previous_captured_at,
                change.confirmed_at,
                change.significance,
                change.version.number,
            )
            for change in session.scalars(select(Change).order_by(Change.id))
        ]
        versions = [
            (version.number, version.state, version.technical, version.fingerprint)
            for version in session.scalars(select(Version).order_by(Version.number))
        ]
        alerts = [
            tuple(row)
            for row in session.execute(
                select(Alert.change_id, Alert.channel, Alert.created_at).order_by(Alert.change_id)
            )
        ]
    return changes, versions, alerts


@pytest.mark.parametrize(
    "pages",
    [
        (POLICY, KEPT_LONGER, POLICY, KEPT_LONGER),
        (POLICY, DATE_MOVED, DATE_MOVED, KEPT_LONGER),
        (LONG, CUT, LONG, CUT, CUT),
    ],
    ids=["there and back twice", "two changes", "withdrawn, then confirmed"],
)
def test_folding_again_gives_the_same_history(watched: WatchedHome, pages: tuple[str, ...]) -> None:
    watched.add()
    for page in pages:
        watched.check(page)
    before = _history(watched)
    watched.clock.pass_days(30)
    _fold(watched)
    assert _history(watched) == before
    _fold(watched)
    assert _history(watched) == before


def test_a_told_change_that_does_not_come_out_again_stays_withdrawn_with_its_alert(
    watched: WatchedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.add()
    watched.check(POLICY)
    watched.check(KEPT_LONGER)
    watched.check(DATE_MOVED)
    with watched.home.database.writing() as session:
        for version in session.scalars(select(Version).where(Version.number == 2)):
            [part] = version.sources
            part.snapshot.status = 404  # as if today's reader knew it for an error page
    _fold(watched)
    changes, versions, alerts = _history(watched)
    assert sorted(change[1] for change in changes) == ["confirmed", "withdrawn"]
    assert len(alerts) == 2
    assert [number for number, *_ in versions if number > 0] == [1, 2]


def test_an_import_between_the_due_moment_and_a_late_answer_stands_before_the_answer(
    watched: WatchedHome, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from monitor.importing.warc import import_warc
    from tests.warcs import write_warc

    watched.add()
    watched.check(POLICY)
    watched.clock.pass_days(0.5)  # the run comes late
    watched.check(KEPT_LONGER)
    between = watched.answered_at - timedelta(hours=2)
    file = write_warc(
        tmp_path_factory.mktemp("warc") / "a.warc.gz", [(between, "200 OK", "https://acme.example/privacy", POLICY)]
    )
    import_warc(watched.home, file)
    changes, versions, _ = _history(watched)
    assert [number for number, *_ in versions] == [1, 2]
    assert len(changes) == 1
