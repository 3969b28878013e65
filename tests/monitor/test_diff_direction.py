"""For or against the reader: by phrases, figures, whose duty it is, and who gets the data."""

import pytest

from monitor.diff.compare import compare
from monitor.diff.figures import value_of
from monitor.types import Direction
from tests.monitor.diff_documents import read

WORSE, BETTER, NEUTRAL = Direction.WORSE, Direction.BETTER, Direction.NEUTRAL


def direction(old: str, new: str, heading: str = "## The garden") -> Direction:
    return compare(
        read("# Terms of Lumen Garden", heading, old), read("# Terms of Lumen Garden", heading, new)
    ).direction


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("We keep your order history for 30 days.", "We keep your order history for 2 months.", WORSE),
        ("We keep your order history for two years.", "We keep your order history for 18 months.", BETTER),
        ("We notify you 30 days before prices rise.", "We notify you 14 days before prices rise.", WORSE),
        ("You may cancel the order within 14 days.", "You may cancel the order within one month.", BETTER),
        ("The parcel fee is $5.00 an order.", "The parcel fee is $7.50 an order.", WORSE),
        ("Our liability has a cap of EUR 500.", "Our liability has a cap of EUR 100.", WORSE),
        ("Les frais sont de 15 € par colis.", "Les frais sont de 25 € par colis.", WORSE),
        ("The shed is 30 days old.", "The shed is 60 days old.", NEUTRAL),
    ],
)
def test_a_figure_that_grew_is_good_or_bad_by_what_it_measures(old: str, new: str, expected: Direction) -> None:
    assert direction(old, new) is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("We will mend a broken gate.", "We may mend a broken gate.", WORSE),
        ("We may mend a broken gate.", "We must mend a broken gate.", BETTER),
        ("You may water the beds.", "You must water the beds.", WORSE),
        ("You must water the beds.", "You may water the beds.", BETTER),
        ("Lumen has an obligation to mend gates.", "Lumen has no obligation to mend gates.", WORSE),
        ("We do not sell your garden photos.", "We sell your garden photos.", WORSE),
    ],
)
def test_whose_duty_or_promise_it_is_says_which_way_it_points(old: str, new: str, expected: Direction) -> None:
    assert direction(old, new) is expected


def test_somebody_more_in_a_list_of_recipients_is_worse_and_somebody_less_better() -> None:
    lines = ("# Privacy Policy", "## Our sub-processors", "Seedbank | hosting | France", "Rakely | e-mail | Spain")
    fewer, more = read(*lines[:-1]), read(*lines)
    assert compare(fewer, more).direction is WORSE
    assert compare(more, fewer).direction is BETTER
    another = read(*lines[:-1], "Fernwood Ltd | e-mail | Spain")
    assert compare(read(*lines[:-1], "Rakely Ltd | e-mail | Spain"), another).direction is NEUTRAL


@pytest.mark.parametrize(
    ("text", "value"),
    [("30 days", 30), ("thirty (30) days", 30), ("2 months", 60), ("zwölf Monate", 360), ("$1,250.50", 1250.5), ("19,31 %", 19.31), ("EUR 1.500", 1500)],
)  # fmt: skip
def test_durations_and_amounts_are_comparable(text: str, value: float) -> None:
    assert value_of(text) == pytest.approx(value)
