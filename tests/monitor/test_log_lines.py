"""One outcome, one line, whatever a page or a server says."""

import json
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.failures import FailureName
from monitor.log_lines import OneLine, check_line, event_line, fetch_line
from monitor.process import ClosedCheck
from monitor.types import Capture, DueSource, FetchResult, Outcome, Via

AT = datetime(2026, 3, 1, tzinfo=UTC)
SOURCE = DueSource(check_id=12, source_id=3, policy="acme/privacy-policy", url="https://acme.example/privacy")
FAILED = FetchResult(12, 3, Via.HTTP, AT, error="no answer", failure="timeout", duration_seconds=30.0)
FIELD = re.compile(r' (\w+)=("(?:[^"\\]|\\.)*"|[^ "]*)')
FORGED = "\n2026-03-01 00:00:00,000 INFO smallprint: check_changed policy=acme/privacy-policy"
PAYLOADS = [FORGED, FORGED.replace("\n", "\r\n"), FORGED.replace("\n", "\u2028"), "\x1b[2J\x1b]0;x\x07", "\u202etxt", "\x00\x85\x0b\x0c", '" via=browser', "\ud800", "\U000e0041"]  # fmt: skip


def fields_of(line: str) -> dict[str, str]:
    """What a program reads from a line; all of it must be fields."""
    event, found = line.partition(" ")[0], FIELD.findall(line)
    assert event + "".join(f" {name}={value}" for name, value in found) == line
    return {name: json.loads(value) if value.startswith('"') else value for name, value in found}


def test_a_captured_page_says_where_how_long_and_how_much() -> None:
    capture = Capture(SOURCE.url, SOURCE.url, 200, {}, b"12345", AT, Via.BROWSER)
    line = fetch_line(
        SOURCE, FetchResult(12, 3, Via.BROWSER, AT, capture=capture, reason="a shell", duration_seconds=1.234)
    )
    assert line == (
        "fetch_captured policy=acme/privacy-policy check=12 url=https://acme.example/privacy via=browser seconds=1.23 "
        'status=200 bytes=5 reason="a shell"'
    )


@pytest.mark.parametrize("name", FailureName)
def test_a_failed_fetch_is_named_after_its_failure(name: FailureName) -> None:
    assert fetch_line(SOURCE, replace(FAILED, failure=name)).startswith(f"fetch_{name} policy=")


def test_a_confirmation_is_a_line_too() -> None:
    line = fetch_line(SOURCE, FetchResult(12, 3, Via.NOT_MODIFIED, AT, not_modified=True))
    assert line.startswith("fetch_not_modified ")


@pytest.mark.parametrize("outcome", Outcome)
def test_a_closed_check_is_named_after_its_outcome(outcome: Outcome) -> None:
    line = check_line(12, ClosedCheck("acme/privacy-policy", outcome, "same bytes", change_id=7), 0.5)
    assert line == f'check_{outcome} policy=acme/privacy-policy check=12 seconds=0.50 change=7 reason="same bytes"'


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_server_says_breaks_no_line_and_forges_no_field(payload: str) -> None:
    for line in (
        fetch_line(SOURCE, replace(FAILED, error=f"no answer: {payload}")),
        check_line(12, ClosedCheck("acme/privacy-policy", Outcome.FAILED, payload, notices=(payload,)), 0.1),
    ):
        assert line.isprintable()
        assert payload in fields_of(line)["reason"]
        assert "via=browser" not in FIELD.sub(lambda field: f" {field[1]}", line)


def test_a_password_in_an_address_is_not_repeated() -> None:
    for url in ("https://user:hunter2@acme.example/privacy", "http://user:hunter2@[acme/privacy"):
        assert "hunter2" not in fetch_line(replace(SOURCE, url=url), FAILED)


def test_a_server_that_talks_without_end_is_cut_short() -> None:
    assert len(fetch_line(SOURCE, replace(FAILED, error="x" * 1_000_000))) < 2000


@given(st.dictionaries(st.sampled_from(["policy", "url", "reason"]), st.text(max_size=50)))
def test_every_value_is_read_back_as_it_was(fields: dict[str, str]) -> None:
    line = event_line("fetch_timeout", fields)
    assert line.isprintable()
    assert fields_of(line) == fields


@pytest.mark.parametrize("payload", PAYLOADS)
def test_any_record_is_one_line_and_a_traceback_is_marked(payload: str) -> None:
    def fail() -> None:
        raise ValueError(payload)

    with pytest.raises(ValueError) as caught:
        fail()
    trace = (caught.type, caught.value, caught.tb)
    record = logging.LogRecord("other", logging.ERROR, "x.py", 1, "cannot read %s", (payload,), trace)
    first, *rest = OneLine("%(levelname)s %(name)s: %(message)s").format(record).split("\n")
    assert first.startswith("ERROR other: cannot read ")
    assert rest
    assert all(line.startswith("  | ") and line.isprintable() for line in rest)
