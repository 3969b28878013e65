"""The host rows, on SQLite and on PostgreSQL: a turn is given once, to whichever run asks."""

import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from monitor import hosts
from monitor.database import Database
from monitor.politeness import EndedTurn
from tests.homes import START, WatchedHome


def test_a_host_is_remembered_from_run_to_run(watched: WatchedHome):
    [turn] = watched.home.turns(["acme.test"], []).values()
    assert turn.taken
    done = EndedTurn("acme.test", turn.at, START + timedelta(seconds=1), 2.0, crawl_delay_seconds=5.0, status=429)
    assert watched.home.turns([], [done]) == {}
    [again] = watched.home.turns(["acme.test"], []).values()
    assert (again.taken, again.left_alone, again.at) == (False, True, START + timedelta(seconds=16))
    with watched.home.database.reading() as session:
        assert hosts.backoff_until(session, ["acme.test", "other.test"], START) == again.at
        assert hosts.backoff_until(session, ["other.test"], START) is None


def test_many_hosts_are_served_at_once(watched: WatchedHome):
    names = [f"{number}.test" for number in range(300)]
    turns = watched.home.turns(names, [])
    assert all(turn.taken for turn in turns.values())
    ended = [EndedTurn(name, turns[name].at, START, 2.0, status=200) for name in names]
    again = watched.home.turns(names, ended)
    assert {turn.at for turn in again.values()} == {START + timedelta(seconds=2)}


def test_the_turn_of_a_run_that_died_here_is_free_at_once_but_for_the_delay(watched: WatchedHome):
    with watched.home.database.writing() as session:
        hosts.serve(session, ["acme.test"], [], now=START, holder="dead")
    lock = watched.home.path / "locks" / "dead.lock"
    lock.parent.mkdir(exist_ok=True)
    lock.touch()
    [turn] = watched.home.turns(["acme.test"], []).values()
    assert (turn.taken, turn.at) == (False, START + timedelta(seconds=2))
    watched.clock.pass_days(2.5 / 86400)
    [turn] = watched.home.turns(["acme.test"], []).values()
    assert turn.taken


VISITOR = textwrap.dedent("""
    import sys, time
    from datetime import UTC, datetime
    from monitor.database import Database
    from monitor.hosts import serve
    from monitor.politeness import EndedTurn

    database, visits = Database(sys.argv[1]), 0
    while visits < 12:
        with database.writing() as session:
            turn = serve(session, ["acme.test"], [], now=datetime.now(UTC), holder="")["acme.test"]
        if not turn.taken:
            time.sleep(0.005)
            continue
        began = time.time()
        time.sleep(0.003)
        print(began, time.time(), flush=True)
        ended = EndedTurn("acme.test", turn.at, datetime.now(UTC), 0.02, status=200)
        with database.writing() as session:
            serve(session, [], [ended], now=datetime.now(UTC), holder="")
        visits += 1
""")


def test_four_processes_never_visit_a_host_at_once_nor_before_its_delay(database_url: str):
    database = Database(database_url)
    database.upgrade()
    command = [sys.executable, "-c", VISITOR, database_url]
    visitors = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    spans = sorted(
        tuple(map(float, line.split())) for it in visitors for line in it.communicate(timeout=120)[0].splitlines()
    )
    assert [visitor.returncode for visitor in visitors] == [0] * 4
    assert len(spans) == 48
    assert min(later[0] - earlier[1] for earlier, later in pairwise(spans)) >= 0.02
    with database.writing() as session:
        assert hosts.serve(session, ["acme.test"], [], now=datetime.now(UTC), holder="")["acme.test"].at > START
    database.close()
