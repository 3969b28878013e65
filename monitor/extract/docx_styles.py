"""What the styles of a Word document say of its paragraphs: headings and their levels, list items, tables of contents."""

import re
from dataclasses import dataclass, field
from typing import Any

_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"toc(?: ?\d| heading)", re.IGNORECASE)
_MOST_PARENTS = 16  # of a style, one based on the other; more is a loop
_BODY_TEXT = 9  # the outline level that means none


@dataclass(frozen=True, slots=True)
class Style:
    """One paragraph style: its name, the style it is based on, and what its own paragraph properties say."""

    name: str = ""
    parent: str = ""
    outline: int | None = None
    depth: int | None = None


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles by their ids, and the language that the document claims."""

    by_id: dict[str, Style] = field(default_factory=dict)
    language: str = ""

    @classmethod
    def of(cls, part: Any) -> "Styles":
        """Of styles.xml; a document without one has no styles."""
        if part is None:
            return cls()
        styles = {attribute(node, "styleId"): _style(node) for node in part if local_name(node) == "style"}
        languages = [attribute(node, "val") for node in part.iter() if local_name(node) == "lang"]
        return cls(styles, next(filter(None, languages), ""))

    def heading_level(self, properties: Any) -> int:
        """1 to 6; 0 when the paragraph is no heading."""
        own = _outline(properties)
        levels = [own] if own is not None else [level for style in self._chain(properties) for level in _levels(style)]
        return min(levels[0] + 1, 6) if levels and levels[0] < _BODY_TEXT else 0

    def list_depth(self, properties: Any) -> int:
        """From 1 on; 0 when the paragraph is no list item."""
        own = _depth(properties)
        depths = [own, *(style.depth for style in self._chain(properties))]
        return next((depth for depth in depths if depth is not None), 0)

    def is_contents(self, properties: Any) -> bool:
        """A line of a table of contents, whose page numbers move."""
        return any(_CONTENTS.fullmatch(style.name) for style in self._chain(properties))

    def _chain(self, properties: Any) -> list[Style]:
        """The paragraph's style and those that it is based on, the nearest first."""
        wanted = next((attribute(node, "val") for node in children(properties, "pStyle")), "")
        chain: list[Style] = []
        while wanted in self.by_id and len(chain) < _MOST_PARENTS:
            chain.append(self.by_id[wanted])
            wanted = chain[-1].parent
        return chain


def _style(node: Any) -> Style:
    name = next((attribute(one, "val") for one in children(node, "name")), "")
    parent = next((attribute(one, "val") for one in children(node, "basedOn")), "")
    properties = next(iter(children(node, "pPr")), None)
    return Style(name, parent, _outline(properties), _depth(properties))


def _levels(style: Style) -> list[int]:
    """The outline level that a style gives, 0 for the highest, by what it says or by its built-in name."""
    if style.outline is not None:
        return [style.outline]
    if style.name.lower() == "title":
        return [0]
    found = _HEADING.fullmatch(style.name)
    return [int(found[1]) - 1] if found else []


def _outline(properties: Any) -> int | None:
    return next((_number(node) for node in children(properties, "outlineLvl")), None)


def _depth(properties: Any) -> int | None:
    """The depth of a list item; 0 when the numbering of the style is taken away."""
    for numbering in children(properties, "numPr"):
        level = next((_number(node) for node in children(numbering, "ilvl")), 0) or 0
        ids = [attribute(node, "val") for node in children(numbering, "numId")]
        return 0 if ids == ["0"] else min(level + 1, 9)
    return None


def _number(node: Any) -> int | None:
    value = attribute(node, "val")
    return int(value) if value.isdecimal() and len(value) < 3 else None


def children(node: Any, name: str) -> list[Any]:
    """Those of this name; of no node none."""
    return [child for child in node if local_name(child) == name] if node is not None else []


def attribute(node: Any, name: str) -> str:
    """The value of an attribute, whatever its namespace; empty when it is missing."""
    return next((str(value) for key, value in node.items() if str(key).rpartition("}")[2] == name), "")


def local_name(node: Any) -> str:
    """An element's name without its namespace: the two editions of the standard differ in nothing else that is read here."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
