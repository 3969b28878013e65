"""A difference as Markdown: ~~deleted~~ and **inserted** words. Pure.

CommonMark with the tables and the strike-through of GitHub. Signs of the page's own text are escaped: it reads as it stands.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from monitor.rendering.cleaning import clean
from monitor.rendering.comparison import Comparison
from monitor.rendering.folding import at_word_edges
from monitor.rendering.telling import ToldEdit, changed_words, tell_fact, told_edits, worst_rules
from monitor.rendering.words import NOT_ADVICE, count, page_sentences, sentence
from monitor.types import Segment

MARKS = {"equal": "", "delete": "~~", "insert": "**"}
_SIGNS = re.compile(r"([\\`*_{}\[\]<>~|#&!$])")
_OPENS_A_BLOCK = re.compile(r"^(\s*)(?:([-+=:])|(\d{1,9})([.)]))")


def markdown(comparison: Comparison) -> str:
    """The whole account, ending with a line break: title, dates, facts, then each edit, the worst first.

    Cosmetic edits are counted, not shown, unless the whole change is one.
    """
    return "\n\n".join(_parts(comparison)) + "\n"


def escape(text: str) -> str:
    """The text on one line, to be read as it is, wherever in a line or a table it stands."""
    harmless = _SIGNS.sub(r"\\\1", clean(text))
    return _OPENS_A_BLOCK.sub(lambda found: found[1] + _harmless_start(found), harmless)


def redline_markdown(redline: Sequence[Segment], escaped: Callable[[str], str] = escape) -> str:
    """`We keep it for ~~30~~ **60** days`; each run is written by `escaped`."""
    runs = (f"{MARKS[run.op]}{escaped(run.text)}{MARKS[run.op]}" for run in at_word_edges(redline))
    return "".join(runs).strip()


def _harmless_start(found: re.Match[str]) -> str:
    return f"\\{found[2]}" if found[2] else f"{found[3]}\\{found[4]}"


def _parts(comparison: Comparison) -> Iterator[str]:
    diff = comparison.diff
    yield f"# {escape(comparison.title)}: {escape(comparison.level)}"
    yield escape(sentence(diff.summary))
    yield "\n".join(f"- {escape(line)}" for line in _lines(comparison))
    if diff.facts:
        yield "## Key facts"
        yield "\n".join(_fact_table(comparison))
    told = told_edits(diff, whole_marks=True)
    if told:
        yield "## What changed"
        yield "~~Struck~~ words went, **bold** words came, \\[…\\] stands for words that stayed."
    for edit in told:
        yield from _edit(comparison.placed(edit))
    yield "\n".join(f"- {escape(line)}" for line in _closing(comparison, len(diff.edits) - len(told)))


def _lines(comparison: Comparison) -> Iterator[str]:
    yield from page_sentences(comparison.diff)
    yield from comparison.remarks
    yield from (f"{side}: {name}" for side, name in comparison.states)
    inserted, deleted = (changed_words(comparison.diff.edits, op) for op in ("insert", "delete"))
    yield f"+{inserted:,} / -{deleted:,} words"


def _fact_table(comparison: Comparison) -> Iterator[str]:
    yield "| Fact | Before | Now | Section |"
    yield "|---|---|---|---|"
    for fact in map(tell_fact, comparison.diff.facts):
        section = comparison.place(fact.section) if fact.section else ""
        cells = (fact.label, fact.old or "(none)", fact.new or "(removed)", section)
        yield f"| {' | '.join(map(escape, cells))} |"


def _edit(edit: ToldEdit) -> Iterator[str]:
    yield f"### Edit {edit.number}: {escape(edit.place)}"
    yield f"{escape(edit.label)}\\\n{escape(sentence(edit.meaning))}."
    yield f"> {redline_markdown(edit.redline)}"


def _closing(comparison: Comparison, unseen: int) -> Iterator[str]:
    if unseen:
        yield f"{count(unseen, 'cosmetic edit')} not shown."
    rules = worst_rules(comparison.diff.edits)
    if rules:
        yield f"Why {comparison.diff.significance.word}: {'; '.join(rules)}"
    yield NOT_ADVICE
