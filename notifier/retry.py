"""When a message that was not taken is tried again. Pure.

The waits are those that Svix publishes for its webhooks (https://docs.svix.com/retries): at once, then after 5 seconds,
5 minutes, 30 minutes, 2 hours, 5 hours, 10 hours and 10 hours: eight attempts within about 28 hours.
"""

from datetime import datetime, timedelta

DELAYS_SECONDS = (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600)
JITTER_SHARE = 0.1


def next_attempt_at(attempts: int, now: datetime, jitter: float = 0.0) -> datetime | None:
    """The moment of the next attempt after `attempts` failed ones; None when there is none left.

    `jitter`, from 0 to 1, lengthens the wait by up to a tenth, so that messages that failed together do not come back
    together.
    """
    if attempts >= len(DELAYS_SECONDS):
        return None
    return now + timedelta(seconds=DELAYS_SECONDS[attempts] * (1 + JITTER_SHARE * jitter))
