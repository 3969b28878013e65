"""Chained manifests: sealed lists of what was archived, each of which names the one before by its SHA-256.

A manifest is a text: the lines of its head, then the SHA-256 of each snapshot's record (`records.line`), in the order of
their ids. So it can be given to anybody: it proves what was archived, and tells nothing of it. Only its digest is kept; the
text is made again from the rows, which are never edited. Whoever holds the digest of one manifest can tell that nothing
of it, nor of those before it, was altered since.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from monitor.archive.records import stamp
from monitor.models import Manifest, Snapshot

FORMAT = "smallprint manifest 1"
AT_ONCE = 5000  # digests: few enough that the longest day takes no more memory than the shortest


@dataclass(frozen=True, slots=True)
class Sealed:
    """A manifest with the text that its digest is of. `lines()` makes the text anew each time, a line at a time, without
    their ends.
    """

    session: Session
    manifest: Manifest

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.manifest.number:06d}-{self.manifest.day}.txt"

    @property
    def sha256(self) -> str:
        return self.manifest.sha256

    @property
    def previous_sha256(self) -> str:
        """Empty in the first one."""
        return self.manifest.previous_sha256

    def lines(self) -> Iterator[str]:
        yield from _head(self.manifest)
        for record_sha256 in _listed(self.session, self.manifest):
            yield record_sha256.hex()

    def computed_sha256(self) -> str:
        """The digest of what the rows say now: another than `sha256` when they were altered."""
        return digest_of(self.lines())


def digest_of(lines: Iterable[str]) -> str:
    """The SHA-256 of a text of these lines, each with its end: what `sha256sum` says of the file."""
    digest = sha256()
    for line in lines:
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def chain(session: Session, *, since: int = 1) -> Iterator[Sealed]:
    """The manifests from this number on, in their order."""
    numbers = session.scalars(select(Manifest.number).where(Manifest.number >= since).order_by(Manifest.number)).all()
    for number in numbers:
        yield Sealed(session, session.get_one(Manifest, number))


def seal_day(session: Session, now: datetime) -> Manifest | None:
    """Seal what is open, unless the last manifest was sealed on this day (UTC): later days too, by a clock that was ahead."""
    last = _last(session)
    if last is not None and last.sealed_at.date() == now.astimezone(UTC).date():
        return None
    return seal(session, now)


def seal(session: Session, now: datetime) -> Manifest | None:
    """List all snapshots that no manifest lists in a new one, those with it that another run has committed late; None when
    there are none.
    """
    if session.get_bind().dialect.name == "postgresql":  # on SQLite, BEGIN IMMEDIATE makes two that seal queue
        session.execute(text("LOCK TABLE manifest IN SHARE ROW EXCLUSIVE MODE"))
    before = _last(session)
    manifest = Manifest(
        number=before.number + 1 if before is not None else 1,
        sealed_at=now,
        previous_sha256=before.sha256 if before is not None else "",
    )
    if not _claim_open(session, manifest):
        return None
    manifest.sha256 = Sealed(session, manifest).computed_sha256()
    session.add(manifest)
    session.flush()
    return manifest


def _claim_open(session: Session, manifest: Manifest) -> bool:
    """Give the manifest's number to what is open, in one statement, as other runs commit meanwhile; False: nothing is."""
    open_ones = Snapshot.manifest_number.is_(None)
    first, last = session.execute(select(func.min(Snapshot.id), func.max(Snapshot.id)).where(open_ones)).one()
    if first is None:
        return False
    here, claimed = Snapshot.id.between(first, last), Snapshot.manifest_number == manifest.number
    claim = update(Snapshot).where(here, open_ones).values(manifest_number=manifest.number)
    session.execute(claim, execution_options={"synchronize_session": False})
    count, newest_at = session.execute(select(func.count(), func.max(Snapshot.captured_at)).where(here, claimed)).one()
    manifest.snapshots, manifest.day = count, f"{newest_at:%Y-%m-%d}"
    manifest.first_snapshot_id, manifest.last_snapshot_id = first, last
    return True


def _last(session: Session) -> Manifest | None:
    return session.scalar(select(Manifest).order_by(Manifest.number.desc()).limit(1))


def _head(manifest: Manifest) -> Iterator[str]:
    yield FORMAT
    yield f"number {manifest.number}"
    yield f"day {manifest.day}"
    yield f"sealed_at {stamp(manifest.sealed_at)}"
    yield f"snapshots {manifest.snapshots}"
    yield f"previous {manifest.previous_sha256 or 'none'}"


def _listed(session: Session, manifest: Manifest) -> Iterator[bytes]:
    columns = select(Snapshot.id, Snapshot.record_sha256).where(Snapshot.manifest_number == manifest.number)
    listed, first = columns.order_by(Snapshot.id).limit(AT_ONCE), manifest.first_snapshot_id
    while found := session.execute(listed.where(Snapshot.id.between(first, manifest.last_snapshot_id))).all():
        yield from (record_sha256 for _, record_sha256 in found)
        first = found[-1][0] + 1
