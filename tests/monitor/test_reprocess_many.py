"""Many policies folded again on the side come to what folding them one by one comes to; it goes on where it was interrupted."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from monitor.models import Alert, Change, Check, Fetch, Frame, Message, Notice, Policy, ResumePoint, Snapshot, Version
from monitor.reading import Reader
from monitor.reprocess.aside import FoldedAside
from monitor.reprocess.folding import reprocess
from monitor.reprocess.many import Done, Reprocessing, begin, end
from tests.homes import WatchedHome
from tests.monitor.test_pending import CUT, LONG
from tests.pages import DATE_MOVED, KEPT_LONGER, NOT_FOUND, POLICY

HISTORIES: dict[str, tuple[str | None, ...]] = {
    "there and back": (POLICY, KEPT_LONGER, POLICY, None, DATE_MOVED),
    "pending": (LONG, CUT, LONG, CUT, CUT),
    "lost": (POLICY, NOT_FOUND, NOT_FOUND, NOT_FOUND, KEPT_LONGER),
}

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _fill(watched: WatchedHome, names: Sequence[str] = tuple(HISTORIES)) -> None:
    """A policy with each of these histories, checked by turns."""
    for number, _ in enumerate(names):
        watched.add(f"https://acme{number}.example/privacy")
    for pages in zip(*(HISTORIES[name] for name in names), strict=True):
        due = sorted(watched.home.claim(), key=lambda source: source.policy)
        for source, page in zip(due, pages, strict=True):
            watched.clock.pass_days(0.01)
            watched.keep(watched.answer(source, page, status=404 if page == NOT_FOUND else 200))
        watched.pass_to_next_check()


def _rows(watched: WatchedHome) -> dict[str, list[tuple[object, ...]]]:
    """All that a fold may write, in the words of the rows: the numbers of versions and notices are their own business."""
    with watched.home.database.reading() as session:
        return {
            "policies": [
                (one.state, one.next_check_at, one.next_check_reason)
                for one in session.scalars(select(Policy).order_by(Policy.id))
            ],
            "versions": sorted(
                (
                    *(one.policy_id, one.number, one.state, one.technical, one.captured_at, one.last_seen_at),
                    *(one.fingerprint, tuple(part.snapshot_id for part in one.sources)),
                )
                for one in session.scalars(select(Version))
            ),
            "changes": [
                (
                    *(one.id, one.status, one.captured_at, one.previous_captured_at, one.confirmed_at, one.return_of),
                    *(one.version.number, one.previous_version.number, one.diff),
                )
                for one in session.scalars(select(Change).order_by(Change.id))
            ],
            "checks": [
                (one.id, one.captured_at, one.outcome, one.page_state, one.reason, one.via)
                for one in session.scalars(select(Check).order_by(Check.id))
            ],
            "fetches": [
                (one.id, one.page_state, one.canonical_url) for one in session.scalars(select(Fetch).order_by(Fetch.id))
            ],
            "notices": sorted((one.check_id, one.kind, one.text) for one in session.scalars(select(Notice))),
            "alerts": sorted((one.change_id, one.channel) for one in session.scalars(select(Alert))),
            "messages": sorted(one.id for one in session.scalars(select(Message))),
        }


def _policies(watched: WatchedHome) -> list[int]:
    with watched.home.database.reading() as session:
        return list(session.scalars(select(Policy.id).order_by(Policy.id)))


def _fold_serially(watched: WatchedHome) -> None:
    for policy_id in _policies(watched):
        with watched.home.database.writing() as session:
            reprocess(session, watched.home.reader, session.get_one(Policy, policy_id), now=watched.clock())


def _work(watched: WatchedHome, reader: Reader, **options: bool) -> Reprocessing:
    return Reprocessing(watched.home.database, reader, watched.clock, at_a_time=2, **options)


def _fold_aside(watched: WatchedHome) -> list[Done]:
    with Reader(children=2, home=watched.home.path) as reader:
        return list(_work(watched, reader).run(_policies(watched)))


def test_folded_on_the_side_a_history_comes_to_the_same_rows(watched: WatchedHome) -> None:
    _fill(watched)
    before = _rows(watched)
    watched.clock.pass_days(30)
    done = _fold_aside(watched)
    assert _rows(watched) == before
    assert [one.fault for one in done] == ["", "", ""]
    assert [one.reprocessed.found + one.reprocessed.gone for one in done] == [0, 0, 0]


def test_what_comes_out_otherwise_is_what_a_serial_fold_finds(watched: WatchedHome) -> None:
    """With pages that are error pages now, and other words than what was found before."""
    _fill(watched)
    with watched.home.database.writing() as session:
        session.execute(update(Snapshot).where(Snapshot.id.in_([4, 5])).values(status=404))
        session.execute(delete(Notice))
        session.execute(delete(Alert))
        session.execute(
            update(Check).where(Check.id.in_([4, 7])).values(reason="as an older one said", outcome="first")
        )
    _fold_aside(watched)
    aside = _rows(watched)
    _fold_serially(watched)
    assert _rows(watched) == aside
    assert aside["alerts"] == []  # nobody is told


@on_sqlite
def test_a_history_that_moved_on_meanwhile_is_folded_again(watched: WatchedHome) -> None:
    _fill(watched, ["there and back"])
    [policy_id] = _policies(watched)
    with closing(FoldedAside(watched.home.database, watched.home.reader, policy_id, now=watched.clock())) as folded:
        watched.check(KEPT_LONGER)
        after = _rows(watched)
        with watched.home.database.writing() as session:
            assert folded.bring_back(session) is None
        assert _rows(watched) == after
    assert _fold_aside(watched)[0].reprocessed.checks == 6
    assert _rows(watched) == after


@on_sqlite
def test_others_can_write_while_a_history_is_folded(watched: WatchedHome) -> None:
    _fill(watched, ["there and back"])
    wrote = []

    class Slow(Reader):
        def run(self, work, *arguments, **named):
            with watched.home.database.writing() as session:
                session.execute(update(Policy).values(tags=["written"]))
                wrote.append(work.__name__)
            return super().run(work, *arguments, **named)

    with Slow(home=watched.home.path) as reader:
        [policy_id] = _policies(watched)
        FoldedAside(watched.home.database, reader, policy_id, now=watched.clock()).close()
    assert "_extract" in wrote
    assert "step" in wrote


@on_sqlite
def test_a_damaged_page_costs_its_policy_and_no_other(watched: WatchedHome) -> None:
    _fill(watched, ["there and back", "pending"])
    with watched.home.database.writing() as session:
        long = select(Snapshot.frame_id).where(Snapshot.id == 2).scalar_subquery()
        session.execute(update(Frame).where(Frame.id == long).values(packed=b"damaged"))
    before = _rows(watched)
    whole, broken = _fold_aside(watched)
    assert "damaged bytes" in broken.fault
    assert (whole.fault, broken.reprocessed) == ("", None)
    assert _rows(watched) == before


def test_checks_whose_bytes_were_deleted_keep_what_they_came_to(watched: WatchedHome) -> None:
    watched.add()
    for page in (POLICY, KEPT_LONGER, KEPT_LONGER.replace("<nav>", '<nav class="other">')):
        watched.check(page)
    with watched.home.database.writing() as session:
        deleted = select(Snapshot.frame_id).where(Snapshot.id == 3).scalar_subquery()
        session.execute(update(Frame).where(Frame.id == deleted).values(packed=b"", deleted_at=watched.clock()))
    before = _rows(watched)
    done = _fold_aside(watched)[0]
    assert done.fault == ""
    assert (done.reprocessed.checks, done.reprocessed.deleted) == (2, 1)
    after = _rows(watched)
    assert {name: rows for name, rows in after.items() if name != "policies"} == {
        name: rows for name, rows in before.items() if name != "policies"
    }  # what a policy remembers of sightings knows fewer of them


@on_sqlite
def test_work_that_is_interrupted_goes_on_after_the_last_policy_that_was_done(watched: WatchedHome) -> None:
    _fill(watched, ["lost", "pending"])
    began = watched.clock()
    with watched.home.database.writing() as session:
        begun = begin(session, anew=False, now=began)
    assert (begun.policies, begun.done, begun.since) == (tuple(_policies(watched)), 0, None)
    with Reader(children=2, home=watched.home.path) as reader:
        work = _work(watched, reader, resumable=True).run(begun.policies)
        next(work)
        work.close()
    watched.clock.pass_days(1)
    with watched.home.database.writing() as session:
        begun = begin(session, anew=False, now=watched.clock())
    assert (begun.policies, begun.done, begun.since) == (tuple(_policies(watched)[1:]), 1, began)
    with watched.home.database.writing() as session:
        assert begin(session, anew=True, now=watched.clock()).done == 0
        end(session)
        assert session.scalars(select(ResumePoint)).all() == []


@on_sqlite
def test_with_other_rules_the_work_begins_anew_and_says_so(
    watched: WatchedHome, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    watched.add()
    with watched.home.database.writing() as session:
        begin(session, anew=False, now=watched.clock())
    rules = tmp_path / "topics.yaml"
    rules.write_text("ai: [robot]\n", encoding="utf-8")
    monkeypatch.setattr("monitor.reprocess.many.own_files", lambda: (rules,))
    with watched.home.database.writing() as session:
        begun = begin(session, anew=False, now=watched.clock())
        assert (begun.done, begun.since) == (0, None)
        assert "the rules or the reader are others now" in begun.anew
