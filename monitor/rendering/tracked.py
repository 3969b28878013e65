"""A line of the whole text as a paragraph of a Word document, with its changes tracked. Pure.

The marks are those of ECMA-376, part 1, 17.13.5: `w:ins`, `w:del`, `w:moveFrom`, `w:moveTo` around runs, and the same within the
properties of a paragraph for its end. A number at the head of a block is a list label, so that the paragraph's text is the
block's text; a label or a style that changed is a tracked change of the paragraph's properties.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from monitor.rendering.labels import Labels
from monitor.rendering.lines import Line
from monitor.rendering.whole import Part, Way
from monitor.types import Block, BlockKind, Segment

AUTHOR = "smallprint"
INDENT = 420  # twentieths of a point, a level of a list
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2
_MARKS = {"insert": "w:ins", "delete": "w:del"}
_STYLES = {BlockKind.PARAGRAPH: "BodyText", BlockKind.LIST_ITEM: "ListParagraph", BlockKind.TABLE_ROW: "TableRow"}


@dataclass
class Tracker:
    """Makes the elements of one document. `at` is the moment of all changes in ISO 8601, empty when it is not known.

    `moved`: the numbers of the edits that both left and arrived in one piece; only these are tracked as moves.
    """

    labels: Labels
    at: str
    right_to_left: bool
    moved: frozenset[int]
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def paragraph(self, line: Line, part: Part) -> BaseOxmlElement:
        """The line with its tracked changes."""
        made = OxmlElement("w:p")
        made.append(self._properties(line, part))
        made.extend(self._run(run, self._mark(run.op, part)) for run in line.runs)
        return made

    def range_mark(self, part: Part, edge: str, number: int) -> BaseOxmlElement:
        """The `Start` or `End` of the range of what moved; `number` is the range's."""
        side = "moveFrom" if part.way is Way.LEFT else "moveTo"
        made = OxmlElement(f"w:{side}Range{edge}", {qn("w:id"): str(number)})
        if edge == "Start":
            made.set(qn("w:name"), f"move{part.number}")
            self._sign(made)
        return made

    def _mark(self, op: str, part: Part) -> str:
        """The element around what came or went so; empty around what stayed."""
        moved = part.number in self.moved
        if part.way is Way.LEFT:
            return "w:moveFrom" if moved else "w:del"
        if part.way is Way.ARRIVED:
            return "w:moveTo" if moved and op == "equal" else "w:ins"
        return _MARKS.get(op, "")

    def _changed(self, tag: str) -> BaseOxmlElement:
        return self._sign(OxmlElement(tag, {qn("w:id"): str(next(self.ids))}))

    def _sign(self, made: BaseOxmlElement) -> BaseOxmlElement:
        made.set(qn("w:author"), AUTHOR)
        if self.at:
            made.set(qn("w:date"), self.at)
        return made

    def _run(self, segment: Segment, mark: str) -> BaseOxmlElement:
        run = OxmlElement("w:r")
        if self.right_to_left:
            run.append(_holding("w:rPr", [OxmlElement("w:rtl")]))
        run.extend(_text(segment.text, "w:delText" if mark == "w:del" else "w:t"))
        if not mark:
            return run
        around = self._changed(mark)
        around.append(run)
        return around

    def _properties(self, line: Line, part: Part) -> BaseOxmlElement:
        made = _holding("w:pPr", self._dress(line.block))
        mark = self._mark(line.end, part)
        if mark:
            made.append(_holding("w:rPr", [self._changed(mark)]))
        if line.old is not None and line.new is not None and not mark and _dressed(line.old) != _dressed(line.new):
            changed = self._changed("w:pPrChange")
            changed.append(_holding("w:pPr", self._dress(line.old)))
            made.append(changed)
        return made

    def _dress(self, block: Block) -> list[BaseOxmlElement]:
        """Style, label, direction and indent, in the order that the schema asks for."""
        kind, number, level = _dressed(block)
        style = f"Heading{level}" if kind is BlockKind.HEADING else _STYLES[kind]
        made = [OxmlElement("w:pStyle", {qn("w:val"): style})]
        if number:
            label = self.labels.number_of(number, hanging=kind is BlockKind.LIST_ITEM)
            places = [("w:ilvl", "0"), ("w:numId", str(label))]
            made.append(_holding("w:numPr", [OxmlElement(tag, {qn("w:val"): value}) for tag, value in places]))
        if self.right_to_left:
            made.append(OxmlElement("w:bidi"))
        if kind is BlockKind.LIST_ITEM:
            made.append(OxmlElement("w:ind", {qn("w:left"): str(level * INDENT), qn("w:hanging"): str(INDENT)}))
        return made


def _dressed(block: Block) -> tuple[BlockKind, str, int]:
    """What of a block is to be seen beside its words."""
    number = "•" if block.kind is BlockKind.LIST_ITEM and not block.number else xml_text(block.number)
    leveled = block.kind in (BlockKind.HEADING, BlockKind.LIST_ITEM)
    return block.kind, number, min(max(block.level, 1), 6) if leveled else 0


def xml_text(text: str) -> str:
    """The text without the characters that XML forbids."""
    return _FORBIDDEN.sub("", text)


def _text(text: str, tag: str) -> Iterator[BaseOxmlElement]:
    """The text in elements, its line breaks as breaks."""
    for place, line in enumerate(xml_text(text).split("\n")):
        if place:
            yield OxmlElement("w:br")
        if line:
            made = OxmlElement(tag, {qn("xml:space"): "preserve"})
            made.text = line
            yield made


def _holding(tag: str, children: list[BaseOxmlElement]) -> BaseOxmlElement:
    made = OxmlElement(tag)
    made.extend(children)
    return made
