"""What holds for any page that is read: pages are built from blocks, then dressed, encoded and broken in many ways."""

from html import escape
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.decide.wording import fingerprint
from monitor.extract.document import extract
from monitor.extract.render import render
from monitor.types import Block, BlockKind, Document

WORDS = (
    "we", "you", "may", "keep", "your", "records", "for", "two", "years", "after", "the", "account", "is", "closed", "and",
    "pass", "them", "with", "partners", "who", "help", "us", "to", "run", "this", "service", "données", "für", "niño", "“terms”",
    "customer’s", "café", "–", "€", "law",
)  # fmt: skip
QUICK = settings(max_examples=40, deadline=None)  # the first page loads every table
URL = "https://shop.example/privacy"
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=16, max_size=24).map(
    lambda words: " ".join(("we process personal data under this policy:", *words))
)
LABELS = st.lists(st.sampled_from(WORDS[:26]), min_size=2, max_size=6).map(" ".join).map(str.capitalize)
SPACES = st.text(" \n\t\r", max_size=5)

Piece = tuple[str, ...]
"""Tags and texts of one block in their order; white space may stand between any two of them."""


def _wrapped(tag, inner):
    return (f"<{tag}>", *inner, f"</{tag.split()[0]}>")


def _joined(pieces):
    return tuple(part for piece in pieces for part in piece)


def _row(cells):
    return _wrapped("tr", _joined(_wrapped("td", (cell,)) for cell in cells))


SECTIONS = st.builds(
    lambda tag, title, text: (*_wrapped(tag, (title,)), *_wrapped("p", (text,))),
    st.sampled_from(["h2", "h3"]),
    LABELS,
    SENTENCES,
)
PARAGRAPHS = SENTENCES.map(lambda text: _wrapped("p", (text,)))
LISTS = st.builds(
    lambda tag, items: _wrapped(tag, _joined(_wrapped("li", (item,)) for item in items)),
    st.sampled_from(["ul", "ol"]),
    st.lists(SENTENCES, min_size=1, max_size=4),
)
TABLES = st.lists(st.lists(SENTENCES, min_size=2, max_size=3), min_size=1, max_size=3).map(
    lambda rows: _wrapped("table", _wrapped("tbody", _joined(map(_row, rows))))
)
CLOSED = st.builds(
    lambda label, text: _wrapped("details", (*_wrapped("summary", (label,)), *_wrapped("p", (text,)))),
    LABELS,
    SENTENCES,
)
DEFINITIONS = st.builds(
    lambda term, text: _wrapped("dl", (*_wrapped("dt", (term,)), *_wrapped("dd", (text,)))), LABELS, SENTENCES
)
BLOCKS = st.one_of(SECTIONS, PARAGRAPHS, LISTS, TABLES, CLOSED, DEFINITIONS)
GROUPS = st.recursive(
    BLOCKS,
    lambda inner: st.lists(inner, min_size=1, max_size=4).map(lambda pieces: _wrapped("div", _joined(pieces))),
    max_leaves=8,
)
PAGES = st.lists(GROUPS, min_size=1, max_size=5).map(_joined)
"""The body of a page, with a mark of its own at the end of each text, so that each can be missed by name."""


def _marked(parts):
    """The parts, and the marks: each text ends with a word that is nowhere else."""
    numbers = count(100)
    marked = [part if part.startswith("<") else f"{escape(part)} mark{next(numbers)}" for part in parts]
    return marked, [part.rpartition(" ")[2] for part in marked if not part.startswith("<")]


def _page(body, head=""):
    return f"<!doctype html><html lang='en'><head><title>Privacy</title>{head}</head><body>{body}</body></html>"


def _read(body, **place):
    page = body if isinstance(body, bytes) else _page(body).encode()
    return extract(page, url=URL, **place)


def _missing(document, marks):
    text = " ".join(
        block.text for block in document.blocks
    )  # a mark may be glued to the next word, where a cell's tags are lost
    return [mark for mark in marks if mark not in text]


@QUICK
@given(PAGES)
def test_no_word_of_any_block_is_lost(parts):
    marked, marks = _marked(parts)
    assert not _missing(_read("".join(marked)), marks)


@QUICK
@given(PAGES)
def test_reading_the_same_bytes_again_gives_the_same_document(parts):
    markup = "".join(_marked(parts)[0])
    assert _read(markup) == _read(markup)


@QUICK
@given(PAGES, st.data())
def test_white_space_between_tags_changes_nothing(parts, data):
    marked, _ = _marked(parts)
    spaced = "".join(part + data.draw(SPACES) for part in marked)
    assert _read(spaced) == _read("".join(marked))


ATTRIBUTES = (
    'class="policy-body text"',
    'id="s1"',
    'role="heading"',
    'aria-level="3"',
    'data-x="1"',
    'style="color: red"',
)


@QUICK
@given(PAGES, st.permutations(ATTRIBUTES))
def test_the_order_of_attributes_changes_nothing(parts, shuffled):
    markup = "".join(_marked(parts)[0])
    first, second = (_read(markup.replace("<p>", f"<p {' '.join(order)}>")) for order in (ATTRIBUTES, shuffled))
    assert first == second


ENCODED = {
    "UTF-8 with a byte order mark": lambda page: (b"\xef\xbb\xbf" + page("").encode(), ""),
    "UTF-8 by header": lambda page: (page("").encode(), "text/html; charset=utf-8"),
    "UTF-16 little-endian": lambda page: (b"\xff\xfe" + page("").encode("utf-16-le"), "text/html"),
    "UTF-16 big-endian": lambda page: (b"\xfe\xff" + page("").encode("utf-16-be"), "text/html"),
    "windows-1252 by header": lambda page: (page("").encode("cp1252"), "text/html; charset=windows-1252"),
    "ISO-8859-1 by header, as browsers read it": lambda page: (page("").encode("cp1252"), "text/html; charset=ISO-8859-1"),
    "windows-1252 by meta": lambda page: (page("<meta charset=windows-1252>").encode("cp1252"), "text/html"),
    "ISO-8859-1 by meta": lambda page: (
        page("<meta http-equiv='Content-Type' content='text/html; charset=iso-8859-1'>").encode("cp1252"), "text/html",
    ),
}  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODED)
@QUICK
@given(parts=PAGES)
def test_the_encoding_changes_nothing(encoding, parts):
    markup = "".join(_marked(parts)[0])
    body, content_type = ENCODED[encoding](lambda head: _page(markup, head))
    assert _read(body, content_type=content_type) == _read(markup)


@QUICK
@given(PAGES, st.data())
def test_text_after_a_broken_nesting_is_never_lost(parts, data):
    marked, marks = _marked(parts)
    broken = []
    for part in marked:
        if part.startswith("</") and data.draw(st.booleans()):
            continue
        broken.append(part)
        broken.append(
            data.draw(
                st.sampled_from(["", "", "", "</div>", "</p>", "</table>", "</tr>", "<td>", "<b>", "<div>", "</body>"])
            )
        )
    assert not _missing(_read("".join(broken)), marks)


def _document(blocks):
    return Document("", "en", tuple(blocks), render(blocks))


PLAIN_BLOCKS = st.lists(
    st.one_of(
        st.builds(
            Block, st.just(BlockKind.HEADING), LABELS, st.integers(1, 6), st.sampled_from(["", "1.", "3.1", "(a)"])
        ),
        st.builds(Block, st.just(BlockKind.PARAGRAPH), st.lists(SENTENCES, min_size=1, max_size=3).map("\n".join)),
        st.builds(Block, st.just(BlockKind.LIST_ITEM), SENTENCES, st.just(1), st.sampled_from(["", "(b)", "IV."])),
    ),
    min_size=1,
    max_size=8,
)


@QUICK
@given(PLAIN_BLOCKS)
def test_the_text_of_a_document_read_again_has_the_same_wording(blocks):
    document = _document(blocks)
    again = extract(document.text.encode(), content_type="text/markdown")
    assert fingerprint(again) == fingerprint(document)
    assert extract(again.text.encode(), content_type="text/markdown").text == again.text


@QUICK
@given(PAGES)
def test_a_page_read_again_from_its_own_text_has_the_same_wording(parts):
    carried = [part for part in parts if part not in {"<table>", "</table>", "<tbody>", "</tbody>", "<tr>", "</tr>"}]
    markup = "".join(_marked([part.replace("td>", "p>") for part in carried])[0])
    document = _read(markup)
    again = extract(document.text.encode(), content_type="text/markdown")
    assert fingerprint(again) == fingerprint(document)
