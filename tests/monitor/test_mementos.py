"""A TimeMap is what RFC 7089 says, read here by the grammar of RFC 8288 and nothing more lenient."""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from monitor.mementos import TYPE, memento, timemap
from tests.homes import ADDRESS, START

BASE = "http://localhost:8080/policies"
URI = r"(?:[A-Za-z0-9:/?#\[\]@!$&'()*+,;=._~-]|%[0-9A-Fa-f]{2})+"  # RFC 3986, appendix A
LINK = re.compile(rf'<({URI})>((?:[ \t]*;[ \t]*[a-z]+="[^"\\]*")*)')
PARAMETER = re.compile(r'([a-z]+)="([^"\\]*)"')
SEPARATOR = re.compile(r"[ \t\n]*,[ \t\n]*")

Link = tuple[str, dict[str, str]]


def read(text: str) -> list[Link]:
    """The links of a whole text of the grammar; AssertionError at the first sign that it has no place for."""
    found, at, body = [], 0, text.rstrip("\n")
    while True:
        link = LINK.match(body, at)
        assert link, body[at : at + 80]
        found.append((link[1], dict(PARAMETER.findall(link[2]))))
        if link.end() == len(body):
            return found
        comma = SEPARATOR.match(body, link.end())
        assert comma, body[link.end() : link.end() + 80]
        at = comma.end()


def by_relation(links: list[Link], relation: str) -> list[Link]:
    return [link for link in links if relation in link[1]["rel"].split()]


def test_a_timemap_names_the_original_itself_the_gate_and_every_memento_with_its_moment() -> None:
    moments = [START, START + timedelta(days=1, microseconds=5), START + timedelta(days=9)]
    links = read(timemap(BASE + "/", ADDRESS, moments))
    assert by_relation(links, "original") == [(ADDRESS, {"rel": "original"})]
    [(itself, told)] = by_relation(links, "self")
    assert (itself, told["type"]) == (f"{BASE}/timemap/link/{ADDRESS}", TYPE)
    assert (told["from"], told["until"]) == ("Sun, 01 Mar 2026 08:00:00 GMT", "Tue, 10 Mar 2026 08:00:00 GMT")
    assert [target for target, _ in by_relation(links, "timegate")] == [f"{BASE}/{ADDRESS}"]
    assert [told["rel"] for _, told in by_relation(links, "memento")] == ["first memento", "memento", "last memento"]
    assert by_relation(links, "memento")[0][0] == f"{BASE}/20260301080000/{ADDRESS}"


def test_a_single_memento_is_the_first_and_the_last_and_none_is_no_fault() -> None:
    assert [told["rel"] for _, told in by_relation(read(timemap(BASE, ADDRESS, [START])), "memento")] == [
        "first last memento"
    ]
    assert [told["rel"] for _, told in read(timemap(BASE, ADDRESS, []))] == ["original", "self", "timegate"]


MOMENTS = st.lists(
    st.integers(0, 6_000_000_000_000_000).map(lambda moment: START + timedelta(microseconds=moment)), max_size=4
).map(sorted)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60), MOMENTS)
def test_any_address_can_be_read_back_from_its_timemap(rest: str, moments: list[datetime]) -> None:
    url = f"https://acme.example/{rest.replace('%', '')}"
    links = read(timemap(BASE, url, moments))
    assert unquote(links[0][0]) == url
    mementos = by_relation(links, "memento")
    assert [unquote(target) for target, _ in mementos] == [memento(BASE, url, at) for at in moments]
    assert [parsedate_to_datetime(told["datetime"]) for _, told in mementos] == [
        at.replace(microsecond=0) for at in moments
    ]


def test_commas_quotes_semicolons_and_brackets_of_an_address_end_no_link() -> None:
    [original, *_] = read(timemap(BASE, 'https://acme.example/a,b;c="d">e?x=1&y=é', [START]))
    assert original == ("https://acme.example/a,b;c=%22d%22%3Ee?x=1&y=%C3%A9", {"rel": "original"})
