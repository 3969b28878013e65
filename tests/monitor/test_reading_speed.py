"""Hostile pages cost linear time: a page twice as long takes about twice the time."""

import time

import pytest

from monitor.extract.document import extract

CLAUSE = "<p>We collect personal data that you give us, and share it with the partners named in this policy.</p>"
PIECES = 5_000
BAIT = {
    "siblings": "<div>some words</div>",
    "texts": "word<b></b> ",
    "line breaks": "word<br>",
    "links": "<a href='/a?b=c'>word</a> ",
    "lists of links": "<ul><li><a href='/a'>one</a></li><li><a href='/b'>two</a></li></ul>",
    "banners": "<div><p>cookies</p><button>Accept all</button></div>",
    "buttons beside one heading": "<button>Menu now</button>",
    "calls": "<div><a href='/x'>Subscribe now</a></div>",
    "teasers": "<div><h3><a href='/x'>Head line</a></h3><p>few words</p></div>",
    "headings by role": "<div role=heading>A title</div>",
    "rows": "<table><tr><td>a b c</td><td>d e f 2020</td></tr></table>",
    "closed panels": "<details><summary>Head</summary>Some words.</details>",
    "hidden texts": "<div hidden>some words of it</div>",
    "comments": "<!-- <div> -->",
    "stray ends": "</div></table></p>",
    "signs": "< & &nbsp; ",
}


def seconds(markup):
    """The shorter of two times, in CPU time, so that other work on the machine counts little."""
    times = []
    for _ in range(2):
        started = time.process_time()
        extract(markup.encode(), content_type="text/html")
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize("bait", BAIT.values(), ids=BAIT)
def test_a_page_twice_as_long_takes_about_twice_the_time(bait):
    once, twice = (seconds(f"<div><h2>Head</h2>{bait * pieces}</div>{CLAUSE * 9}") for pieces in (PIECES, 2 * PIECES))
    assert twice < 3 * once + 0.2


def test_tables_within_tables_take_linear_time():
    once, twice = (
        seconds("<table><tr><td>a<td>" * 500 + "<table><tr><td>b<td>c</table>" * rows) for rows in (1_000, 2_000)
    )
    assert twice < 3 * once + 0.2
