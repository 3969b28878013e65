"""How a redline in Word looks: page, fonts, the styles of headings, lists and rows. Pure."""

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Calibri"
INK, QUIET = RGBColor(0x1C, 0x24, 0x30), RGBColor(0x55, 0x60, 0x6E)
HEADING_POINTS = (17, 14, 12, 11, 11, 11)


def set_styles(document: WordDocument, language: str | None) -> None:
    """A4, one font, and the styles that `monitor.rendering.docx` names; `language` is that of the text."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    _dress(document, "Normal", points=10.5)
    _dress(document, "Body Text", points=10.5)
    _dress(document, "Title", points=24, bold=True)
    _dress(document, "Subtitle", points=12, bold=True)
    for level, points in enumerate(HEADING_POINTS, 1):
        _dress(document, f"Heading {level}", points=points, bold=True)
    for name in ("Quiet", "Cover Heading", "Table Row"):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Normal"]
    _dress(document, "Quiet", points=9.5, colour=QUIET)
    _dress(document, "Cover Heading", points=12, bold=True)
    _dress(document, "Table Row", points=9.5)
    _border(document)
    if language:
        _say_language(document, language)


def _dress(document: WordDocument, name: str, *, points: float, bold: bool = False, colour: RGBColor = INK) -> None:
    style = document.styles[name]
    font = style.font
    font.name, font.size, font.bold, font.italic, font.color.rgb = FONT, Pt(points), bold, False, colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{script}"), None)
    for place in ("before", "after"):
        setattr(style.paragraph_format, f"space_{place}", Pt(10 if bold and place == "before" else 4))


def _border(document: WordDocument) -> None:
    """A line around each row of a table, and none below the title."""
    title = document.styles["Title"].element.get_or_add_pPr()
    for border in title.findall(qn("w:pBdr")):
        title.remove(border)
    borders = OxmlElement("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        edge = {"val": "single", "sz": "4", "space": "2", "color": "BBBBBB"}
        borders.append(OxmlElement(f"w:{side}", {qn(f"w:{name}"): value for name, value in edge.items()}))
    document.styles["Table Row"].element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"
    )


def _say_language(document: WordDocument, language: str) -> None:
    for said in document.styles.element.iter(qn("w:lang")):
        said.set(qn("w:val"), language)


def page_numbers(document: WordDocument, title: str) -> None:
    """Below each page its number, and what the document is."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = document.styles["Quiet"]
    paragraph.add_run(f"{title[:80]}: redline, page ")
    field = OxmlElement("w:fldSimple", {qn("w:instr"): "PAGE"})
    run, shown = OxmlElement("w:r"), OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001  the library has no word for a field
