"""What a date's neighbours change: lists of changes and of earlier versions, news, the running line of a printed document."""

from monitor.dates.bare import nearest_cue
from monitor.dates.context import Context
from monitor.dates.labels import Kind
from monitor.dates.sections import ENTRY_KINDS
from monitor.dates.verdict import REASONS, Claim, Place, Rejection, place_of
from monitor.types import BlockKind

_RUNNING_LINE_WORDS = 16
_ENTRY_WORDS = 1


def judge_in_list(verdict: Claim | Rejection, section: Kind | None) -> Claim | Rejection:
    """What a list's head line changes: entries of a list of changes count as such, earlier versions not at all."""
    context = verdict.context
    listed = context.line.kind in ENTRY_KINDS or (_starts_its_line(context) and not _is_labelled(verdict))
    if section is Kind.PREVIOUS and listed:
        return Rejection(context, REASONS[Kind.PREVIOUS])
    if section is Kind.CHANGELOG and _is_entry(verdict):
        return Claim(context, frozenset(), place_of(context), entry=True)
    return verdict


def _starts_its_line(context: Context) -> bool:
    return context.borrowed or context.before.is_empty


def _is_labelled(verdict: Claim | Rejection) -> bool:
    return isinstance(verdict, Claim) and not verdict.bare


def _is_entry(verdict: Claim | Rejection) -> bool:
    """An entry starts with its date, or says little before it; what its label says otherwise stays said."""
    context = verdict.context
    month = len(context.mention.value) == len("2020-05")
    if context.mention.weak and not (month and context.line.kind is BlockKind.TABLE_ROW):
        return False
    if isinstance(verdict, Claim) and Kind.EFFECTIVE in verdict.kinds:
        return False
    if context.line.kind not in ENTRY_KINDS and _is_labelled(verdict):
        return False
    told_otherwise = isinstance(verdict, Rejection) and verdict.reason in REASONS.values()
    says_little = not told_otherwise and context.before.strange() <= _ENTRY_WORDS
    return context.line.kind is BlockKind.TABLE_ROW or _starts_its_line(context) or says_little


def judge_among_entries(verdict: Claim | Rejection) -> Claim | Rejection:
    """One of several dated entries in a row, each with words of its own, tells news and not the policy's date."""
    if isinstance(verdict, Claim) and verdict.bare and _says_more(verdict.context):
        return Rejection(verdict.context, "one of several dated entries, of what is no list of changes")
    return verdict


def _says_more(context: Context) -> bool:
    return context.after.strange() > 0 or (context.line.kind is BlockKind.TABLE_ROW and context.before.strange() > 0)


def judge_running_line(verdict: Claim | Rejection) -> Claim | Rejection:
    """A short line with a date that comes again and again is the running line of a printed document: its version."""
    context = verdict.context
    year_only = len(context.mention.value) == len("2020")
    if isinstance(verdict, Claim) or year_only or context.line_words > _RUNNING_LINE_WORDS or nearest_cue(context):
        return verdict
    return Claim(context, frozenset({Kind.VERSION}), Place.FOOT)
