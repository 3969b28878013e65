"""Word documents: read as with all tracked changes accepted, within limits, whatever the bytes."""

import contextlib
import struct
import zipfile
from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ReadingError
from monitor.extract.document import extract
from monitor.extract.docx import LARGEST_PART, read_docx
from monitor.extract.media_type import MediaType, media_type
from monitor.types import BlockKind, PageState
from tests.monitor.test_extract_formats import HEADING, ITEM, PARAGRAPH, ROW, kinds_of

W = nsdecls("w")


def word(*paragraphs: str, make=None) -> bytes:
    """A document with these paragraphs, given as the inside of `w:p`, behind what `make` puts in it."""
    document = docx.Document()
    if make is not None:
        make(document)
    end = document.element.body.sectPr
    for inside in paragraphs:
        end.addprevious(parse_xml(f"<w:p {W}>{inside}</w:p>"))
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def run(text: str, tag: str = "t") -> str:
    return f'<w:r><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


def _policy(document) -> None:
    document.core_properties.title = "The file's own title"
    document.add_heading("Privacy Policy", 0)
    document.add_heading("2. Sharing", 2)
    document.add_paragraph("(a) We share your data with the carrier.")
    document.add_paragraph("name", style="List Bullet")
    document.add_paragraph("street", style="List Number 2")
    table = document.add_table(2, 2)
    for row, cells in zip(table.rows, [("Data", "Kept"), ("Name", "30 days")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text


def test_headings_paragraphs_items_and_rows_are_typed_blocks():
    page = read_docx(word(make=_policy))
    assert kinds_of(page) == [
        (HEADING, 1, "Privacy Policy"),
        (HEADING, 2, "Sharing"),
        (PARAGRAPH, 0, "We share your data with the carrier."),
        (ITEM, 1, "name"),
        (ITEM, 1, "street"),
        (ROW, 0, "Data | Kept"),
        (ROW, 0, "Name | 30 days"),
    ]
    assert [page.title, page.blocks[1].number, page.blocks[2].number] == ["Privacy Policy", "2.", "(a)"]


def test_what_was_inserted_is_text_and_what_was_deleted_is_none():
    inserted = f'<w:ins w:id="1" w:author="a">{run("may not ")}</w:ins>'
    deleted = f'<w:del w:id="2" w:author="a">{run("may ", "delText")}</w:del><w:moveFrom w:id="3" w:author="a">{run("soon ")}</w:moveFrom>'
    ended = '<w:pPr><w:rPr><w:del w:id="4" w:author="a"/></w:rPr></w:pPr>'
    page = read_docx(word(run("We ") + inserted + deleted + run("sell it."), ended + run("It is "), run("joined.")))
    assert kinds_of(page) == [(PARAGRAPH, 0, "We may not sell it."), (PARAGRAPH, 0, "It is joined.")]


def test_hidden_runs_field_codes_and_the_table_of_contents_are_no_text():
    hidden = f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>{run('PAGE', 'instrText')}"
    page = read_docx(word(run("Shown.") + hidden))
    assert kinds_of(page) == [(PARAGRAPH, 0, "Shown.")]


def test_a_text_box_and_its_fallback_are_read_once():
    box = f"<w:txbxContent><w:p>{run('Boxed.')}</w:p></w:txbxContent>"
    both = f'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>'
    assert [block.text for block in read_docx(word(f"<w:r>{both}</w:r>")).blocks] == ["Boxed."]


def test_a_word_document_is_told_by_its_bytes():
    body = word(make=_policy)
    assert media_type(body, "application/octet-stream", "https://acme.example/download?id=7") is MediaType.DOCX
    assert media_type(body, "text/html") is MediaType.DOCX
    document = extract(
        word(*[run("We keep your data for as long as the law of the land asks us to. ")] * 30, make=_policy)
    )
    assert (document.page_state, document.title, document.language) == (PageState.OK, "Privacy Policy", "en")


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (OLE, "before 2007"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (word()[:900] + b"word/", "cannot be read"),
        (b"PK\x03\x04 word/", "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_what_it_is(body: bytes, words: str):
    with pytest.raises(ReadingError, match=words):
        extract(body)


def _with_part(content: bytes, name: str = "word/document.xml") -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return written.getvalue()


def _packed(packing: int) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", packing) as archive:
        archive.writestr("word/document.xml", f"<d {W}><w:p/></d>" + " " * 4000)
    return written.getvalue()


def _far_away() -> bytes:
    """A file whose list says that its part begins beyond the end of any file."""
    raw = _packed(zipfile.ZIP_STORED)
    begin, end = raw.index(b"PK\x01\x02"), raw.index(b"PK\x05\x06")
    extra = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    listed = bytearray(raw[begin:end] + extra)
    struct.pack_into("<H", listed, 30, len(extra))
    struct.pack_into("<L", listed, 42, 0xFFFFFFFF)
    last = bytearray(raw[end:])
    struct.pack_into("<L", last, 12, len(listed))
    return raw[:begin] + bytes(listed) + bytes(last)


def _with_method(number: int) -> bytes:
    """A file that says of its part that it is packed in this way."""
    raw = bytearray(_packed(zipfile.ZIP_STORED))
    for signature, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", raw, raw.index(signature) + place, number)
    return bytes(raw)


def _overwritten(packing: int, place: int, byte: int) -> bytes:
    """A file of which one byte became another; a place below 0 counts from its end."""
    raw = bytearray(_packed(packing))
    raw[place] = byte
    return bytes(raw)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (_far_away(), "OverflowError"),
        (_with_method(99), "NotImplementedError"),
        (_with_method(zipfile.ZIP_DEFLATED), "error"),
        (_with_method(zipfile.ZIP_BZIP2), "OSError"),
        (_overwritten(zipfile.ZIP_LZMA, 51, 255), "LZMAError"),
        (_overwritten(zipfile.ZIP_STORED, 29, 255), "EOFError"),  # the part begins so late that the file ends in it
        (_overwritten(zipfile.ZIP_STORED, -5, 255), "ValueError"),  # the list begins before the file
        (_with_part(b"<d><open></d>"), "XMLSyntaxError"),
        (b"PK\x03\x04 word/", "BadZipFile"),
    ],
)
def test_damage_of_every_kind_is_said_in_words(body: bytes, fault: str):
    with pytest.raises(ReadingError, match=f"cannot be read: {fault}: "):
        read_docx(body)


def test_a_bomb_of_zeros_is_stopped_at_its_limit():
    with pytest.raises(ReadingError, match="bytes unpacked"):
        read_docx(_with_part(b" " * (LARGEST_PART + 1)))


@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_entities_are_never_expanded(charset: str):
    bomb = f'<?xml version="1.0" encoding="{charset}"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/hostname">]><d {W}><w:body><w:p><w:r><w:t>&a;&b;</w:t></w:r></w:p></w:body></d>'
    try:
        blocks = read_docx(_with_part(bomb.encode(charset))).blocks
    except ReadingError:
        blocks = ()
    assert blocks == ()


def test_tables_in_tables_a_thousand_deep_are_an_error_and_no_crash():
    deep = f"<w:d {W}>" + "<w:tbl><w:tr><w:tc>" * 1000 + "</w:tc></w:tr></w:tbl>" * 1000 + "</w:d>"
    with pytest.raises(ReadingError):
        read_docx(_with_part(deep.encode()))


GOOD = word(make=_policy)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200).map(lambda rest: b"PK\x03\x04word/" + rest)
    | st.tuples(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=40)).map(
        lambda cut: GOOD[: cut[0]] + cut[1] + GOOD[cut[0] + len(cut[1]) :]
    )
)
def test_random_and_mutated_documents_are_read_or_refused_in_words(body: bytes):
    with contextlib.suppress(ReadingError):
        assert all(isinstance(block.kind, BlockKind) for block in read_docx(body).blocks)


NAMES = st.sampled_from(
    ["p", "r", "t", "tbl", "tr", "tc", "pPr", "rPr", "del", "ins", "sdt", "br", "footnote", "numPr"]
)
TREES = st.recursive(
    st.text("ab &", max_size=5).map(lambda text: text.replace("&", "&amp;")),
    lambda inner: st.tuples(NAMES, st.lists(inner, max_size=4)).map(
        lambda node: f"<w:{node[0]}>{''.join(node[1])}</w:{node[0]}>"
    ),
    max_leaves=25,
)


@settings(max_examples=80, deadline=None)
@given(TREES)
def test_any_tree_of_word_elements_is_read(tree: str):
    page = read_docx(_with_part(f"<w:document {W}><w:body>{tree}</w:body></w:document>".encode()))
    assert all(block.text for block in page.blocks)
