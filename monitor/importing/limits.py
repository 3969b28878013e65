"""What is taken of what others wrote, whatever the door: how large an answer may be, and what an HTTP status is."""

import re

MOST_BYTES = 20 * 1024 * 1024  # of one answer, unpacked
_STATUS = re.compile(r"[1-5][0-9]{2}")


def status_of(said: str) -> int | None:
    """An HTTP status as it was written; None when it is none."""
    return int(said) if _STATUS.fullmatch(said) else None
