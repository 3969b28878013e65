"""A difference for the terminal: what `rich` prints. Pure."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from monitor.rendering.colours import COLOURS
from monitor.rendering.comparison import Comparison
from monitor.rendering.marks import marked
from monitor.rendering.telling import ToldEdit, ToldFact, tell_fact, told_edits, worst_rules
from monitor.rendering.words import count, page_sentences, sentence
from monitor.types import Segment

STYLES = {"insert": "underline green", "delete": "strike red", "equal": ""}


def terminal(comparison: Comparison) -> Group:
    """The account of a difference: headline, summary, dates, facts, the edits, the worst first.

    Marks are [-deleted-] and {+inserted+} beside their colours, so that they survive a copy. Cosmetic edits are counted, not
    shown, unless the whole change is one.
    """
    return Group(*_parts(comparison))


def redline(segments: Sequence[Segment]) -> Text:
    """The runs, marked and coloured."""
    line = Text()
    for segment in segments:
        line.append(marked(segment), style=STYLES[segment.op])
    return line


def _parts(comparison: Comparison) -> Iterator[RenderableType]:
    diff = comparison.diff
    yield Text.assemble((comparison.title, "bold"), "  ", (comparison.level, COLOURS[diff.significance.word]))
    yield Text(sentence(diff.summary))
    yield from (Text(line, style="dim") for line in (*page_sentences(diff), *comparison.remarks))
    if diff.facts:
        yield Text()
        yield _fact_table(comparison, [tell_fact(fact) for fact in diff.facts])
    told = told_edits(diff)
    for edit in told:
        yield from _edit(comparison.placed(edit))
    yield from _closing(comparison, len(diff.edits) - len(told))


def _fact_table(comparison: Comparison, facts: Sequence[ToldFact]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("fact", "before", "now", "section"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "fact")
    for fact in facts:
        section = comparison.place(fact.section) if fact.section else ""
        table.add_row(*map(Text, (fact.label, fact.old or "(none)", fact.new or "(removed)", section)))
    return table


def _edit(edit: ToldEdit) -> Iterator[Text]:
    yield Text()
    yield Text.assemble((f"Edit {edit.number}", "bold"), f"  {edit.place}")
    yield Text.assemble((edit.label, COLOURS[edit.significance]), (f"  because {edit.meaning}", "dim"))
    yield redline(edit.redline)


def _closing(comparison: Comparison, unseen: int) -> Iterator[Text]:
    if unseen:
        yield Text(f"\n{count(unseen, 'cosmetic edit')} not shown.", style="dim")
    rules = worst_rules(comparison.diff.edits)
    if rules:
        yield Text(f"\nWhy {comparison.diff.significance.word}: {'; '.join(rules)}", style="dim")
