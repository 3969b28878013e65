"""Who checks what, and when."""

from monitor.home import Home
from tests.homes import WatchedHome


def test_three_days_off_mean_one_catch_up_check(watched: WatchedHome) -> None:
    watched.add()
    watched.check("<p>a page</p>" * 50)
    watched.clock.pass_days(3)
    [source] = watched.home.claim()
    watched.keep(watched.failure(source, "no answer"))
    assert watched.home.claim() == []


def test_a_policy_claimed_by_one_run_is_not_claimed_by_another(watched: WatchedHome) -> None:
    watched.add()
    other = _other_run(watched)
    assert len(watched.home.claim()) == 1
    assert other.claim() == []
    other.close()


def test_a_lease_ends_by_itself(watched: WatchedHome) -> None:
    watched.add()
    other = _other_run(watched)
    assert len(watched.home.claim()) == 1
    watched.clock.pass_days(1)
    assert len(other.claim()) == 1
    other.close()


def test_a_dead_runs_policies_are_due_again_at_once(watched: WatchedHome) -> None:
    watched.add()
    [source] = watched.home.claim()
    token = watched.policy().lease_token
    watched.home._token._lock.release()  # what the system does when a process dies
    other = _other_run(watched)
    assert [again.check_id for again in other.claim()] == [source.check_id]
    assert watched.policy().lease_token != token
    other.close()


def test_a_source_that_a_dead_run_had_archived_is_not_fetched_again(watched: WatchedHome) -> None:
    watched.add()
    watched.home.reading_on_keep = False
    [source] = watched.home.claim()
    watched.keep(watched.answer(source, "<p>a page</p>"))
    watched.home.close()
    other = _other_run(watched)
    assert other.claim() == []
    other.close_complete_checks()
    assert len(other.closed) == 1
    other.close()


def test_a_paused_policy_is_not_due(watched: WatchedHome) -> None:
    watched.add()
    with watched.home.database.writing() as session:
        session.merge(watched.policy()).paused_at = watched.clock()
    assert watched.home.claim() == []


def _other_run(watched: WatchedHome) -> Home:
    return Home(watched.home.path, watched.home.settings, watched.home.database, clock=watched.clock)
