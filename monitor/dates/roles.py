"""What a date is: decided by the words around it, then by its place on the page."""

from dataclasses import dataclass

from monitor.dates.bare import judge_bare
from monitor.dates.beside import Label, label_after, label_before
from monitor.dates.context import Context
from monitor.dates.labels import Kind
from monitor.dates.others import told_of_something_else
from monitor.dates.verdict import NOT_A_DATE, REASONS, Claim, Place, Rejection, place_of
from monitor.dates.vocabulary import Words

_SHORT_LINE_WORDS = 14
_LEAD_BEFORE_COLON_WORDS = 4
_EFFECTIVE = frozenset({Kind.EFFECTIVE})
_UNCLEAR = frozenset({Kind.VERSION})


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a sentence says besides label and date: strange words before and after, and whether it names the policy."""

    lead: float
    rest: float
    names_policy: bool

    @property
    def starts(self) -> bool:
        """Whether the label starts its sentence."""
        return self.lead < 1


def judge(context: Context) -> Claim | Rejection:
    """A claim or a rejection by what stands around the date, without regard to the other dates of the page."""
    if context.in_address:
        return Rejection(context, "part of an address or a file name")
    if context.period:
        return Rejection(context, "the beginning or the end of a period")
    if context.follows_date:
        return Rejection(context, "one of several dates in a row")
    label = label_before(context)
    if isinstance(label, Kind):
        return Rejection(context, REASONS[label])
    label = label or label_after(context)
    return _judge_label(context, label) if label else judge_bare(context)


def _judge_label(context: Context, label: Label) -> Claim | Rejection:
    lead = _lead(context, label)
    if reason := told_of_something_else(context, lead, label):
        return Rejection(context, reason)
    subject = _Subject(
        lead.strange(_last_bar(lead)), context.after.strange(), label.names_policy or lead.has(Kind.DOCUMENT)
    )
    if context.mention.weak and not _is_told_plainly(context, subject):
        return Rejection(context, NOT_A_DATE)
    if not _is_believed(context, label, subject):
        if label.kinds <= _UNCLEAR:
            return judge_bare(context)
        return Rejection(context, "the sentence does not say that this text is meant")
    kinds = _EFFECTIVE if label.kinds <= _UNCLEAR and _continues_effective(lead) else label.kinds
    sure = (subject.starts or subject.names_policy) and subject.rest <= 1
    return Claim(context, kinds, place_of(context), label.languages, sure, subject.names_policy)


def _continues_effective(lead: Words) -> bool:
    """Whether a mere "as of" goes on with what was in force: "effective as of A for new riders, as of B for all others"."""
    ends = [match.end for match in lead.matches if match.kind == Kind.EFFECTIVE]
    return bool(ends) and lead.strange(max(ends)) > 0 and "|" not in lead.tokens[max(ends) :]


def _lead(context: Context, label: Label) -> Words:
    """The words of the sentence before the label."""
    end = len(context.sentence.tokens) - len(context.before.tokens) + label.start
    matches = tuple(match for match in context.sentence.matches if match.end <= end)
    return Words(context.sentence.tokens[:end], matches)


def _last_bar(lead: Words) -> int:
    """Where the last part of "Acme Ltd | Terms | Version" starts."""
    return max((position + 1 for position, sign in enumerate(lead.tokens) if sign == "|"), default=0)


def _is_told_plainly(context: Context, subject: _Subject) -> bool:
    """What a number that is a date only perhaps needs: a label that starts the sentence, and nothing after it."""
    short = context.line_words <= _SHORT_LINE_WORDS
    year_only = len(context.mention.value) == len("2020")
    return (subject.starts or short) and not subject.rest and not (year_only and context.after.weight)


def _is_believed(context: Context, label: Label, subject: _Subject) -> bool:
    """Whether a label's sentence speaks of this text: the clearer the label, the less it takes."""
    prominent = place_of(context) is not Place.BODY
    short = context.line_words <= _SHORT_LINE_WORDS
    if Kind.LAST_UPDATED in label.kinds:
        return prominent or short or subject.starts or subject.names_policy
    if label.kinds & {Kind.UPDATED, Kind.EFFECTIVE}:
        little_else = subject.rest <= 1 and not label.gap
        at_the_head = context.head and (short or subject.rest <= 8)
        by_itself = subject.starts and (
            little_else or at_the_head or (prominent and subject.rest <= 3 and not label.gap)
        )
        in_a_short_line = short and prominent and subject.lead <= 3 and subject.rest <= 3 and not label.gap
        return subject.names_policy or by_itself or in_a_short_line
    if Kind.PUBLISHED in label.kinds and label.names_policy and subject.rest <= 1 and not label.gap:
        return True
    if not prominent:
        return subject.starts and subject.rest <= 1 and short and not label.gap
    named = _ends_in_colon(context)
    if label.gap and label.kinds <= _UNCLEAR and not subject.names_policy:
        return False
    by_itself = subject.rest <= 3 and subject.lead <= (_LEAD_BEFORE_COLON_WORDS if named and short else 1)
    return by_itself or (subject.names_policy and short)


def _ends_in_colon(context: Context) -> bool:
    return context.before.tokens[-1:] == (":",)
