"""The company that a text names most, by its legal form: the one that the contract is made with."""

import re
from collections import Counter

from monitor.types import Document

# Legal forms of companies as they are written behind a name, in the countries whose policies are watched most.
_FORMS = (
    r"Inc|Incorporated|Corp|Corporation|LLC|L\.L\.C|LLP|Ltd|Limited|PLC|plc|GmbH|AG|UG|e\.\s?V|SAS|S\.A\.S|SASU|SARL|S\.à\s?r\.l|S\.A|SA|"
    r"B\.V|BV|N\.V|S\.p\.A|SpA|S\.r\.l|Srl|S\.L|SL|Lda|Ltda|AB|ApS|A/S|Oy|Oyj|OÜ|SIA|UAB|Kft|Zrt|s\.r\.o|a\.s|d\.o\.o|EOOD|OOD|Sp\.\s?z\s?o\.\s?o|Pty|K\.K|Pte"
)
_COMPANY = re.compile(rf"((?:[A-ZÀ-ÞŁŚŻ][\w&'’-]{{0,40}},?\s){{1,4}})({_FORMS})(?!\w)")
_NAMED_OFTEN = 2


def contracting_party(document: Document) -> str:
    """The company named most often, two times at least; empty when none is."""
    counts = _companies(document)
    name, times = max(counts.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return name if times >= _NAMED_OFTEN else ""


def other_party(base: Document, document: Document) -> tuple[str, str] | None:
    """(old, new) when the old party is not named any more and the new one never was before."""
    old, new = contracting_party(base), contracting_party(document)
    if not old or not new or old == new or old in _companies(document) or new in _companies(base):
        return None
    return old, new


def _companies(document: Document) -> Counter[str]:
    return Counter(
        f"{' '.join(found[1].replace(',', ' ').split())} {found[2]}"
        for block in document.blocks
        for found in _COMPANY.finditer(block.text)
    )
