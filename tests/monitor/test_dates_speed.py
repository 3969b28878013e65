"""Hostile pages cost linear time."""

import time

import pytest

from monitor.dates.find import find_stated_dates
from monitor.types import Block, BlockKind

BAIT = {
    "labels without dates": "Last updated ",
    "labelled dates": "Last updated: May 5, 2020 ",
    "lines of labelled dates": "Last updated: May 5, 2020\n",
    "other documents": "Spokely's policy, last updated May 5, 2020. ",
    "other documents in lines": "Spokely's policy, last updated May 5, 2020.\n",
    "short years": "6 Feb 18 ",
    "clocks": "5 May 2020, 10:30 Updated ",
    "years": "2020 ",
    "years with dashes": "2020-",
    "short numbers": "11/11/11 ",
    "spaced numbers": "1 . 1 . ",
    "months": "May 5, ",
    "characters of dates": "更新2020年1月1日",
    "foreign digits": "٢٠٢٠ ",
    "glued cases": "aB",
    "spaces": " ",
    "sentences": "Ab. ",
    "list heads": "Previous versions:\n5 May 2020\n",
    "addresses": "a@2020-01-01",
}
MEGABYTE = 1_000_000


def seconds(text):
    """The shorter of two times, in CPU time, so that other work on the machine counts little."""
    times = []
    for _ in range(2):
        started = time.process_time()
        find_stated_dates([Block(BlockKind.LIST_ITEM, text)], language="en")
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize("bait", BAIT.values(), ids=BAIT)
def test_twice_the_bait_costs_at_most_about_twice_the_time(bait):
    text = bait * (MEGABYTE // len(bait))
    half, whole = seconds(text[: MEGABYTE // 2]), seconds(text)
    assert whole < 3 * half + 0.05
    assert whole < 1


def test_many_small_blocks_of_bait_cost_linear_time():
    blocks = [Block(BlockKind.LIST_ITEM, "2020-01-01: last updated")] * 40_000
    started = time.process_time()
    find_stated_dates(blocks, language="en")
    assert time.process_time() - started < 1


def test_a_huge_table_without_dates_costs_little():
    rows = [Block(BlockKind.TABLE_ROW, "Acme | lock")] * 80_000
    started = time.process_time()
    find_stated_dates([*rows, Block(BlockKind.TABLE_ROW, "Acme | 5 May 2020")], language="en")
    assert time.process_time() - started < 1


def test_the_last_date_of_a_page_of_bait_is_still_seen():
    bait = [Block(BlockKind.PARAGRAPH, "The act of 5 May 2020 applies to the court.")] * 5_000
    found = find_stated_dates([*bait, Block(BlockKind.PARAGRAPH, "Last updated: June 6, 2021")], language="en")
    assert found.last_updated is not None
    assert found.last_updated.value == "2021-06-06"
