"""Rows of a table that may be damaged: one that cannot be read keeps no other from being read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Session

from monitor.database import reason

UNREADABLE = (SQLAlchemyError, ValueError, TypeError, AttributeError)  # what damaged rows make their readers raise

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


def why_unreadable(error: Exception) -> str:
    """What an UNREADABLE says of the row; raises it again when the connection failed, and not the row."""
    if isinstance(error, OperationalError) and "Could not decode" not in str(error.orig):
        raise error
    return f"its row cannot be read: {reason(error) if isinstance(error, SQLAlchemyError) else error}"


def read_rows(
    session: Session, wanted: AnySelect, key: InstrumentedAttribute[int], ids: Sequence[int]
) -> dict[int, AnyRow | str]:
    """The rows by the first of their columns, which is `key`; in the place of one that cannot be read, why not."""
    try:
        return _read(session, wanted.where(key.in_(ids)))
    except UNREADABLE as error:
        why_unreadable(error)
        session.rollback()
    found = ((one, _read_one(session, wanted.where(key == one), one)) for one in ids)
    return {one: row for one, row in found if row is not None}


def _read(session: Session, wanted: AnySelect) -> dict[int, AnyRow | str]:
    return {row[0]: row for row in session.execute(wanted)}


def _read_one(session: Session, wanted: AnySelect, one: int) -> AnyRow | str | None:
    try:
        return _read(session, wanted).get(one)
    except UNREADABLE as error:
        session.rollback()
        return why_unreadable(error)
