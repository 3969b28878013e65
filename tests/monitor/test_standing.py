"""How everything stands, told from the rows, on SQLite and on PostgreSQL."""

from datetime import timedelta

from monitor.models import Host, Policy
from monitor.standing import Cost, Standing, backoffs, costs, database_bytes, newest_moment, standing
from tests.homes import START, WatchedHome
from tests.pages import KEPT_LONGER, NOT_FOUND, POLICY


def stands(watched: WatchedHome) -> Standing:
    with watched.home.database.reading() as session:
        return standing(session, watched.clock())


def test_a_new_home_has_nothing(watched: WatchedHome) -> None:
    assert stands(watched) == Standing(0, 0, 0, 0, None, 0, 0, None, {}, 0)


def test_due_and_overdue_are_told_apart_and_paused_ones_are_neither(watched: WatchedHome) -> None:
    watched.add("https://acme.example/privacy")
    paused = watched.add("https://other.example/privacy")
    with watched.home.database.writing() as session:
        session.get_one(Policy, paused).paused_at = START
    found = stands(watched)
    assert (found.watched, found.paused, found.due, found.overdue) == (1, 1, 1, 0)
    watched.clock.now += timedelta(minutes=61)
    found = stands(watched)
    assert (found.due, found.overdue, found.overdue_since) == (1, 1, START)


def test_a_policy_counts_as_its_newest_check_ended(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    reached_at = watched.answered_at
    assert (stands(watched).inaccessible, stands(watched).failing, stands(watched).reached_at) == (0, 0, reached_at)
    [source] = watched.home.claim()
    watched.keep(watched.failure(source, "no answer"))
    watched.clock.pass_days(1)
    assert (stands(watched).inaccessible, stands(watched).failing) == (0, 1)
    watched.check(NOT_FOUND)
    assert (stands(watched).inaccessible, stands(watched).failing, stands(watched).reached_at) == (1, 0, reached_at)
    watched.check(POLICY)
    assert (stands(watched).inaccessible, stands(watched).failing) == (0, 0)


def test_alerts_wait_until_they_are_in_a_message(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    watched.check(KEPT_LONGER)
    assert stands(watched).waiting_alerts == 1


def test_fetches_are_counted_by_way_with_their_failures_and_their_time(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    watched.check(None)
    [source] = watched.home.claim()
    watched.keep(watched.failure(source, "no answer"))
    with watched.home.database.reading() as session:
        assert costs(session) == [Cost("http", 2, 1, 0.0), Cost("not_modified", 1, 0, 0.0)]
        assert costs(session, watched.clock()) == [Cost("http", 1, 1, 0.0)]
        assert costs(session, watched.clock() + timedelta(days=1)) == []


def test_only_hosts_that_still_want_to_be_left_alone_are_told(watched: WatchedHome) -> None:
    hour = timedelta(hours=1)
    with watched.home.database.writing() as session:
        for name, until in (("short", START + hour), ("long", START + 2 * hour), ("over", START), ("never", None)):
            session.add(Host(name=name, next_allowed_at=START, backoff_until=until, refusals=1))
    with watched.home.database.reading() as session:
        assert [host.name for host in backoffs(session, START)] == ["long", "short"]


def test_the_newest_moment_is_that_of_a_fetch_or_of_a_crawl(watched: WatchedHome) -> None:
    with watched.home.database.reading() as session:
        assert newest_moment(session) is None
    watched.add()
    watched.check(POLICY)
    with watched.home.database.reading() as session:
        assert newest_moment(session) == watched.answered_at
    watched.home.record_run(START, {})
    with watched.home.database.reading() as session:
        assert newest_moment(session) == watched.clock()


def test_the_size_of_the_database_is_told(watched: WatchedHome) -> None:
    before = database_bytes(watched.home.database)
    watched.add()
    watched.check(POLICY)
    assert before > 10_000
    assert database_bytes(watched.home.database) >= before
