"""A difference as a Word document with real tracked changes: accept all gives the new text, reject all the old one. Pure.

In front stands a cover without any tracked change. The text itself stands between the marks of the bookmark `text`.
"""

from collections import Counter
from collections.abc import Iterator
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm

from monitor.rendering.comparison import Comparison
from monitor.rendering.html import is_right_to_left
from monitor.rendering.labels import Labels
from monitor.rendering.lines import lines
from monitor.rendering.telling import changed_words, tell_fact, worst_rules
from monitor.rendering.tracked import Tracker, xml_text
from monitor.rendering.whole import Part, Way, parts
from monitor.rendering.word_styles import page_numbers, set_styles
from monitor.rendering.words import NOT_ADVICE, page_sentences, sentence
from monitor.types import Segment

BOOKMARK = "text"
FACT_MILLIMETRES = (20, 46, 46, 54)  # the columns of the fact table
MARKS = (
    "Every change of the text below is a tracked change by the author “smallprint”. Inserted words are underlined, deleted"
    " ones struck; what moved is marked twice, where it left and where it arrived. Reviewing, Accept All gives the new text,"
    " Reject All the old one."
)


def docx_bytes(comparison: Comparison) -> bytes:
    """The file. Its changes are dated with `seen_at`, and have no date when that is not known."""
    document = docx.Document()
    set_styles(document, comparison.new.language or comparison.old.language)
    _describe(document, comparison)
    _cover(document, comparison)
    _text(document, comparison)
    page_numbers(document, xml_text(comparison.title))
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _describe(document: WordDocument, comparison: Comparison) -> None:
    about = document.core_properties
    about.author = about.last_modified_by = "smallprint"
    about.title, about.comments = xml_text(comparison.title)[:255], ""
    if comparison.seen_at is not None:
        about.created = about.modified = comparison.seen_at


def _cover(document: WordDocument, comparison: Comparison) -> None:
    diff = comparison.diff
    document.add_paragraph(xml_text(comparison.title), style="Title")
    document.add_paragraph(comparison.level, style="Subtitle")
    document.add_paragraph(xml_text(sentence(diff.summary)))
    for line in (*page_sentences(diff), *comparison.remarks):
        document.add_paragraph(xml_text(line)).runs[0].bold = True
    for line in _particulars(comparison):
        document.add_paragraph(xml_text(line), style="Quiet")
    if diff.facts:
        document.add_paragraph("Key facts", style="Cover Heading")
        _fact_table(document, comparison)
    document.add_paragraph("How to read it", style="Cover Heading")
    document.add_paragraph(MARKS)
    document.add_paragraph(NOT_ADVICE)


def _particulars(comparison: Comparison) -> Iterator[str]:
    yield from (f"{side}: {name}" for side, name in comparison.states)
    inserted, deleted = (changed_words(comparison.diff.edits, op) for op in ("insert", "delete"))
    yield f"{inserted:,} words inserted, {deleted:,} deleted"
    rules = worst_rules(comparison.diff.edits)
    if rules:
        yield f"Why {comparison.diff.significance.word}: {'; '.join(rules)}"


def _fact_table(document: WordDocument, comparison: Comparison) -> None:
    facts = [tell_fact(fact) for fact in comparison.diff.facts]
    rows = [
        (
            fact.label,
            fact.old or "(none)",
            fact.new or "(removed)",
            comparison.place(fact.section) if fact.section else "",
        )
        for fact in facts
    ]
    table = document.add_table(rows=0, cols=4, style="Table Grid")
    for row in (("Fact", "Before", "Now", "Section"), *rows):
        for cell, words, width in zip(table.add_row().cells, row, FACT_MILLIMETRES, strict=True):
            cell.width = Mm(width)
            cell.paragraphs[0].add_run(xml_text(words)).bold = row[0] == "Fact" or None
    heading = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001  the library has no word for a heading row
    heading.append(OxmlElement("w:tblHeader"))


def _text(document: WordDocument, comparison: Comparison) -> None:
    """The whole text; what closes it is no change, so that the last paragraph's end can be one."""
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    end = document.element.body.sectPr
    assert end is not None
    for element in (_bookmark("Start"), *_paragraphs(document, comparison), _bookmark("End")):
        end.addprevious(element)
    document.add_paragraph("End of the text.", style="Quiet")


def _paragraphs(document: WordDocument, comparison: Comparison) -> Iterator[BaseOxmlElement]:
    old, new = comparison.old, comparison.new
    found = parts(old, new, comparison.diff.edits)
    at = f"{comparison.seen_at:%Y-%m-%dT%H:%M:%SZ}" if comparison.seen_at is not None else ""
    labels = Labels()
    tracker = Tracker(labels, at, is_right_to_left(new.language or old.language), _moved(found))
    for part in found:
        told = _without_inner_deletions(part) if part.way is Way.ARRIVED else part
        paragraphs = [tracker.paragraph(line, told) for line in lines(told, old, new)]
        if part.number in tracker.moved:
            number = next(tracker.ids)
            paragraphs[0].insert(1, tracker.range_mark(part, "Start", number))
            paragraphs.append(tracker.range_mark(part, "End", number))
        yield from paragraphs
    labels.add_to(document)


def _moved(found: tuple[Part, ...]) -> frozenset[int]:
    """The edits that left and arrived in one piece."""
    places = Counter((part.way, part.number) for part in found if part.way in (Way.LEFT, Way.ARRIVED) and part.number)
    return frozenset(
        number
        for (way, number), pieces in places.items()
        if way is Way.LEFT and pieces == places[Way.ARRIVED, number] == 1
    )


def _without_inner_deletions(part: Part) -> Part:
    """What arrived: the deleted words of a text that moved stand where it left."""
    segments = tuple(Segment(run.op, run.text) for run in part.segments if run.op != "delete")
    return Part(part.way, segments, (), part.new, part.number)


def _bookmark(edge: str) -> BaseOxmlElement:
    made = OxmlElement(f"w:bookmark{edge}", {qn("w:id"): "0"})
    if edge == "Start":
        made.set(qn("w:name"), BOOKMARK)
    return made
