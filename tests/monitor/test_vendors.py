"""Vendor lists are read whatever their delimiter, encoding, language and order of columns; a bad row stops no other."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from monitor.errors import UsageError
from monitor.vendors import MOST_ROWS, MOST_UNPACKED_BYTES, Fault, Vendor, csv_rows, read_vendors, vendors_of

names = st.text(st.characters(categories=["L", "N", "Zs"], include_characters="&'-"), min_size=1, max_size=30).filter(
    lambda name: name.strip() and "." not in name
)
labels = st.from_regex(r"[a-z][a-z0-9]{1,12}", fullmatch=True)
hosts = st.builds("{}.example".format, labels)


def _list(tmp_path: Path, content: bytes | str, name: str = "vendors.csv") -> Path:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def _workbook(tmp_path: Path, *rows: tuple[object, ...]) -> Path:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(tmp_path / "vendors.xlsx")
    return tmp_path / "vendors.xlsx"


@given(
    st.lists(st.tuples(names, hosts), min_size=2, max_size=15, unique_by=lambda pair: pair[1]),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.booleans(),
)
def test_every_vendor_of_a_headed_list_is_read(
    vendors: list[tuple[str, str]], delimiter: str, encoding: str, name_first: bool
):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    for name, host in [("Vendor", "Website"), *vendors]:
        writer.writerow([name, host] if name_first else [host, name])
    read = vendors_of(csv_rows(text.getvalue().encode(encoding), "it"), "it")
    assert read.faults == ()
    assert [vendor.website for vendor in read.vendors] == [host for _, host in vendors]
    assert [vendor.row for vendor in read.vendors] == list(range(2, len(vendors) + 2))


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_list_or_an_error_in_words(content: bytes):
    read, words = _read_or_words(content)
    assert "wanted" in words or all(vendor.website or vendor.policy_url for vendor in read)


def _read_or_words(content: bytes) -> tuple[tuple[Vendor, ...], str]:
    try:
        return vendors_of(csv_rows(content, "it"), "it").vendors, ""
    except UsageError as error:
        return (), str(error)


@given(st.lists(st.lists(st.one_of(names, hosts, st.text(max_size=20)), max_size=5), max_size=12))
def test_each_row_is_a_vendor_or_a_fault_and_none_is_lost(rows: list[list[str]]):
    numbered = [(number, cells) for number, cells in enumerate(rows, 2) if any(cell.strip() for cell in cells)]
    headed = [(1, ["name", "website", "", "", ""]), *numbered]
    read = vendors_of(headed, "it")
    assert sorted([one.row for one in read.vendors] + [one.row for one in read.faults]) == [row for row, _ in numbered]


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("Company,Domain", "Acme,acme.example"),
        ("Firma;Webseite;Bemerkung", "Acme;acme.example;wichtig"),
        ("Site web;Fournisseur", "acme.example;Acme"),
        ("Proveedor,Sitio web", "Acme,acme.example"),
        ("Dostawca\tStrona WWW", "Acme\tacme.example"),
        ("会社名,サイト", "Acme,acme.example"),
        ("No.,Vendor name (legal),Owner,Website (main)", "1,Acme,Jo,acme.example"),
        ("Our vendors in 2026,,\nVendor,,URL", "Acme,,acme.example"),
    ],
)
def test_headings_are_known_in_many_languages(tmp_path: Path, heading: str, row: str):
    [vendor] = read_vendors(_list(tmp_path, f"{heading}\n{row}\n")).vendors
    assert (vendor.name, vendor.website) == ("Acme", "acme.example")


def test_a_list_without_headings_is_known_by_its_addresses(tmp_path: Path):
    read = read_vendors(_list(tmp_path, "Acme;acme.example\nBolt;www.bolt.example\nCog;https://cog.example/en/\n"))
    assert [(vendor.name, vendor.website) for vendor in read.vendors] == [
        ("Acme", "acme.example"),
        ("Bolt", "www.bolt.example"),
        ("Cog", "https://cog.example/en/"),
    ]


def test_a_plain_list_of_domains_is_enough(tmp_path: Path):
    read = read_vendors(_list(tmp_path, "acme.example\nbolt.example\n", "domains.txt"))
    assert [vendor.website for vendor in read.vendors] == ["acme.example", "bolt.example"]


def test_types_and_addresses_of_policies_are_taken(tmp_path: Path):
    text = "Service,Type,Privacy policy URL,Website\nAcme,Terms of Service,,acme.example\nBolt,,https://bolt.example/p#top,\n"
    assert read_vendors(_list(tmp_path, text)).vendors == (
        Vendor(2, "Acme", "acme.example", "Terms of Service"),
        Vendor(3, "Bolt", "", "", "https://bolt.example/p"),
    )


def test_a_bad_row_is_told_with_its_number_and_stops_no_other(tmp_path: Path):
    text = "name,website\nAcme,n/a\nBolt,bolt.example\nCog,\nBolt again,BOLT.example\nDot,ftp://dot.example/\n"
    read = read_vendors(_list(tmp_path, text))
    assert [vendor.name for vendor in read.vendors] == ["Bolt"]
    assert read.faults == (
        Fault(2, "a website such as acme.example was wanted, 'n/a' came"),
        Fault(4, "a website such as acme.example was wanted, the cell is empty"),
        Fault(5, "is the same as row 3"),
        Fault(6, "a website such as acme.example was wanted, 'ftp://dot.example/' came"),
    )


def test_a_workbook_is_read_as_a_list(tmp_path: Path):
    file = _workbook(tmp_path, ("Vendor", "Since", "Website"), (None, None, None), ("Acme", 2019, "acme.example"))
    assert read_vendors(file).vendors == (Vendor(3, "Acme", "acme.example"),)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"name,website\nAcme,acme.example\n"])
def test_what_is_no_workbook_is_said_to_be_none(tmp_path: Path, content: bytes):
    with pytest.raises(UsageError, match=r"vendors\.xlsx: a workbook \(\.xlsx\) was wanted"):
        read_vendors(_list(tmp_path, content, "vendors.xlsx"))


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path):
    file = _workbook(tmp_path, ("Vendor", "Website"), ("Acme", "acme.example"))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet2.xml", b" " * MOST_UNPACKED_BYTES)
    with pytest.raises(UsageError, match="a workbook of at most 60 MB unpacked was wanted"):
        read_vendors(file)


def test_a_list_with_too_many_rows_is_not_begun(tmp_path: Path):
    text = "website\n" + "".join(f"v{number}.example\n" for number in range(MOST_ROWS))
    with pytest.raises(UsageError, match="at most 20,000 rows were wanted"):
        read_vendors(_list(tmp_path, text))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("vendors.xls", "old", "Save it as one of these"),
        ("vendors.csv", "", "the file has no rows"),
        ("vendors.csv", "name,owner\nAcme,Jo\n", "a column with websites was wanted; row 1 has"),
    ],
)
def test_a_list_that_cannot_be_used_says_what_to_do(tmp_path: Path, name: str, content: str, words: str):
    with pytest.raises(UsageError, match=words):
        read_vendors(_list(tmp_path, content, name))
