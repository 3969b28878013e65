"""From when to when a wording stood."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.search.spans import Sighted, spans
from tests.homes import START

VERSIONS = [
    Sighted(
        id=number * 10,
        number=number,
        first_seen_at=START + timedelta(days=number),
        last_seen_at=START + timedelta(days=number + 0.5),
    )
    for number in range(1, 9)
]


def test_a_wording_that_came_back_has_two_spans_and_says_between_which_sightings_it_was_away() -> None:
    first, second = spans(VERSIONS[:5], {10, 20, 50})
    assert (first.first.number, first.last.number, first.before) == (1, 2, None)
    assert first.after is not None
    assert (first.after.number, first.stands) == (3, False)
    assert (second.first.number, second.last.number, second.after, second.stands) == (5, 5, None, True)
    assert second.before is not None
    assert second.before.number == 4


@given(st.sets(st.sampled_from([version.id for version in VERSIONS])))
def test_the_spans_hold_these_versions_and_no_others(having: set[int]) -> None:
    found = spans(VERSIONS, having)
    numbers = [number for span in found for number in range(span.first.number, span.last.number + 1)]
    assert numbers == sorted(number // 10 for number in having)
    assert all(span.before is None or span.before.id not in having for span in found)
    assert all(span.after is None or span.after.id not in having for span in found)
