"""A real PostgreSQL cluster for the tests, on a Unix socket only. As root it runs as the user `postgres`."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

_NAMES = count(1)


class Cluster:
    """A running cluster; each `database()` is a new, empty one."""

    def __init__(self, folder: Path, user: str) -> None:
        self._folder, self._user = folder, user

    def database(self) -> str:
        """The URL of a new database."""
        name = f"test{next(_NAMES)}"
        with psycopg.connect(host=str(self._folder), user=self._user, dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://{self._user}@/{name}?host={self._folder}"


@contextmanager
def cluster() -> Iterator[Cluster]:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert programs, "PostgreSQL was wanted, it is not installed: apt-get install postgresql (`make setup` does it)"
    user = "postgres"
    as_user = ["runuser", "-u", user, "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="smallprint-postgres-"))
    if as_user:
        shutil.chown(folder, user, user)
    try:
        _run(*as_user, programs[-1] / "initdb", "-D", folder / "db", "-U", user, "-A", "trust", "--no-sync")
        control = [*as_user, programs[-1] / "pg_ctl", "-D", folder / "db", "-w", "-t", "60"]
        _run(*control, "-l", folder / "log", "-o", f"-k {folder} -c listen_addresses='' -c fsync=off", "start")
        try:
            yield Cluster(folder, user)
        finally:
            _run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _run(*command: str | Path) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
