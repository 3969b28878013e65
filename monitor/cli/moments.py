"""Moments as people type them."""

from datetime import UTC, datetime

from monitor.errors import UsageError


def moment(text: str, *, ends: bool = True) -> datetime:
    """A day means its end: what held when it was over; its beginning with `ends` false. UTC when no zone is given, and in UTC."""
    try:
        found = datetime.fromisoformat(text)
        found = found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"a time such as 2026-03-01 or 2026-03-01T12:00Z was wanted, {text!r} came") from None
    if ends and len(text) <= len("2026-03-01"):
        found = found.replace(hour=23, minute=59, second=59, microsecond=999999)
    return found
