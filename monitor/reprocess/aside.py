"""A policy's history folded again on the side, in a scratch database, and brought back in one short transaction.

Reading and comparing take minutes for a long history: nobody waits for them, for the home's own database is not written
meanwhile. What comes out is what `reprocess` makes of the same rows.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Select, Table, bindparam, func, insert, select, text, update
from sqlalchemy.orm import Session

from monitor.copying import AT_ONCE, Row, batches, copy_rows, plain
from monitor.database import Database
from monitor.models import Base, Policy, Source, Version
from monitor.politeness import host_of
from monitor.reading import Reader
from monitor.reprocess.folding import Reprocessed, exchange, fold, forget_notices, past_checks
from monitor.search.passages import index

TABLES = Base.metadata.tables
SERVICE, POLICY, SOURCE, CHECK, FETCH = (
    TABLES[name] for name in ("service", "policy", "source", "policy_check", "source_fetch")
)
SNAPSHOT, FRAME, HOST = (TABLES[name] for name in ("snapshot", "frame", "host"))
VERSION, VERSION_SOURCE, CHANGE, NOTICE = (TABLES[name] for name in ("version", "version_source", "change", "notice"))
SAYS_OTHERWISE = (POLICY, SOURCE, CHECK, FETCH)  # rows of these are there before, and may say something else after
LEASE = ("lease_token", "lease_until")

Basis = tuple[object, ...]
"""What a policy's history rests on, in so few words that they can be compared while nobody else may write."""


class FoldedAside:
    """A policy's history, folded in a scratch database that lasts until it is closed."""

    def __init__(self, database: Database, reader: Reader, policy_id: int, *, now: datetime) -> None:
        self.policy_id = policy_id
        with ExitStack() as opened:
            beside = database.file.parent if database.file is not None else None  # there is room for a policy more
            folder = opened.enter_context(tempfile.TemporaryDirectory(prefix=".smallprint-reprocess-", dir=beside))
            self._scratch = opened.enter_context(closing(Database(f"sqlite:///{Path(folder) / 'scratch.db'}")))
            Base.metadata.create_all(self._scratch.engine)
            with self._scratch.writing() as session:
                session.execute(text("PRAGMA defer_foreign_keys=ON"))  # a frame may rest on a later one
                with database.reading_one_moment() as home:
                    self._basis = _basis(home.connection(), policy_id)
                    self._checks = past_checks(home, home.get_one(Policy, policy_id))
                    _copy_policy(home.connection(), session.connection(), policy_id)
                before = _said(session.connection())
                policy = session.get_one(Policy, policy_id)
                fold(session, reader, policy, self._checks, now=now)
            with self._scratch.engine.connect() as connection:
                self._otherwise = _said_otherwise(before, _said(connection))
            self._opened = opened.pop_all()

    def bring_back(self, session: Session) -> Reprocessed | None:
        """Put what came out in the place of the policy's history; None when that moved on meanwhile."""
        policy = session.scalars(select(Policy).where(Policy.id == self.policy_id).with_for_update(of=Policy)).one()
        if _basis(session.connection(), self.policy_id) != self._basis:
            return None
        return exchange(session, policy, self._checks, lambda: self._write(session))

    def close(self) -> None:
        self._opened.close()

    def _write(self, session: Session) -> None:
        target = session.connection()
        for table, rows in self._otherwise.items():
            _say(target, table, rows)
        forget_notices(target, self._checks)
        with self._scratch.engine.connect() as source:
            added = _add(source, target)
        for version_id in added:
            index(session, session.get_one(Version, version_id))
        for one in session:
            if isinstance(one, Policy | Source):
                session.expire(one)


def _basis(connection: Connection, policy_id: int) -> Basis:
    of_policy = CHECK.c.policy_id == policy_id
    closed = func.count(CHECK.c.outcome)
    checks = connection.execute(select(func.count(), func.max(CHECK.c.id), closed).where(of_policy)).one()
    fetched = select(func.count(), func.max(FETCH.c.id)).join(CHECK, CHECK.c.id == FETCH.c.check_id)
    fetches = connection.execute(fetched.where(of_policy)).one()
    columns = [column for column in POLICY.c if column.name not in LEASE]
    policy = connection.execute(select(*columns).where(POLICY.c.id == policy_id)).one()
    sources = connection.execute(select(SOURCE).where(SOURCE.c.policy_id == policy_id).order_by(SOURCE.c.id)).all()
    snapshots = select(func.count(), func.max(FRAME.c.deleted_at)).join(SNAPSHOT, SNAPSHOT.c.frame_id == FRAME.c.id)
    snapshots = snapshots.join(SOURCE, SOURCE.c.id == SNAPSHOT.c.source_id).where(SOURCE.c.policy_id == policy_id)
    deleted = connection.execute(snapshots.where(FRAME.c.deleted_at.is_not(None))).one()
    return tuple(policy), tuple(map(tuple, sources)), tuple(checks), tuple(fetches), tuple(deleted)


def _copy_policy(source: Connection, target: Connection, policy_id: int) -> None:
    """All that a policy's checks are decided by: not what they came to."""
    here = POLICY.c.id == policy_id
    copy_rows(source, target, SERVICE, SERVICE.c.id.in_(select(POLICY.c.service_id).where(here)))
    copy_rows(source, target, POLICY, here)
    copy_rows(source, target, SOURCE, SOURCE.c.policy_id == policy_id)
    urls = source.scalars(select(SOURCE.c.url).where(SOURCE.c.policy_id == policy_id)).all()
    copy_rows(source, target, HOST, HOST.c.name.in_(map(host_of, urls)))
    copy_rows(source, target, CHECK, CHECK.c.policy_id == policy_id)
    sources = select(SOURCE.c.id).where(SOURCE.c.policy_id == policy_id)
    for frames in _frames(source, select(SNAPSHOT.c.frame_id).where(SNAPSHOT.c.source_id.in_(sources))):
        copy_rows(source, target, FRAME, FRAME.c.id.in_(frames))
    copy_rows(source, target, SNAPSHOT, SNAPSHOT.c.source_id.in_(sources))
    copy_rows(source, target, FETCH, FETCH.c.check_id.in_(select(CHECK.c.id).where(CHECK.c.policy_id == policy_id)))


def _frames(source: Connection, wanted: Select[int]) -> Iterator[list[int]]:
    """The ids of these frames and of all that they rest on, some at a time."""
    new, known = set(source.scalars(wanted)), set[int]()
    while new:
        known |= new
        bases = (source.scalars(select(FRAME.c.base_id).where(FRAME.c.id.in_(some))) for some in _some(new))
        new = {base for found in bases for base in found if base is not None} - known
    return _some(known)


def _some(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))


Said = dict[Table, dict[int, Row]]
"""Table -> id -> row."""


def _said(scratch: Connection) -> Said:
    return {table: {row["id"]: row for rows in batches(scratch, table) for row in rows} for table in SAYS_OTHERWISE}


def _said_otherwise(before: Said, after: Said) -> dict[Table, list[Row]]:
    """The new words of the rows that say something else now, each with the columns in which one of its table does."""
    otherwise = {}
    for table, rows in before.items():
        pairs = [(row, after[table][number]) for number, row in rows.items() if row != after[table][number]]
        columns = {name for old, new in pairs for name in new if old[name] != new[name]}
        otherwise[table] = [{"row": new["id"]} | {name: new[name] for name in columns} for _, new in pairs]
    return otherwise


def _say(target: Connection, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        bare = plain(table)
        said = update(bare).where(bare.c.id == bindparam("row"))
        target.execute(said.values({name: bindparam(name) for name in rows[0] if name != "row"}), rows)


def _add(source: Connection, target: Connection) -> Iterable[int]:
    """What the fold made anew, under numbers of the home's own; the ids of the versions among it."""
    versions = {row["id"]: _added(target, VERSION, row) for rows in batches(source, VERSION) for row in rows}
    for rows in batches(source, VERSION_SOURCE):
        parts = [row | {"version_id": versions[row["version_id"]]} for row in rows]
        target.execute(insert(plain(VERSION_SOURCE)), parts)
    for rows in batches(source, CHANGE):
        for row in rows:
            ends = {name: versions[row[name]] for name in ("version_id", "previous_version_id")}
            _added(target, CHANGE, row | ends)
    for rows in batches(source, NOTICE):
        for row in rows:
            _added(target, NOTICE, row)
    return versions.values()


def _added(target: Connection, table: Table, row: Row) -> int:
    """The id that it got."""
    values = {name: value for name, value in row.items() if name != "id"}
    key = target.execute(insert(plain(table)), values).inserted_primary_key
    assert key is not None
    return int(key[0])
