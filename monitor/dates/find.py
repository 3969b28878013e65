"""The dates that a policy states about itself."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import islice

from monitor.dates.choose import choose
from monitor.dates.context import DatedLine, contexts
from monitor.dates.forms import find_mentions
from monitor.dates.labels import table_language
from monitor.dates.lines import Line, Page, has_digit, plain
from monitor.dates.lists import judge_among_entries, judge_in_list, judge_running_line
from monitor.dates.order import Order, order_of
from monitor.dates.roles import judge
from monitor.dates.sections import Sections
from monitor.dates.verdict import Claim, Rejection
from monitor.types import Block, BlockKind, RejectedDate, StatedDate, StatedDates

MAXIMUM_FROM_HEAD = 1_000
MAXIMUM_FROM_FOOT = 500
"""Dates and numbers like dates that are looked at, from the head on and from the foot up; only hostile pages have more."""
_EVIDENCE_CHARACTERS = 400
_RUNNING_LINE_TIMES = 3
_NUMBER = re.compile(r"\d+")
_ENTRY_STARTS_BY = 3  # characters: a bullet may stand before the date


def find_stated_dates(blocks: Sequence[Block], *, language: str | None, url: str = "") -> StatedDates:
    """What the page itself says about when it was last changed, and since when it applies.

    A date counts only when the page states it of its own text; otherwise the field is None. `language` is that of the
    page (a code like `de` or `pt-BR`), `url` its address; both help to tell 5 June from 6 May. All other dates come back as `rejected`,
    each with its reason.
    """
    language = table_language(language)
    page = Page(blocks)
    dated = _dated_lines(page, language)
    order = _order(dated, language, url)
    verdicts = list(_verdicts(page, dated, order, language))
    chosen = choose([verdict for verdict in verdicts if isinstance(verdict, Claim)])
    others = [verdict for verdict in verdicts if verdict not in (chosen.last_updated, chosen.effective)]
    return StatedDates(
        last_updated=_stated(chosen.last_updated),
        effective=_stated(chosen.effective),
        rejected=tuple(_rejected(verdict) for verdict in others if verdict.worth_telling),
    )


def _dated_lines(page: Page, language: str | None) -> list[DatedLine]:
    """The lines with dates, in the page's order."""
    lines = [line for line in page.lines if has_digit(line.raw)]
    from_head, seen = _read(lines, language, MAXIMUM_FROM_HEAD)
    from_foot, _ = _read(lines[seen:][::-1], language, MAXIMUM_FROM_FOOT)
    return from_head + from_foot[::-1]


def _read(lines: Sequence[Line], language: str | None, budget: int) -> tuple[list[DatedLine], int]:
    """The dated ones of the lines, as far as the budget goes, and how many lines were read."""
    dated: list[DatedLine] = []
    for seen, line in enumerate(lines):
        if budget <= 0:
            return dated, seen
        text = plain(line.raw)
        found = list(islice(find_mentions(text, language), budget))
        budget -= len(found)
        mentions = tuple(mention for mention in found if mention)
        if mentions:
            dated.append(DatedLine(line, text, mentions))
    return dated, len(lines)


def _order(dated: Sequence[DatedLine], language: str | None, url: str) -> Order:
    mentions = [mention for line in dated for mention in line.mentions]
    named = [
        line.text[mention.start : mention.end] for line in dated for mention in line.mentions if not mention.separator
    ]
    return order_of(mentions, named=named, language=language, url=url)


def _verdicts(
    page: Page, dated: Sequence[DatedLine], order: Order, language: str | None
) -> Iterator[Claim | Rejection]:
    sections = Sections(page, language)
    running = _running_lines(dated)
    rows = {line.line.row for line in dated if _is_entry(line)}
    for line in dated:
        section = sections.kind_of(line.line)
        runs = _running_text(line) in running
        for context in contexts(page, line, language):
            verdict = judge_in_list(judge(context), section)
            if section is None and _is_among_entries(line, rows):
                verdict = judge_among_entries(verdict)
            if runs:
                verdict = judge_running_line(verdict)
            yield replace(verdict, decided=order.decide(context.mention, verdict.languages))


def _running_lines(dated: Sequence[DatedLine]) -> set[str]:
    """What comes again and again: three times, or twice with another number of the page."""
    lines: dict[str, list[str]] = defaultdict(list)
    for line in dated:
        lines[_running_text(line)].append(line.text)
    return {
        text
        for text, written in lines.items()
        if len(written) >= _RUNNING_LINE_TIMES or (len(written) > 1 and len(set(written)) == len(written))
    }


def _running_text(line: DatedLine) -> str:
    """What a line says on every page of a printed document: its words and its dates, without the number of the page."""
    return f"{_NUMBER.sub('#', line.text)} {[mention.value for mention in line.mentions]}"


def _is_entry(line: DatedLine) -> bool:
    """A line that starts with its date, or a row of a table."""
    return line.line.kind is BlockKind.TABLE_ROW or line.mentions[0].start <= _ENTRY_STARTS_BY


def _is_among_entries(line: DatedLine, rows: AbstractSet[int]) -> bool:
    """Whether this line and one next to it are both entries."""
    return line.line.row in rows and not rows.isdisjoint({line.line.row - 1, line.line.row + 1})


def _stated(claim: Claim | None) -> StatedDate | None:
    if claim is None:
        return None
    return StatedDate(
        value=claim.decided.value,
        evidence=_evidence(claim),
        block=claim.context.line.block,
        alternatives=claim.decided.alternatives,
        labelled=not claim.bare,
    )


def _rejected(verdict: Claim | Rejection) -> RejectedDate:
    return RejectedDate(verdict.decided.value, _evidence(verdict), verdict.context.line.block, verdict.reason)


def _evidence(verdict: Claim | Rejection) -> str:
    """The line as it stands on the page; of a very long line, the whole words around the date."""
    raw = verdict.context.line.raw.strip()
    if len(raw) <= _EVIDENCE_CHARACTERS:
        return raw
    latest = len(raw) - _EVIDENCE_CHARACTERS
    start = max(0, min(verdict.context.mention.start - _EVIDENCE_CHARACTERS // 2, latest))
    words = raw[start : start + _EVIDENCE_CHARACTERS]
    if start > 0:
        words = words.partition(" ")[2] or words
    return words if start == latest else words.rpartition(" ")[0] or words
