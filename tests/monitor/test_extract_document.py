"""The one entry: the same bytes are always the same document, and no bytes bring it down."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ReadingError
from monitor.extract import EXTRACTOR_VERSION
from monitor.extract.document import extract
from monitor.extract.readers import read_page
from monitor.types import BlockKind, PageState
from monitor.words import canonical, words

CLAUSES = [
    "We collect the name and the address that you give us when you open an account.",
    "Nous conservons ces données pendant deux ans après la fermeture du compte.",
    "Wir geben Ihre Adresse nur an den Zusteller weiter, der das Paket bringt.",
]
PAGE = "<html lang='{}'><head><title>Privacy</title></head><body><h1>Privacy</h1>{}</body></html>"


@pytest.mark.parametrize(("language", "clause"), list(zip(["en", "fr", "de"], CLAUSES, strict=True)))
def test_the_language_is_that_of_the_words_not_that_of_the_markup(language, clause):
    assert extract(PAGE.format("xx-YY", f"<p>{clause}</p>" * 5).encode()).language == language


def test_on_a_short_text_the_language_is_what_the_page_claims():
    assert extract(PAGE.format("pt-BR", "<p>Ok.</p>").encode()).language == "pt"
    assert extract(b"Ok then.").language is None


def test_a_document_has_title_blocks_text_and_state():
    document = extract(PAGE.format("en", f"<p>{CLAUSES[0]}</p>").encode(), url="https://shop.example/privacy")
    assert document.title == "Privacy"
    assert [block.kind for block in document.blocks] == [BlockKind.HEADING, BlockKind.PARAGRAPH]
    assert document.text == f"# Privacy\n\n{CLAUSES[0]}"
    assert document.page_state is PageState.OK
    assert EXTRACTOR_VERSION


def test_the_stated_date_is_found_in_the_blocks():
    document = extract(PAGE.format("en", f"<p>Last updated: 4 May 2023</p><p>{CLAUSES[0]}</p>").encode())
    assert document.stated.last_updated is not None
    assert document.stated.last_updated.value == "2023-05-04"


def test_a_wall_is_no_policy_whatever_the_status_says():
    document = extract(b"<html><body><h1>Page not found</h1></body></html>", status=200)
    assert document.page_state is PageState.ERROR_PAGE
    assert "page not found" in document.page_evidence


WORDS = st.lists(
    st.sampled_from(["we", "keep", "données", "30", "days", "“data”", "规约", "not"]), min_size=1, max_size=12
).map(" ".join)
TAGS = st.sampled_from(["p", "div", "h2", "section", "blockquote", "article", "custom-tag"])


@given(st.lists(st.tuples(TAGS, WORDS), min_size=1, max_size=8))
def test_every_word_of_a_plain_page_is_kept_in_order(parts):
    markup = "".join(f"<{tag}>{text}</{tag}>\n" for tag, text in parts)
    kept = [word for block in read_page(f"<html><body>{markup}".encode()).blocks for word in words(block.text)]
    assert kept == [word for _, text in parts for word in words(text)]


@given(st.binary(max_size=400), st.sampled_from(["text/html", "text/plain", "text/markdown", "application/pdf", ""]))
def test_no_bytes_bring_the_reading_down(body, content_type):
    try:
        page = read_page(body, content_type=content_type)
    except ReadingError:
        return
    assert all(canonical(line) == line for block in page.blocks for line in block.text.split("\n"))


MARKUP = st.lists(
    st.sampled_from(
        ["<div>", "</div>", "<p>", "<table>", "<tr>", "<td>", "</table>", "<li>", "<ul>", "</ul>", "<b>", "</b>", "<a href='/x'>", "</a>", "<br>", "<h2>",
         "</h2>", "<button>", "</button>", "<template shadowrootmode=open>", "</template>", "<nav>", "</nav>", "<!--", "-->", "word ", "two words ", "<script>", "\x00", "&nbsp;"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=300)
@given(MARKUP)
def test_broken_markup_is_read_and_the_same_way_each_time(markup):
    body = f"<html><body>{markup}".encode()
    first = read_page(body)
    assert read_page(body) == first
    assert all(block.text for block in first.blocks)
