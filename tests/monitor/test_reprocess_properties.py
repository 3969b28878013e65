"""Any history folded again comes to the same rows, in both databases."""

from contextlib import closing
from itertools import count, pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from monitor.declarations import Declaration
from monitor.history import version_in_force
from monitor.models import Change, Check, Fetch, Notice, Policy, Version
from monitor.policies import sync
from monitor.reprocess.aside import FoldedAside
from monitor.reprocess.folding import reprocess
from monitor.types import DueSource
from tests.homes import WatchedHome
from tests.monitor.histories import THINGS, clauses, page
from tests.monitor.test_decide_properties import PAGES
from tests.pages import NOT_FOUND

SHORT = "<html><body><main><h1>Cookies</h1><p>{}</p></main></body></html>"
ON_THE_SECOND_PAGE = {
    number: SHORT.format("We set one cookie, which keeps your basket. " * 4 + f"It is deleted after {number} days.")
    for number in (7, 30)
}
SHORT_POLICY = page(clauses(of=THINGS[:2]))
FIRST_PAGES = [
    "A",
    "A",
    "B",
    "C",
    "end gone",
    "cut",
    "home",
    "terms",
    "fr",
    "fr edited",
    "quote 0",
    "quote 1",
    "quote 2",
]
ANSWERS = st.sampled_from([*FIRST_PAGES, "not found", "no answer", "not modified", "not modified"])
DAYS = st.sampled_from([0.0, 0.25, 1.0, 1.0, 7.0])
MOMENTS = st.lists(st.tuples(ANSWERS, DAYS), min_size=2, max_size=9)
SECOND = st.lists(st.sampled_from([7, 30, "no answer", "not found", "not modified"]), min_size=9, max_size=9)
EXAMPLES = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
_NUMBERS = count()


@EXAMPLES
@given(moments=MOMENTS, second=st.none() | SECOND)
def test_any_history_folded_again_comes_to_the_same_rows(
    watched: WatchedHome, moments: list[tuple[str, float]], second: list[int | str] | None
) -> None:
    policy_id = numbered_policy(watched, next(_NUMBERS), pages=1 if second is None else 2)
    for place, (name, days) in enumerate(moments):
        check_named(watched, [name] if second is None else [name, second[place]])
        watched.clock.pass_days(days)
    before = all_rows(watched, policy_id)
    with watched.home.database.writing() as session:
        policy = session.get_one(Policy, policy_id)
        policy.paused_at = watched.clock()
        reprocess(session, watched.home.reader, policy, now=watched.clock())
    assert all_rows(watched, policy_id) == before
    database, reader = watched.home.database, watched.home.reader
    folding = FoldedAside(database, reader, policy_id, now=watched.clock())
    with closing(folding) as folded, database.writing() as session:
        assert folded.bring_back(session) is not None
    assert all_rows(watched, policy_id) == before
    _agree(watched, policy_id)


def numbered_policy(watched: WatchedHome, number: int, *, pages: int) -> int:
    urls = [f"https://kites.example/{number}/{page}" for page in range(pages)]
    declared = {"service": "Kites", "policies": [{"type": f"Privacy Policy {number}", "sources": urls}]}
    with watched.home.database.writing() as session:
        [(policy, _)] = sync(
            session, [Declaration.model_validate(declared)], interval_seconds=86400, now=watched.clock()
        )
        return policy.id


def check_named(watched: WatchedHome, names: list[int | str], *, token: str = "") -> None:
    """One check, its sources' answers by their names; a token changes the bytes of a page and no word."""
    with watched.home.database.writing() as session:
        policy = session.scalars(select(Policy).where(Policy.paused_at.is_(None))).one()
        policy.next_check_at = min(policy.next_check_at, watched.clock())
        positions = {source.id: source.position for source in policy.sources}
    for source in watched.home.claim():
        watched.clock.pass_days(0.001)
        _answer(watched, source, names[positions[source.source_id]], token)


def _answer(watched: WatchedHome, source: DueSource, name: int | str, token: str) -> None:
    if name == "no answer":
        watched.keep(watched.failure(source, "connection refused"))
    elif name == "not found":
        watched.keep(watched.answer(source, NOT_FOUND, status=404))
    elif name == "not modified" and source.etag:
        watched.keep(watched.answer(source, None))
    else:
        watched.keep(watched.answer(source, f"{_page_named(watched, name)}<!-- {token} -->", etag='"1"'))


def _page_named(watched: WatchedHome, name: int | str) -> str:
    if isinstance(name, int):
        return ON_THE_SECOND_PAGE[name]
    if name == "dated today":
        return page(date=f"Last updated: {watched.clock():%B %d, %Y}")
    return SHORT_POLICY if name == "short" else PAGES.get(name, PAGES["A"])


def all_rows(watched: WatchedHome, policy_id: int) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the fold writes."""
    with watched.home.database.reading() as session:
        policy = session.get_one(Policy, policy_id)
        versions = session.scalars(
            select(Version).where(Version.policy_id == policy_id, Version.number > 0).order_by(Version.number)
        )
        changes = session.scalars(select(Change).where(Change.policy_id == policy_id).order_by(Change.id))
        checks = session.scalars(select(Check).where(Check.policy_id == policy_id).order_by(Check.id)).all()
        mine = [check.id for check in checks]
        return {
            "state": [(policy.state, policy.next_check_at)],
            "sources": [(source.etag, source.last_modified) for source in policy.sources],
            "versions": [
                (
                    *(one.number, one.state, one.technical, one.captured_at, one.last_seen_at, one.fingerprint),
                    tuple(part.snapshot_id for part in one.sources),
                )
                for one in versions
            ],
            "changes": [
                (
                    *(one.id, one.status, one.captured_at, one.previous_captured_at, one.confirmed_at, one.return_of),
                    *(one.version.number > 0 and one.version.number, one.diff),
                )
                for one in changes
            ],
            "checks": [(one.id, one.captured_at, one.outcome, one.page_state, one.reason, one.via) for one in checks],
            "fetches": [
                (one.id, one.page_state)
                for one in session.scalars(select(Fetch).where(Fetch.check_id.in_(mine)).order_by(Fetch.id))
            ],
            "notices": [
                (one.check_id, one.kind, one.text)
                for one in session.scalars(
                    select(Notice).where(Notice.check_id.in_(mine)).order_by(Notice.check_id, Notice.kind)
                )
            ],
        }


def _agree(watched: WatchedHome, policy_id: int) -> None:
    """What the rows say of each other."""
    with watched.home.database.reading() as session:
        policy = session.get_one(Policy, policy_id)
        versions = session.scalars(
            select(Version).where(Version.policy_id == policy_id, Version.number > 0).order_by(Version.number)
        ).all()
        confirmed = [one for one in versions if one.state == "confirmed"]
        assert all(one.captured_at <= one.last_seen_at for one in versions)
        assert all(old.last_seen_at <= new.captured_at for old, new in pairwise(confirmed))
        for change in session.scalars(select(Change).where(Change.policy_id == policy_id)):
            assert change.status == change.version.state
            assert change.captured_at == change.version.captured_at
            assert change.previous_captured_at <= change.captured_at
            assert (change.confirmed_at is None) <= (change.status != "confirmed")
        newest = version_in_force(session, policy_id)
        assert (newest is None) is (not confirmed)
        assert policy.state.get("version", 0) == max((one.number for one in versions), default=0)
        assert newest is None or len(newest.sources) <= len(policy.sources)
