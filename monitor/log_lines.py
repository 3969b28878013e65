"""The log: one line for each fetch and each closed check, with a machine name first and `key=value` pairs behind it.

    fetch_timeout policy=acme/privacy-policy check=12 url=https://acme.example/privacy via=http seconds=30.00 reason="no answer: ..."

A value with a space, a quote, `=` or any sign that cannot be seen is written as a JSON string, so that nothing that a
page or a server says can break a line or forge another.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from monitor.failures import ending
from monitor.types import DueSource, FetchResult

if TYPE_CHECKING:  # every command has a log, and only some of them check anything
    from monitor.process import ClosedCheck
    from monitor.pruning import Pruned

LONGEST_VALUE = 1000  # characters; what a hostile server says is told, but not at any length
PLAIN = frozenset("-_.:/?&%~+,;@!()[]{}<>*#$|^'`")  # besides letters and digits


def fetch_line(source: DueSource, result: FetchResult) -> str:
    """How one attempt to get one source ended: `fetch_captured`, `fetch_not_modified`, or `fetch_` and the failure's name."""
    capture = result.capture
    fields: dict[str, object] = {
        "policy": source.policy,
        "check": result.check_id,
        "url": without_userinfo(source.url),
        "via": result.via.value,
        "seconds": f"{result.duration_seconds:.2f}",
    }
    if capture is not None:
        fields |= {"status": capture.status, "bytes": len(capture.body)}
    return event_line(f"fetch_{ending(result)}", fields | _said({"reason": result.error or result.reason}))


def check_line(check_id: int, closed: "ClosedCheck", seconds: float) -> str:
    """What a check came to, and the time that reading and deciding took: `check_` and the outcome."""
    fields = {"policy": closed.policy, "check": check_id, "seconds": f"{seconds:.2f}"}
    said = {"change": closed.change_id or "", "reason": closed.reason, "notice": "; ".join(closed.notices)}
    return event_line(f"check_{closed.outcome.value}", fields | _said(said))


def retention_line(done: "Iterable[Pruned]") -> str:
    """What the rules of retention came to: from how many policies captures went, how many, and their bytes as packed."""
    went = [one for one in done if one.captures]
    captures, packed = sum(one.captures for one in went), sum(one.packed_bytes for one in went)
    return event_line("retention_applied", {"policies": len(went), "captures": captures, "packed_bytes": packed})


def event_line(event: str, fields: Mapping[str, object]) -> str:
    return " ".join([event, *(f"{name}={quoted(str(value))}" for name, value in fields.items())])


def quoted(value: str) -> str:
    """The value as it is where that cannot be misread, else as a JSON string; too long a one is cut."""
    if len(value) > LONGEST_VALUE:
        value = value[:LONGEST_VALUE] + "..."
    if value and all(sign in PLAIN or (sign.isalnum() and sign.isprintable()) for sign in value):
        return value
    return seen(json.dumps(value, ensure_ascii=False))


def seen(text: str) -> str:
    """The text with every sign that cannot be seen (line ends, controls, bidirectional marks) as JSON escapes it."""
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in text)


def without_userinfo(url: str) -> str:
    """The address without a name and password, which the gate refuses but the log must not repeat."""
    try:
        parts = urlsplit(url)
    except ValueError:  # it is no URL, and told as it came up to where a password could stand
        return url.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


class OneLine(logging.Formatter):
    """Writes a record as one line; the lines of a traceback are marked as its own, so that they forge no record."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        return seen(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802
        return _marked(super().formatException(ei))  # type: ignore[arg-type]

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        return _marked(super().formatStack(stack_info))


def _marked(text: str) -> str:
    return "\n".join(f"  | {seen(line)}" for line in text.split("\n"))


def _said(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value}
