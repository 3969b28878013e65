"""Rows as JSON Lines, whole, and as CSV for spreadsheets, flat. Pure but for the writing.

CSV is that of RFC 4180, in UTF-8 with a byte order mark, without which Excel takes it for another encoding. A cell that a
spreadsheet would take for a formula (it begins with one of FORMULA_SIGNS) begins with an apostrophe instead.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import IO, Any

Row = Mapping[str, Any]

# OWASP, "CSV Injection": these, their full-width forms, and the signs that a spreadsheet takes away from before them.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _columns(*names: str, **elsewhere: str) -> Mapping[str, str]:
    """Column -> where its value stands in the row, from the outside in: under its own name, or elsewhere."""
    return {name: name for name in names} | elsewhere


COLUMNS = {
    "policies": _columns(
        *("policy", "service", "name", "terms_type", "sources", "retired_sources", "interval_seconds", "cron"),
        *("time_zone", "adaptive", "browser", "tags", "created_at", "paused_at", "next_check_at"),
    ),
    "versions": _columns(
        *("policy", "version", "state", "technical", "captured_at", "last_seen_at", "title", "language", "words"),
        last_updated="stated.last_updated",
        effective="stated.effective",
        extractor_version="extractor_version",
        snapshots="snapshots",
    ),
    "changes": _columns(
        *("id", "policy", "url", "status", "captured_at", "previous_captured_at", "confirmed_at", "version"),
        *("previous_version", "return_of", "significance", "direction", "confidence", "silent", "date_only", "topics"),
        last_updated_before="stated.last_updated.old",
        last_updated_now="stated.last_updated.new",
        effective_before="stated.effective.old",
        effective_now="stated.effective.new",
        summary="summary",
        facts="facts",
        machine_text="machine_text.text",
    ),
}


def write_jsonl(file: IO[bytes], rows: Iterable[Row]) -> int:
    """One JSON object a line; how many there were."""
    return _write(file, (json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def write_csv(file: IO[bytes], table: str, rows: Iterable[Row]) -> int:
    """A line of headings, then one a row; how many rows there were."""
    columns = COLUMNS[table]
    _write(file, ["\ufeff", _csv_line(columns)])
    return _write(file, (_csv_line(cell(_value(row, path)) for path in columns.values()) for row in rows))


def _write(file: IO[bytes], lines: Iterable[str]) -> int:
    """In UTF-8; the halves of surrogate pairs, which it has no form for, become question marks."""
    return sum(1 for line in lines if file.write(line.encode(errors="replace")))


def cell(value: Any) -> str:
    """The value as a person reads it in a spreadsheet, never a formula: nothing for null, one line for each of several."""
    text = "\n".join(map(_words, value)) if isinstance(value, list) else _words(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):  # a fact
        return f"{value['type']}: {value['old'] or '(none)'} → {value['new'] or '(removed)'}"
    return "" if value is None else str(value)


def _value(row: Row, path: str) -> Any:
    value: Any = row
    for name in path.split("."):
        value = value[name] if value is not None else None
    return value


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(list(cells))
    return line.getvalue()
