"""Whatever bytes a file has, its records are told from its damage; whatever headers came, they come back."""

import gzip
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.importing.warc_records import Damage, Record, records
from monitor.interchange.warc_form import archived_headers, http_headers

RECORD = b"WARC/1.1\r\nWARC-Type: resource\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
bodies = st.lists(st.binary(max_size=60), max_size=4)
junk = st.binary(max_size=80) | st.sampled_from(
    [b"\x1f\x8b\x08", b"WARC/1.1\r\nA", b"\n", b"WARC/1.1\r\nContent-Length: 9\r\n\r\n"]
)
names = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=9).map(str.lower)
plain_values = st.text(st.characters(codec="ascii", min_codepoint=0x21, max_codepoint=0x7E), max_size=30)


def read(content: bytes) -> list[Record | Damage]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "any.warc"
        path.write_bytes(content)
        return list(records(path))


@given(st.lists(junk | bodies.map(lambda some: b"".join(RECORD % (len(one), one) for one in some)), max_size=5))
def test_any_bytes_are_records_and_damage_in_the_order_of_the_file(pieces: list[bytes]) -> None:
    content = b"".join(pieces)
    found = read(content)
    offsets = [one.offset for one in found]
    assert offsets == sorted(set(offsets))
    assert all(content.startswith(b"WARC/", one.offset) for one in found if isinstance(one, Record))


@given(bodies, st.booleans())
def test_whole_records_are_all_found_where_they_are(some: list[bytes], packed: bool) -> None:
    made = [RECORD % (len(body), body) for body in some]
    made = [gzip.compress(one) for one in made] if packed else made
    places = [sum(map(len, made[:number])) for number in range(len(made))]
    found = read(b"".join(made))
    assert [(type(one), one.offset) for one in found] == [(Record, place) for place in places]


@given(st.dictionaries(names, plain_values, max_size=6), st.integers(0, 10**6))
def test_plain_headers_come_back_and_those_of_the_transfer_are_set_aside(headers: dict[str, str], size: int) -> None:
    headers |= {"content-encoding": "br", "content-length": str(size + 1)}
    sent = http_headers(headers, size)
    assert archived_headers(sent) == headers
    assert not {"content-encoding", "content-length"} & {name for name, _ in sent}


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=30), max_size=6))
def test_no_header_breaks_its_line(headers: dict[str, str]) -> None:
    for name, value in http_headers(headers, 0):
        assert f"{name}{value}".isascii()
        assert f"{name}{value}" == "" or f"{name}{value}".isprintable()
        assert ":" not in name


@pytest.mark.parametrize("head", [b"WARC/1.0\n" + b"a:\n" * 300_000, b"WARC/1.0\nA:\n" * 10_000])
def test_headers_without_an_end_take_no_longer_than_they_are_long(head: bytes) -> None:
    began = time.process_time()
    assert all(isinstance(one, Damage) for one in read(head))
    assert time.process_time() - began < 3
