"""From the tree to ordered typed blocks: kinds, levels, numbering, link targets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.html import read_html
from monitor.extract.links import clean_link
from monitor.extract.numbering import split_number
from monitor.extract.render import render
from monitor.types import Block, BlockKind

HEADING, PARAGRAPH, ITEM, ROW = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE_ROW


def blocks_of(inside: str) -> list[Block]:
    return list(read_html(f"<body>{inside}</body>".encode(), url="https://shop.example/legal/").blocks)


def kinds_of(inside: str) -> list[tuple[BlockKind, int, str]]:
    return [(block.kind, block.level, block.text) for block in blocks_of(inside)]


def test_headings_keep_their_level():
    assert kinds_of("<h1>Terms</h1><h3>Scope</h3>") == [(HEADING, 1, "Terms"), (HEADING, 3, "Scope")]


def test_a_heading_by_role_is_a_heading():
    assert kinds_of("<div role='heading' aria-level='4'>Scope</div>") == [(HEADING, 4, "Scope")]


def test_a_paragraph_that_is_all_bold_and_short_is_a_heading():
    assert kinds_of("<p><strong>Your rights</strong></p><p><b>You must pay.</b></p><p><b>Note</b> this</p>") == [
        (HEADING, 6, "Your rights"),
        (PARAGRAPH, 0, "You must pay."),
        (PARAGRAPH, 0, "Note this"),
    ]


def test_items_of_nested_lists_keep_their_depth_and_their_order():
    assert kinds_of("<ul><li>one<ul><li>inner</li></ul></li><li><p>two</p><p>more</p></li></ul>") == [
        (ITEM, 1, "one"),
        (ITEM, 2, "inner"),
        (ITEM, 1, "two"),
        (PARAGRAPH, 0, "more"),
    ]


def test_the_cells_of_a_row_stand_side_by_side():
    table = "<table><thead><tr><th>Data</th><th>Kept</th></tr></thead><tr><td><p>Name</p><p>and age</p></td><td></td></tr></table>"
    assert kinds_of(table) == [(ROW, 0, "Data | Kept"), (ROW, 0, "Name and age | ")]


def test_a_table_that_lays_out_the_page_is_no_table():
    assert kinds_of("<table><tr><td>menu</td><td><h1>Terms</h1><p>You agree.</p></td></tr></table>") == [
        (PARAGRAPH, 0, "menu"),
        (HEADING, 1, "Terms"),
        (PARAGRAPH, 0, "You agree."),
    ]


def test_a_definition_list_gives_terms_and_definitions():
    assert kinds_of("<dl><dt>User</dt><dd>You.</dd></dl>") == [(PARAGRAPH, 0, "User"), (ITEM, 1, "You.")]


def test_one_line_break_stays_and_two_part_paragraphs():
    assert kinds_of("<p>1 Main St<br>Springfield<br> <br>Write to us</p>") == [
        (PARAGRAPH, 0, "1 Main St\nSpringfield"),
        (PARAGRAPH, 0, "Write to us"),
    ]


def test_text_directly_in_containers_is_read_between_their_blocks():
    assert kinds_of("<div>Before <i>you</i> start<p>One</p>after all</div>") == [
        (PARAGRAPH, 0, "Before you start"),
        (PARAGRAPH, 0, "One"),
        (PARAGRAPH, 0, "after all"),
    ]


def test_words_split_by_inline_markup_stay_whole():
    assert kinds_of("<p>per<b>son</b>al <span>d</span>ata</p>") == [(PARAGRAPH, 0, "personal data")]


def test_empty_lines_of_preformatted_text_part_paragraphs():
    assert kinds_of("<pre>Line one\nline two\n\nNext</pre>") == [
        (PARAGRAPH, 0, "Line one\nline two"),
        (PARAGRAPH, 0, "Next"),
    ]


def test_numbering_and_link_targets_are_kept_apart_from_the_words():
    [block] = blocks_of(
        "<p>3.1 See the <a href='../rules?utm_source=x&amp;page=2#top'>rules</a> and <a href='#here'>here</a>.</p>"
    )
    assert (block.number, block.text) == ("3.1", "See the rules and here.")
    assert block.links == ("https://shop.example/rules?page=2",)


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("3.1 We collect", "3.1", "We collect"),
        ("3.1. we collect", "3.1.", "we collect"),
        ("(a) the name", "(a)", "the name"),
        ("IV. Duties", "IV.", "Duties"),
        ("12) Duties", "12)", "Duties"),
        ("b. the name", "b.", "the name"),
        ("30 days after", "", "30 days after"),
        ("2.5 million users", "", "2.5 million users"),
        ("25. Mai 2018", "", "25. Mai 2018"),
        ("e.g. the name", "", "e.g. the name"),
        ("(a)", "", "(a)"),
        ("1.", "", "1."),
    ],
)
def test_typed_numbers_are_told_from_numbers_that_are_words(text, number, rest):
    assert split_number(text) == (number, rest)


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("Article 5 - Duties", "Article 5", "Duties"),
        ("Section 2.1: Scope", "Section 2.1", "Scope"),
        ("§ 3 Haftung", "§ 3", "Haftung"),
        ("Article", "", "Article"),
    ],
)
def test_named_numbers_are_split_in_headings(text, number, rest):
    assert split_number(text, heading=True) == (number, rest)


@given(st.text(alphabet="aZ1.() IVx§-"), st.booleans())
def test_splitting_a_number_loses_no_word(text, heading):
    number, rest = split_number(text, heading=heading)
    assert text.startswith(number)
    assert text.endswith(rest)
    assert bool(rest) == bool(text)


@pytest.mark.parametrize(
    ("target", "clean"),
    [
        ("/a?sid=9f&x=1", "https://shop.example/a?x=1"),
        ("HTTPS://Shop.Example/A;jsessionid=77?gclid=1", "https://shop.example/A"),
        ("mailto:law@shop.example", "mailto:law@shop.example"),
        ("#top", ""),
        ("javascript:void(0)", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_link_targets_lose_what_moves_at_every_fetch(target, clean):
    assert clean_link(target, "https://shop.example/legal/") == clean


def test_blocks_are_written_as_markdown():
    blocks = (
        Block(HEADING, "Terms", 2, "1."),
        Block(PARAGRAPH, "1 Main St\nSpringfield", links=("https://shop.example/",)),
        Block(ITEM, "name", 1),
        Block(ITEM, "age", 2, "(a)"),
        Block(ROW, "Data | Kept"),
    )
    assert render(blocks) == "## 1. Terms\n\n1 Main St  \nSpringfield\n\n- name\n  - (a) age\n\n| Data | Kept |"
