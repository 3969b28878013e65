"""What a search found, told: lines for people, and a table that a spreadsheet can open."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.discovery.judging import Confidence, Finding
from crawler.discovery.searching import Discovery

COLUMNS = ("row", "name", "site", "result", "terms type", "address", "evidence")
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Entry:
    """One site of a search and what became of it: `outcomes` says by terms type why a finding was added, or was not.

    `row` is its row in a vendor list. Without a `discovery` nothing was searched, and `words` says why.
    """

    name: str
    site: str
    row: int | None = None
    discovery: Discovery | None = None
    words: str = ""
    result: str = ""

    def __post_init__(self) -> None:
        self.outcomes: dict[str, str] = {}

    def findings(self, confidence: Confidence) -> list[Finding]:
        """Those that nothing was done with yet."""
        found = self.discovery.findings if self.discovery else ()
        return [one for one in found if one.confidence is confidence and one.terms_type not in self.outcomes]


def full_lines(entry: Entry) -> Iterator[str]:
    """All that is known of one site."""
    yield _heading(entry)
    found = entry.discovery
    if found is None or found.error:
        return
    for finding in found.findings:
        yield f"  {finding.confidence:<9} {finding.terms_type:<22} {finding.url}"
        yield f"            {'; '.join(finding.evidence)}"
        if finding.others:
            yield f"            others: {', '.join(finding.others)}"
        if finding.alternates:
            yield f"            in other languages: {_pairs(finding.alternates)}"
    for terms_type in found.missing:
        yield f"  missing   {terms_type}"
    for url, why in found.refused:
        yield f"            {url} {why}"
    if found.alternates:
        yield f"  the site in other languages: {_pairs(found.alternates)}"


def short_line(entry: Entry) -> str:
    """One line for a row of a vendor list."""
    found = entry.discovery
    if found is None or found.error:
        return _heading(entry)
    groups = [
        (str(level), [one.terms_type for one in found.findings if one.confidence is level]) for level in Confidence
    ]
    told = [f"{name}: {', '.join(types)}" for name, types in (*groups, ("missing", found.missing)) if types]
    return f"{_heading(entry)}: {'; '.join(told)}"


def _heading(entry: Entry) -> str:
    """Which site this is, and why there is nothing more to say of it."""
    found = entry.discovery
    led = f" ({found.home_url})" if found and found.home_url not in {"", entry.site, f"{entry.site}/"} else ""
    who = ", ".join(filter(None, (entry.name if entry.row is not None else "", entry.site))) + led
    row = f"row {entry.row}" if entry.row is not None else ""
    why = entry.words or (found.error if found else "")
    return ": ".join(filter(None, (row, who, why)))


def _pairs(alternates: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{language} {url}" for language, url in alternates)


def write_report(path: Path, entries: Iterable[Entry]) -> None:
    """A CSV file with a line for each policy found or missing and each row that led to none; no cell is a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells spreadsheets the encoding
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for entry in sorted(entries, key=lambda one: one.row or 0):
            writer.writerows([as_text(cell) for cell in line] for line in _table_lines(entry))


def as_text(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would calculate."""
    return f"'{cell}" if cell.startswith(_BEGINS_FORMULA) else cell


def _table_lines(entry: Entry) -> Iterator[Sequence[str]]:
    begin = (str(entry.row or ""), entry.name, entry.site)
    found = entry.discovery
    if found is None or found.error:
        why = entry.words or (found.error if found else "")
        yield (*begin, entry.result or ("failed" if why else "not searched"), "", "", why)
        return
    for finding in found.findings:
        outcome = entry.outcomes.get(finding.terms_type, "")
        result = f"{finding.confidence}, {outcome}" if outcome else f"{finding.confidence}, not added"
        yield (*begin, result, finding.terms_type, finding.url, "; ".join(finding.evidence))
    for terms_type in found.missing:
        yield (*begin, "missing", terms_type, "", "")
