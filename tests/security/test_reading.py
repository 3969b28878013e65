"""A hostile page costs one page: it is refused with the reason, and the next one is read."""

import os
import signal
from collections.abc import Iterator

import pytest

from monitor import reading
from monitor.errors import ReaderGoneError, ReadingError
from monitor.reading import Reader
from monitor.types import PageState
from tests.pages import POLICY


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(seconds=2) as opened:
        yield opened


def _next_page_is_read(reader: Reader) -> bool:
    return reader.read(POLICY.encode()).page_state is PageState.OK


def test_nesting_beyond_measure_is_refused_and_says_so(reader: Reader) -> None:
    with pytest.raises(ReadingError, match="nest"):
        reader.read(b"<div>" * 100_000 + b"text")
    assert _next_page_is_read(reader)


def test_a_page_that_takes_too_long_is_stopped(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_extract", _never_end)
    with pytest.raises(ReadingError, match="longer than 2 seconds"):
        reader.read(b"page")
    monkeypatch.undo()
    assert _next_page_is_read(reader)


def test_a_page_that_takes_too_much_memory_is_stopped() -> None:
    with Reader(memory_bytes=40 * 2**20) as reader:
        with pytest.raises(ReadingError, match=r"memory|crashed|failed"):
            reader.read(b"<p>word</p>" * 1_500_000)
        assert _next_page_is_read(reader)


def test_a_parser_that_crashes_costs_one_page(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_extract", _crash)
    with pytest.raises(ReadingError, match="crashed"):
        reader.read(b"page")
    monkeypatch.undo()
    assert _next_page_is_read(reader)


def test_a_parser_that_raises_costs_one_page(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_extract", _trip)
    with pytest.raises(ReadingError, match="ZeroDivisionError"):
        reader.read(b"page")
    monkeypatch.undo()
    assert _next_page_is_read(reader)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00" * 1000,
        b"\xff\xfe" + "privacy".encode("utf-16-le"),
        b"<a " + b"x=1 " * 20_000 + b">text</a>",
        b"%PDF-1.7 and nothing of a PDF",
        "<p>\u202e\u0000\ufffe text</p>".encode(),
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><p>&b;</p>",
    ],
)
def test_odd_bytes_end_in_a_document_or_a_reason(reader: Reader, body: bytes) -> None:
    try:
        assert len(reader.read(body).text) <= len(body) + 100
    except ReadingError as refused:
        print(refused)
    assert _next_page_is_read(reader)


def _never_end(*_arguments: object, **_options: object) -> None:
    while True:
        pass


def _crash(*_arguments: object, **_options: object) -> None:
    os.abort()


def _trip(*_arguments: object, **_options: object) -> None:
    raise ZeroDivisionError("division by zero")


def test_children_ended_from_outside_leave_the_page_to_the_next_reading(reader: Reader) -> None:
    assert _next_page_is_read(reader)
    assert reader._pool is not None
    reader._pool.stop()
    with pytest.raises(ReaderGoneError):
        reader.read(POLICY.encode())
    assert _next_page_is_read(reader)


@pytest.mark.parametrize("body", [bytes(range(256)) * 40, b"PK\x03\x04\x14\x00\x08\x08" + bytes(range(1, 200)) * 20])
def test_what_is_no_text_is_refused_and_not_read_as_mojibake(reader: Reader, body: bytes) -> None:
    with pytest.raises(ReadingError, match="something else came"):
        reader.read(body)


def test_a_child_told_to_stop_with_its_group_leaves_the_page_to_the_next_reading(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_extract", _stop_like_a_group)
    with pytest.raises(ReaderGoneError):
        reader.read(b"page")
    monkeypatch.undo()
    assert _next_page_is_read(reader)


def _stop_like_a_group(*_arguments: object, **_options: object) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    while True:
        pass
