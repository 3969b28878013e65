"""PDF, Markdown and plain text; charsets and media types."""

import pytest

from monitor.errors import ReadingError
from monitor.extract.charset import decode
from monitor.extract.markdown import read_markdown
from monitor.extract.media_type import MediaType, media_type
from monitor.extract.pdf import read_pdf
from monitor.extract.plain import read_plain
from monitor.types import BlockKind

HEADING, PARAGRAPH, ITEM, ROW = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE_ROW


def kinds_of(page) -> list[tuple[BlockKind, int, str]]:
    return [(block.kind, block.level, block.text) for block in page.blocks]


def pdf_of(*pages: list[str]) -> bytes:
    """A PDF with these lines on its pages, in a standard font."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
        stream = f"BT /F1 10 Tf 50 780 Td {shown} ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        fonts = "/Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R {fonts} >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    return f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF".encode()


FULL_LINE = "We keep the records of every order for as long as the account is open and for"


def test_the_lines_of_a_pdf_are_joined_to_paragraphs():
    page = read_pdf(pdf_of(["Terms of the club", "1. Records", FULL_LINE, "two years after that.", FULL_LINE, "ever."]))
    assert kinds_of(page) == [
        (HEADING, 2, "Terms of the club"),
        (HEADING, 1, "Records"),
        (PARAGRAPH, 0, f"{FULL_LINE} two years after that."),
        (PARAGRAPH, 0, f"{FULL_LINE} ever."),
    ]


def test_a_sentence_goes_on_over_the_running_heads_and_feet_of_pdf_pages():
    words = ["one", "two", "ten", "six"]
    pages = [
        ["Shop Ltd. - Terms", f"{FULL_LINE} {word}", f"and {FULL_LINE} {word}", f"Page {number} of 4"]
        for number, word in enumerate(words, 1)
    ]
    [block] = read_pdf(pdf_of(*pages)).blocks
    assert block.text == " ".join(f"{FULL_LINE} {word} and {FULL_LINE} {word}" for word in words)


@pytest.mark.parametrize("damaged", [b"%PDF-1.4 garbage", pdf_of(["Terms"])[:120]])
def test_a_damaged_pdf_is_an_error_and_never_an_empty_page(damaged):
    with pytest.raises(ReadingError, match="PDF"):
        read_pdf(damaged)


MARKDOWN = """Terms
=====

### 1\\. Scope

These **terms**, and [the rules](https://shop.example/rules "R"), bind
you. Street\\
Town

* one
    * two

    more
2. ten

**Your rights**

| Data | Kept |
| ---- | ---- |
| Name | _one_ year |
"""


def test_markdown_becomes_blocks_without_its_marks():
    page = read_markdown(MARKDOWN.encode())
    assert kinds_of(page) == [
        (HEADING, 1, "Terms"),
        (HEADING, 3, "Scope"),
        (PARAGRAPH, 0, "These terms, and the rules, bind you. Street\nTown"),
        (ITEM, 1, "one"),
        (ITEM, 2, "two"),
        (PARAGRAPH, 0, "more"),
        (ITEM, 1, "ten"),
        (HEADING, 6, "Your rights"),
        (ROW, 0, "Data | Kept"),
        (ROW, 0, "Name | one year"),
    ]
    assert page.title == "Terms"
    assert page.blocks[1].number == "1."
    assert page.blocks[2].links == ("https://shop.example/rules",)
    assert page.blocks[6].number == "2."


def test_indented_markdown_is_prose_and_typed_bullets_are_items():
    page = read_markdown(b"# T\n\n    You agree\\.\n\n\xe2\x80\xa2 one\n\xe2\x80\xa2 two\n")
    assert kinds_of(page)[1:] == [(PARAGRAPH, 0, "You agree."), (ITEM, 1, "one"), (ITEM, 1, "two")]


@pytest.mark.parametrize("deep", ["> " * 500 + "end", "".join(" " * 2 * depth + "- a\n" for depth in range(200))])
def test_markdown_that_nests_too_deep_is_refused_and_never_read_in_part(deep):
    with pytest.raises(ReadingError, match="nested levels"):
        read_markdown(deep.encode())


def test_plain_text_is_parted_by_empty_lines_bullets_and_headings():
    text = "TERMS OF USE\n\n1. Scope\n\nThese terms bind\nyou and us.\n- one\n- two\nmore\n\nShop Ltd."
    assert kinds_of(read_plain(text.encode())) == [
        (HEADING, 2, "TERMS OF USE"),
        (HEADING, 1, "Scope"),
        (PARAGRAPH, 0, "These terms bind you and us."),
        (ITEM, 1, "one"),
        (ITEM, 1, "two more"),
        (PARAGRAPH, 0, "Shop Ltd."),
    ]


@pytest.mark.parametrize(
    ("body", "content_type", "url", "kind"),
    [
        (b"%PDF-1.7 ...", "text/html", "https://shop.example/terms", MediaType.PDF),
        (b"<!doctype html><p>x", "text/plain", "", MediaType.HTML),
        (b"\xef\xbb\xbf\n<html>", "", "", MediaType.HTML),
        (b"just words", "text/html; charset=utf-8", "", MediaType.HTML),
        (b"just words", "text/markdown", "", MediaType.MARKDOWN),
        (b"just words", "text/plain", "https://shop.example/TERMS.MD?raw=1", MediaType.MARKDOWN),
        (b"just words", "", "https://shop.example/terms.txt", MediaType.PLAIN),
        (b"Terms\n=====\n\nwords", "text/plain", "", MediaType.MARKDOWN),
        (b"### Terms\n\nwords", "", "", MediaType.MARKDOWN),
        (b"just words - and more", "", "", MediaType.PLAIN),
        (b"", "", "", MediaType.PLAIN),
    ],
)
def test_what_the_bytes_are_beats_what_others_say_of_them(body, content_type, url, kind):
    assert media_type(body, content_type, url) is kind


WORDS = "Données «privées» — 5 €"
META = '<meta charset="{}">'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (WORDS.encode(), ""),
        (WORDS.encode(), "text/html; charset=ISO-8859-1"),
        (WORDS.encode("utf-8-sig"), ""),
        (WORDS.encode("utf-16"), ""),
        (WORDS.encode("utf-32"), ""),
        (WORDS.encode("cp1252"), ""),
        (WORDS.encode("cp1252"), "text/html; charset=iso-8859-1"),
        (WORDS.encode("cp1252"), 'text/html; charset="windows-1252"'),
        (WORDS.encode("cp1252"), "text/html; charset=no-such-charset"),
        (WORDS.encode("cp1252"), "text/html; charset=hex"),
        (WORDS.encode("cp1252"), "text/html; charset=utf-7"),
        (WORDS.encode(), "text/html; charset=utf-16"),
        (WORDS.encode().decode("cp1252").encode(), ""),
    ],
)  # fmt: skip
def test_words_survive_every_charset(body, content_type):
    assert decode(body, content_type) == WORDS


@pytest.mark.parametrize(
    ("charset", "words"),
    [("windows-1251", "Условия"), ("shift_jis", "利用規約"), ("gb2312", "条款"), ("euc-kr", "약관")],
)
def test_a_charset_named_by_the_page_is_believed_when_it_is_not_utf_8(charset, words):
    assert words in decode((META.format(charset) + words).encode(charset))


def test_a_page_with_one_broken_byte_stays_utf_8():
    body = (WORDS * 3).encode() + b"\xff" + b" end of the page"
    assert decode(body) == WORDS * 3 + "\ufffd end of the page"


def test_words_that_only_look_garbled_are_left_alone():
    text = "Â£5, Ã©tÃ©, and a real “quote” of ÅÄÖ — 日本"
    assert decode(text.encode()) == text
