"""Vendor lists: a CSV file or a workbook -> one vendor a row, and a fault in words for each row that is none.

Columns are recognised by their headings (`vendor_columns.yaml`) or, in a list without headings, by what stands in them.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from monitor.declarations import bare_site, web_address
from monitor.errors import UsageError
from monitor.extract.charset import decode
from monitor.words import canonical, comparison_key

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_FILE_BYTES = 20 * 1024 * 1024
MOST_UNPACKED_BYTES = 60 * 1024 * 1024
"""A workbook of 20,000 vendors unpacks to some 5 MB."""

_LONGEST_CELL = 2_000
_SAMPLE = 64 * 1024
_DELIMITERS = ",;\t|"
_LOOKED_AT = 50
_HEAD_ROWS = 10  # a list may begin with its own title

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Vendor:
    """One row: `row` as a spreadsheet counts it. Of `website` (a host or a home page) and `policy_url` one may be empty.

    `terms_type` is what the list says, in the list's own words.
    """

    row: int
    name: str
    website: str
    terms_type: str = ""
    policy_url: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is no vendor, and why."""

    row: int
    words: str


@dataclass(frozen=True, slots=True)
class VendorList:
    vendors: tuple[Vendor, ...]
    faults: tuple[Fault, ...]


def is_vendor_list(path: Path) -> bool:
    return path.suffix.lower() in (*ENDINGS, ".xls", ".ods")


def read_vendors(path: Path) -> VendorList:
    """The vendors of a file. UsageError when it cannot be read, or names no column with websites or policies."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UsageError(f"{path}: a vendor list was wanted, it cannot be read: {error.strerror}.") from None
    if size > MOST_FILE_BYTES:
        raise UsageError(
            f"{path}: at most {MOST_FILE_BYTES // 2**20} MB were wanted, {size:,} bytes came. Divide the list."
        )
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(f"{path}: a list as .csv or .xlsx was wanted. Save it as one of these.")
    workbook = path.suffix.lower() in (".xlsx", ".xlsm")
    rows = _workbook_rows(path) if workbook else csv_rows(path.read_bytes(), str(path))
    return vendors_of(rows, str(path))


def csv_rows(content: bytes, file: str) -> list[tuple[int, Cells]]:
    """The rows that are not empty, each with its number; any usual delimiter and encoding."""
    text = decode(content).replace("\x00", "")
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:_SAMPLE], _DELIMITERS)
    except csv.Error:  # one column has no delimiter
        dialect = csv.excel
    reader = csv.reader(io.StringIO(text, newline=""), dialect)
    rows: list[tuple[int, Cells]] = []
    try:
        rows.extend(islice(enumerate(reader, 1), MOST_ROWS + 2))
    except csv.Error as error:
        raise UsageError(f"{file}: line {reader.line_num}: a row of a list was wanted, this came: {error}.") from None
    return _filled(rows)


def vendors_of(rows: Sequence[tuple[int, Cells]], file: str) -> VendorList:
    """The vendors that these rows are."""
    if len(rows) > MOST_ROWS:
        raise UsageError(f"{file}: at most {MOST_ROWS:,} rows were wanted, more came. Divide the list.")
    if not rows:
        raise UsageError(f"{file}: a list of vendors was wanted, the file has no rows.")
    headed = ((place, _columns_by_heading(cells)) for place, (_, cells) in enumerate(rows[:_HEAD_ROWS], 1))
    begins, columns = next(
        ((place, found) for place, found in headed if found),
        (0, _columns_by_content([cells for _, cells in rows[:_LOOKED_AT]])),
    )
    if not columns:
        raise UsageError(
            f"{file}: a column with websites was wanted; row {rows[0][0]} has: {', '.join(rows[0][1][:8])!r:.200}. "
            'Head one column "website" (such as acme.example), and one "name".'
        )
    return _read_rows(rows[begins:], columns)


def _read_rows(rows: Iterable[tuple[int, Cells]], columns: Mapping[str, int]) -> VendorList:
    vendors: list[Vendor] = []
    faults: list[Fault] = []
    first: dict[tuple[str, str, str], int] = {}
    for number, cells in rows:
        vendor = _vendor(number, {name: cells[at] if at < len(cells) else "" for name, at in columns.items()})
        if isinstance(vendor, Fault):
            faults.append(vendor)
            continue
        same = first.setdefault((vendor.website.lower(), vendor.policy_url, vendor.terms_type.lower()), number)
        if same == number:
            vendors.append(vendor)
        else:
            faults.append(Fault(number, f"is the same as row {same}"))
    return VendorList(tuple(vendors), tuple(faults))


def _vendor(number: int, said: Mapping[str, str]) -> Vendor | Fault:
    """The row's vendor. What is wrong with it is said with what was wanted in its place."""
    website, policy = said.get("website", ""), said.get("policy", "")
    site = home_page(website) if website else ""
    if site is None:
        return Fault(number, f"a website such as acme.example was wanted, {website[:100]!r} came")
    if policy:
        try:
            policy = web_address(policy)
        except ValueError as error:
            return Fault(number, str(error))
    if not site and not policy:
        return Fault(number, "a website such as acme.example was wanted, the cell is empty")
    return Vendor(number, said.get("name", ""), site, said.get("type", ""), policy)


def home_page(cell: str) -> str | None:
    """A bare host, or the address of a page to begin at; None when the cell is neither."""
    site = bare_site(cell)
    if site is not None:
        return site
    try:
        return web_address(cell if "://" in cell else f"https://{cell}") if "." in cell and " " not in cell else None
    except ValueError:
        return None


def _columns_by_heading(cells: Cells) -> dict[str, int]:
    """Which column is what, when this row is the row of headings: it names websites or policies, and holds no address.

    A heading may say more than its word ("Website (main)"), but not one for types: too many columns are headed "type of ...".
    """
    if any(bare_site(cell) or "://" in cell for cell in cells):
        return {}
    keys = [f" {comparison_key(cell)} " for cell in cells]
    found: dict[str, int] = {}
    for name, headings in _headings().items():
        whole = [at for at, key in enumerate(keys) if key.strip() in headings]
        part = [
            at for at, key in enumerate(keys) if name != "type" and any(f" {heading} " in key for heading in headings)
        ]
        free = [at for at in whole + part if at not in found.values()]
        if free:
            found[name] = free[0]
    return found if "website" in found or "policy" in found else {}


def _columns_by_content(rows: Sequence[Cells]) -> dict[str, int]:
    """The column where most cells are addresses, and the first other one as the names."""
    width = max(map(len, rows))
    addresses = [sum(len(row) > at and home_page(row[at]) is not None for row in rows) for at in range(width)]
    best = max(range(width), key=lambda at: addresses[at])
    if addresses[best] * 2 <= len(rows):
        return {}
    names = next((at for at in range(width) if at != best and any(len(row) > at and row[at] for row in rows)), None)
    return {"website": best} | ({"name": names} if names is not None else {})


def _workbook_rows(path: Path) -> list[tuple[int, Cells]]:
    """The rows of the first sheet that has any. What it unpacks to is asked before anything is unpacked."""
    from openpyxl import load_workbook  # noqa: PLC0415  only workbooks need it

    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise UsageError(f"{path}: a workbook (.xlsx) was wanted, this is none: {error}.") from None
    if unpacked > MOST_UNPACKED_BYTES:
        raise UsageError(
            f"{path}: a workbook of at most {MOST_UNPACKED_BYTES // 2**20} MB unpacked was wanted, {unpacked:,} bytes came. Save the list alone as .csv."
        )
    try:
        workbook = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            return next(filter(None, map(_sheet_rows, workbook.worksheets)), [])
        finally:
            workbook.close()
    except Exception as error:  # whatever a damaged workbook makes its reader trip over
        raise UsageError(
            f"{path}: a workbook (.xlsx) was wanted, it cannot be read: {type(error).__name__}: {error}. Save the list as .csv."
        ) from None


def _sheet_rows(sheet: Any) -> list[tuple[int, Cells]]:
    sheet.reset_dimensions()  # what a sheet says of its size may be wrong
    rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
    return _filled(
        [(number, ["" if cell is None else str(cell) for cell in row]) for number, row in enumerate(rows, 1)]
    )


def _filled(rows: Iterable[tuple[int, Cells]]) -> list[tuple[int, Cells]]:
    """The rows that have a word in them, their cells on one line."""
    plain = ((number, [canonical(cell[:_LONGEST_CELL]) for cell in cells[:MOST_COLUMNS]]) for number, cells in rows)
    return [(number, cells) for number, cells in plain if any(cells)]


@cache
def _headings() -> Mapping[str, frozenset[str]]:
    table = yaml.safe_load((files("monitor") / "vendor_columns.yaml").read_text(encoding="utf-8"))
    return {name: frozenset(map(comparison_key, headings)) for name, headings in table.items()}
