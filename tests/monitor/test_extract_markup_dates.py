"""Dates in the markup are evidence of their own, and never the policy's date."""

import json

import pytest

from monitor.extract.document import extract
from monitor.extract.markup_dates import MOST
from monitor.types import Document, MarkupDate
from tests.monitor.histories import clauses

SCHEMA = {"@graph": [{"@type": "WebPage", "dateModified": "2024-05-06T07:08:09+00:00", "datePublished": "2020-01-02"}]}


def read(head: str = "", body: str = "") -> Document:
    markup = (
        f"<html><head><title>Privacy</title>{head}</head><body><h1>Privacy policy</h1>{body}{clauses()}</body></html>"
    )
    return extract(markup.encode(), content_type="text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("head", "body", "found"),
    [
        (
            f'<script type="application/ld+json">{json.dumps(SCHEMA)}</script>',
            "",
            [("JSON-LD dateModified", "2024-05-06"), ("JSON-LD datePublished", "2020-01-02")],
        ),
        (
            '<meta property="article:modified_time" content="2024-05-06T07:08:09Z">',
            "",
            [("meta article:modified_time", "2024-05-06")],
        ),
        ('<meta itemprop="dateModified" content="2024-05-06">', "", [("meta dateModified", "2024-05-06")]),
        ("", '<p>Posted <time datetime="2024-05-06 10:00">in May</time></p>', [("time", "2024-05-06")]),
    ],
)
def test_they_are_kept_with_the_place_they_stand_in(head, body, found):
    document = read(head, body)
    assert document.markup_dates == tuple(MarkupDate(*one) for one in found)
    assert (document.stated.last_updated, document.stated.effective) == (None, None)


@pytest.mark.parametrize(
    "script", ["", "{", "[" * 100_000, '{"dateModified": {}}', '{"dateModified": "soon"}', "null", '"dateModified"']
)
def test_what_is_no_date_is_none(script):
    head = (
        f'<script type="application/ld+json">{script}</script><meta name="date" content="yesterday"><meta name="date">'
    )
    assert read(head, '<time datetime="P3D">three days</time><time datetime>now</time>').markup_dates == ()


def test_of_many_only_the_first_are_kept():
    times = "".join(f'<time datetime="20{year:02}-01-01">x</time>' for year in range(10, 99))
    assert len(read(body=times).markup_dates) == MOST


def test_the_time_element_beside_a_label_is_read_by_its_text():
    document = read(body='<p>Last updated: <time datetime="2024-05-06">June 7, 2023</time></p>')
    assert document.stated.last_updated is not None
    assert document.stated.last_updated.value == "2023-06-07"
    assert document.markup_dates == (MarkupDate("time", "2024-05-06"),)
