"""Four processes at one database: every due policy is claimed by exactly one of them, and a dead one's come back."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import func, select

from monitor import schedule
from monitor.database import Database
from monitor.models import Check, Policy, Service, Source
from tests.homes import START

DUE = 3000
PROCESSES = 4
LEASE_SECONDS = 3600
HOLDER = """\
import os, signal, sys
from datetime import datetime
from monitor import schedule
from monitor.database import Database
with Database(sys.argv[1]).writing() as session:
    count, _ = schedule.claim_due(session, now=datetime.fromisoformat(sys.argv[2]), token="holder", lease_seconds=3600, limit=100)
print(count, flush=True)
signal.pause()
"""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    opened.upgrade()
    yield opened
    opened.close()


def add_due(database: Database, count: int) -> None:
    with database.writing() as session:
        service = Service(slug="acme", name="Acme")
        session.add(service)
        session.flush()
        for number in range(count):
            slug = f"acme/terms-{number}"
            source = Source(url=f"https://acme.example/{number}", position=0)
            policy = Policy(service_id=service.id, slug=slug, terms_type=slug, interval_seconds=86400, created_at=START)
            policy.next_check_at, policy.sources, policy.state = START, [source], {}
            session.add(policy)


def claim_all(url: str, token: str, ready: Path) -> list[str]:
    """Claim until nothing is left, as a run does, from when all four are ready; the slugs."""
    database, slugs = Database(url), []
    (ready / token).touch()
    while len(list(ready.iterdir())) < PROCESSES:
        time.sleep(0.01)
    while True:
        with database.writing() as session:
            count, sources = schedule.claim_due(session, now=START, token=token, lease_seconds=LEASE_SECONDS, limit=50)
        if not count:
            database.close()
            return slugs
        slugs += [source.policy for source in sources]


def test_four_processes_and_3000_due_policies_make_no_double_claim(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    add_due(database, DUE)
    (ready := tmp_path / "ready").mkdir()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:
        runs = [processes.submit(claim_all, database_url, f"run-{number}", ready) for number in range(PROCESSES)]
        claimed = Counter(slug for run in runs for slug in run.result(timeout=240))
    assert (len(claimed), sum(claimed.values())) == (DUE, DUE)
    with database.reading() as session:
        assert session.scalar(select(func.count(Check.id))) == DUE
        assert len(set(session.scalars(select(Policy.lease_token)))) > 1, "only one of them worked"


def test_a_dead_holders_policies_come_back_when_its_lease_ends(database: Database, database_url: str) -> None:
    add_due(database, 100)
    arguments = [sys.executable, "-c", HOLDER, database_url, START.isoformat()]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "100"
        os.kill(holder.pid, signal.SIGKILL)
    before, after = (START + timedelta(seconds=LEASE_SECONDS + tick) for tick in (-1, 0))
    for now, count in ((before, 0), (after, 100)):
        with database.writing() as session:
            claimed, sources = schedule.claim_due(session, now=now, token="next", lease_seconds=60, limit=200)
        assert (claimed, len(sources)) == (count, count)
    with database.reading() as session:
        assert session.scalar(select(func.count(Check.id))) == 100, "the same checks, not new ones"
