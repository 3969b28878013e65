"""A redline in Word: its changes are real tracked changes, and all of them accepted or rejected give the two texts exactly."""

import re
import time
from datetime import UTC, datetime
from io import BytesIO

import docx
import pytest
from hypothesis import given, settings
from lxml import etree

from monitor.diff.compare import compare
from monitor.rendering.comparison import Comparison
from monitor.rendering.docx import docx_bytes
from monitor.types import Block, BlockKind, Document
from tests.monitor.diff_documents import policy, read
from tests.monitor.rewritten import PAIRS, document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SEEN = datetime(2026, 3, 4, 8, 5, tzinfo=UTC)
CAME, WENT = ("ins", "moveTo"), ("del", "moveFrom")
CLAUSE = "We may share your shipping address with the carrier who brings the parcel to your door."


def written(old: Document, new: Document, seen_at: datetime | None = SEEN) -> bytes:
    return docx_bytes(Comparison("Lumen Garden", "old.html", "new.html", old, new, compare(old, new), seen_at))


def body(content: bytes) -> etree._Element:
    return docx.Document(BytesIO(content)).element.body


def tracked(content: bytes) -> list[etree._Element]:
    """The paragraphs of the text, between the marks of its bookmark."""
    children = list(body(content))
    start, end = (next(k for k, c in enumerate(children) if c.tag == f"{W}bookmark{edge}") for edge in ("Start", "End"))
    return [child for child in children[start:end] if child.tag == f"{W}p"]


def settled(content: bytes, dropped: tuple[str, ...]) -> list[str]:
    """The texts of the paragraphs when these marks and what they hold are gone, as Word settles them."""
    texts, open_text = [], ""
    for paragraph in tracked(content):
        open_text += "".join(map(_said, _kept(paragraph, dropped)))
        if not any(paragraph.find(f"{W}pPr/{W}rPr/{W}{mark}") is not None for mark in dropped):
            texts.append(open_text)
            open_text = ""
    assert open_text == ""
    return texts


def _kept(paragraph: etree._Element, dropped: tuple[str, ...]) -> list[etree._Element]:
    gone = {f"{W}{mark}" for mark in dropped}
    return [run for run in paragraph.iter(f"{W}r") if not gone & {ancestor.tag for ancestor in run.iterancestors()}]


def _said(run: etree._Element) -> str:
    return "".join("\n" if child.tag == f"{W}br" else child.text or "" for child in run if child.tag != f"{W}rPr")


@given(PAIRS)
@settings(deadline=None)
def test_accepting_all_gives_the_new_text_and_rejecting_all_the_old_one(pair: tuple[Document, Document]):
    old, new = pair
    content = written(old, new)
    assert settled(content, WENT) == [block.text for block in new.blocks]
    assert settled(content, CAME) == [block.text for block in old.blocks]


def test_what_moved_leaves_and_arrives_under_one_name_and_its_new_words_are_insertions():
    old = read(
        "# Sharing",
        CLAUSE,
        "# Rights",
        "You may ask us for a copy.",
        "# Contact",
        "Write to us at any time of the day.",
    )
    new = read(
        "# Sharing",
        "# Rights",
        "You may ask us for a copy.",
        "# Contact",
        "Write to us at any time of the day.",
        CLAUSE.replace("carrier", "carrier and the postman"),
    )
    content = written(old, new)
    found = body(content)
    names = {edge: [mark.get(f"{W}name") for mark in found.iter(f"{W}move{edge}RangeStart")] for edge in ("From", "To")}
    assert names["From"] == names["To"] == ["move1"]
    starts = {mark.get(f"{W}id") for mark in found.iter(f"{W}moveFromRangeStart", f"{W}moveToRangeStart")}
    assert starts == {mark.get(f"{W}id") for mark in found.iter(f"{W}moveFromRangeEnd", f"{W}moveToRangeEnd")}
    assert [_said(run) for run in found.findall(f".//{W}moveFrom/{W}r")] == [CLAUSE]
    assert "".join(_said(run) for run in found.findall(f".//{W}moveTo/{W}r")) == CLAUSE
    assert "".join(_said(run) for run in found.findall(f".//{W}ins/{W}r")).strip() == "and the postman"


def test_what_moved_and_was_split_at_a_line_break_is_two_paragraphs_and_no_more():
    rest = tuple(f"We keep the {seeds} of your order until the harvest is in." for seeds in ("tulips", "roses", "figs"))
    joined = Block(BlockKind.PARAGRAPH, f"{CLAUSE}\nTell us of a damaged one.")
    old = Document("", "en", (joined, *read(*rest).blocks), "")
    new = read(*rest, CLAUSE, "Tell us of a damaged one soon.")
    content = written(old, new)
    assert body(content).findall(f".//{W}moveTo")
    assert settled(content, WENT) == [block.text for block in new.blocks]
    assert settled(content, CAME) == [block.text for block in old.blocks]


def test_every_change_has_an_id_of_its_own_an_author_and_the_captures_time():
    old, new = policy(), policy(old="30 days", new="14 days")
    marks = [mark for mark in body(written(old, new)).iter() if mark.get(f"{W}author") is not None]
    assert {(mark.get(f"{W}author"), mark.get(f"{W}date")) for mark in marks} == {
        ("smallprint", "2026-03-04T08:05:00Z")
    }
    assert len({mark.get(f"{W}id") for mark in marks}) == len(marks) > 1
    undated = [mark for mark in body(written(old, new, None)).iter() if mark.get(f"{W}author") is not None]
    assert {mark.get(f"{W}date") for mark in undated} == {None}


def test_headings_items_and_rows_look_like_it_and_printed_numbers_are_labels():
    blocks = [
        Block(BlockKind.HEADING, "Retention", 2, "3."),
        Block(BlockKind.LIST_ITEM, "Your photos", 2),
        Block(BlockKind.TABLE_ROW, "Photos | 30 days"),
        Block(BlockKind.PARAGRAPH, "We keep them."),
    ]
    content = written(document(blocks), document(blocks))
    styles = [paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val") for paragraph in tracked(content)]
    assert styles == ["Heading2", "ListParagraph", "TableRow", "BodyText"]
    numbering = docx.Document(BytesIO(content)).part.numbering_part.element
    assert [label.get(f"{W}val") for label in numbering.iter(f"{W}lvlText")] == ["3.", "•"]


def test_another_number_of_the_same_clause_is_a_tracked_change_of_its_label():
    old, new = (document([Block(BlockKind.HEADING, "Retention", 2, number)]) for number in ("8.", "9."))
    [paragraph] = tracked(written(old, new))
    before = paragraph.find(f"{W}pPr/{W}pPrChange/{W}pPr/{W}numPr/{W}numId")
    after = paragraph.find(f"{W}pPr/{W}numPr/{W}numId")
    assert before is not None
    assert before.get(f"{W}val") != after.get(f"{W}val")


def test_the_cover_says_what_it_is_worth_and_holds_no_tracked_change():
    old, new = policy(), policy(old="30 days", new="14 days", old2="March 3, 2025", new2="March 5, 2026")
    content = written(old, new)
    opened = docx.Document(BytesIO(content))
    said = "\n".join(paragraph.text for paragraph in opened.paragraphs)
    for words in ("Lumen Garden", "SUBSTANTIVE", "Not legal advice", "Accept All", "old.html", "new.html"):
        assert words in said
    cells = [cell.text for row in opened.tables[0].rows for cell in row.cells]
    assert {"Fact", "30 days", "14 days"} <= set(cells)
    cover = [child for child in list(opened.element.body) if child.tag == f"{W}tbl"]
    assert not [mark for mark in cover[0].iter() if mark.get(f"{W}author")]


@pytest.mark.parametrize("text", ["a\x00b\x08c\x0b", "\ud800 lone", "\ufffe and \uffff", "tab\tand <w:p/> & ]]>"])
def test_a_hostile_text_makes_a_file_that_opens(text: str):
    old, new = document([Block(BlockKind.PARAGRAPH, "kind")]), document([Block(BlockKind.PARAGRAPH, text, 0, text)])
    [settled_text] = settled(written(old, new), WENT)
    assert settled_text == re.sub("[\x00-\x08\x0b\ud800\ufffe\uffff]", "", text)


def test_a_text_written_from_right_to_left_stands_so():
    old, new = (Document("", "ar", (Block(BlockKind.PARAGRAPH, text),), text) for text in ("نحن نجمع", "نحن لا نجمع"))
    [paragraph] = tracked(written(old, new))
    assert paragraph.find(f"{W}pPr/{W}bidi") is not None


def test_half_a_million_characters_take_seconds():
    lines = [
        f"Clause {n} says that we keep the seeds of bed {n % 97} for {n % 31} days after the harvest is in."
        for n in range(6500)
    ]
    old, new = (
        read(*lines),
        read(*(line.replace("keep", "hold") if n % 3 == 0 else line for n, line in enumerate(lines))),
    )
    comparison = Comparison("", "", "", old, new, compare(old, new))
    started = time.process_time()
    content = docx_bytes(comparison)
    assert time.process_time() - started < 8
    assert settled(content, WENT) == [block.text for block in new.blocks]
