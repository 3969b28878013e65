from datetime import timedelta

from notifier.retry import next_attempt_at
from tests.notifier.rows import START


def test_the_waits_are_the_published_ones():
    waits = [next_attempt_at(attempts, START) for attempts in range(9)]
    seconds = [None if moment is None else (moment - START).total_seconds() for moment in waits]
    assert seconds == [0, 5, 300, 1800, 7200, 18000, 36000, 36000, None]


def test_jitter_lengthens_a_wait_by_at_most_a_tenth():
    assert next_attempt_at(4, START, 1.0) == START + timedelta(hours=2, minutes=12)
    assert next_attempt_at(0, START, 1.0) == START
