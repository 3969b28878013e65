"""The labels at the head of Word paragraphs: bullets and the numbers that a page prints, each as it stands. Pure."""

from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls


@dataclass
class Labels:
    """Numbering definitions by label; each is made when it is first asked for, by `add_to` they come into the document."""

    numbers: dict[tuple[str, bool], int] = field(default_factory=dict)
    first: int = 1000  # above those of the template

    def number_of(self, label: str, *, hanging: bool) -> int:
        """The `w:numId` of the label; `hanging`: the text stands apart from it, as in a list."""
        return self.numbers.setdefault((label, hanging), self.first + len(self.numbers))

    def add_to(self, document: WordDocument) -> None:
        """Define all labels; those of the template, which nothing uses, go."""
        numbering = document.part.numbering_part.element
        for child in list(numbering):
            numbering.remove(child)
        for (label, hanging), number in self.numbers.items():
            numbering.append(parse_xml(_definition(label, number, "tab" if hanging else "space")))
        for number in self.numbers.values():
            numbering.append(
                parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
            )


def _definition(label: str, number: int, gap: str) -> str:
    literal = quoteattr(label.replace("%", ""))  # a per cent sign would ask for a counter
    return (
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/>'
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:suff w:val="{gap}"/>'
        f'<w:lvlText w:val={literal}/><w:lvlJc w:val="left"/></w:lvl></w:abstractNum>'
    )
