"""Prove the manifests: each names the one before, lists what it listed when it was sealed, and no snapshot names another."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.archive.manifest import Sealed
from monitor.archive.rows import UNREADABLE, AnySelect, why_unreadable
from monitor.models import Manifest, Snapshot


def check_manifest(session: Session, number: int) -> str:
    """What is wrong with a manifest; empty when it is whole."""
    try:
        return _damage(session, Sealed(session, session.get_one(Manifest, number)))
    except UNREADABLE as error:
        return why_unreadable(error)


def _damage(session: Session, sealed: Sealed) -> str:
    before = session.scalar(select(Manifest.sha256).where(Manifest.number == sealed.manifest.number - 1)) or ""
    if sealed.previous_sha256 != before:
        return f"SHA-256 {before or 'none'} of the manifest before was wanted, it names {sealed.previous_sha256 or 'none'}. The chain was altered."
    computed = sealed.computed_sha256()
    if computed != sealed.sha256:
        return f"SHA-256 {sealed.sha256} was wanted, the snapshots in the archive now make {computed}. They, or it, were altered."
    return ""


def check_lists(session: Session) -> Iterator[tuple[int, str]]:
    """The manifests that do not list the snapshots which name them, and how so."""
    number, *columns = Snapshot.manifest_number, func.count(Snapshot.id), func.min(Snapshot.id), func.max(Snapshot.id)
    named = _spans(session, select(number, *columns).where(number.is_not(None)).group_by(number))
    spans = (Manifest.snapshots, Manifest.first_snapshot_id, Manifest.last_snapshot_id)
    listed = _spans(session, select(Manifest.number, *spans))
    for one in sorted(named.keys() | listed.keys(), key=lambda number: (str(type(number)), number)):
        if named.get(one) != listed.get(one):
            yield (
                one,
                f"{_told(listed.get(one))} were wanted, {_told(named.get(one))} name it. It, or they, were altered.",
            )


def _spans(session: Session, wanted: AnySelect) -> dict[int, tuple[int, ...]]:
    return {number: tuple(span) for number, *span in session.execute(wanted)}


def _told(span: tuple[int, ...] | None) -> str:
    return "{} snapshots from {} to {}".format(*span) if span is not None else "no snapshots"
