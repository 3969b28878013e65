"""Rows as CSV and JSON Lines: every text comes back, and no cell is a formula."""

import csv
import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from monitor.exporting.tables import COLUMNS, FORMULA_SIGNS, cell, write_csv, write_jsonl

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


def rows_of(written: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), strict=True))


def policy(**values: Any) -> dict[str, Any]:
    return dict.fromkeys(COLUMNS["policies"]) | values


@given(
    st.lists(st.one_of(TEXT, st.sampled_from(FORMULA_SIGNS).flatmap(lambda sign: TEXT.map(sign.__add__))), max_size=4)
)
def test_any_text_comes_back_and_no_cell_begins_as_a_formula(texts: list[str]) -> None:
    file = io.BytesIO()
    assert write_csv(file, "policies", (policy(policy=text, name=text) for text in texts)) == len(texts)
    headings, *rows = rows_of(file.getvalue())
    assert headings == list(COLUMNS["policies"])
    for row, text in zip(rows, texts, strict=True):
        assert row[0] == row[2] == (f"'{text}" if text.startswith(FORMULA_SIGNS) else text)
        assert not any(value.startswith(FORMULA_SIGNS) for value in row)


@given(st.dictionaries(TEXT, TEXT, max_size=3))
def test_any_text_comes_back_from_json_lines(row: dict[str, str]) -> None:
    file = io.BytesIO()
    assert write_jsonl(file, [row, row]) == 2
    assert [json.loads(line) for line in file.getvalue().decode().split("\n")[:-1]] == [row, row]


def test_excel_is_told_the_encoding_and_lines_end_as_rfc_4180_wants() -> None:
    file = io.BytesIO()
    write_csv(file, "policies", [policy(name='Zürich "A", B', tags=["a", "b"])])
    assert file.getvalue().startswith(b'\xef\xbb\xbf"policy",')
    assert file.getvalue().endswith(b"\r\n")
    assert rows_of(file.getvalue())[1][2] == 'Zürich "A", B'


def test_values_read_as_a_person_would_write_them() -> None:
    assert cell(None) == ""
    assert (cell(True), cell(False), cell(12)) == ("yes", "no", "12")
    assert cell(["retention", "sharing"]) == "retention\nsharing"
    assert cell([{"type": "duration", "old": "30 days", "new": None}]) == "duration: 30 days → (removed)"
    assert cell("=HYPERLINK()") == "'=HYPERLINK()"


def test_half_a_surrogate_pair_spoils_no_file() -> None:
    file = io.BytesIO()
    write_csv(file, "policies", [policy(name="a\ud800b")])
    assert rows_of(file.getvalue())[1][2] == "a?b"
