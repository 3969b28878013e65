"""What a date is: decided by the words around it, then by its place on the page."""

from dataclasses import dataclass

from monitor.dates.beside import NEGATIVE, Label, label_after, label_before
from monitor.dates.context import Context
from monitor.dates.labels import Kind
from monitor.dates.phrases import Match, is_word
from monitor.dates.sections import ENTRY_KINDS
from monitor.dates.verdict import REASONS, Claim, Place, Rejection, place_of
from monitor.dates.vocabulary import Words
from monitor.types import BlockKind

_CLAUSE_STOPS = frozenset(",;:)")
_FOOTER_STOPS = frozenset("|–—")
_SHORT_LINE_WORDS = 14
_BARE_LINE_WORDS = 9
_BARE_STRANGE_WORDS = 3
_RUNNING_LINE_WORDS = 8
_ENTRY_WORDS = 1
_LEAD_BEFORE_COLON_WORDS = 4
# In these languages "until" stands after its date.
_UNTIL_AFTER = frozenset({"hu", "ja", "ko", "tr", "fi", "hi", "zh"})
# "our 31 August 2023 privacy policy": before a date that is itself a name.
_DETERMINERS = frozenset({"our", "the"})
_EFFECTIVE = frozenset({Kind.EFFECTIVE})
_UNCLEAR = frozenset({Kind.VERSION})
_NOT_A_DATE = "a number that may be something else than a date"


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
    return _judge_label(context, label) if label else _judge_bare(context)


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


def judge_running_line(verdict: Claim | Rejection) -> Claim | Rejection:
    """A short line with a date that comes again and again is the running line of a printed document: its version."""
    context = verdict.context
    year_only = len(context.mention.value) == len("2020")
    if isinstance(verdict, Claim) or year_only or context.line_words > _RUNNING_LINE_WORDS or _nearest_cue(context):
        return verdict
    return Claim(context, frozenset({Kind.VERSION}), Place.FOOT)


def _judge_label(context: Context, label: Label) -> Claim | Rejection:
    lead = _lead(context, label)
    if reason := _told_of_something_else(context, lead, label):
        return Rejection(context, reason)
    subject = _Subject(
        lead.strange(_last_bar(lead)), context.after.strange(), label.names_policy or lead.has(Kind.DOCUMENT)
    )
    if context.mention.weak and not _is_told_plainly(context, subject):
        return Rejection(context, _NOT_A_DATE)
    if not _is_believed(context, label, subject):
        if label.kinds <= _UNCLEAR and _stands_alone(context):
            return Claim(context, frozenset(), place_of(context), bare=True)
        return Rejection(context, "the sentence does not say that this text is meant")
    kinds = _EFFECTIVE if label.kinds <= _UNCLEAR and _continues_effective(lead) else label.kinds
    sure = (subject.starts or subject.names_policy) and subject.rest <= 1
    return Claim(context, kinds, place_of(context), label.languages, sure, subject.names_policy)


def _told_of_something_else(context: Context, lead: Words, label: Label) -> str:
    cue = _other_subject(context.sentence, lead, label)
    if cue:
        return REASONS[cue]
    if _until_follows(context.after):
        return REASONS[Kind.UNTIL]
    if _names_a_version(context):
        return REASONS[Kind.PREVIOUS]
    of_a_part = place_of(context) is Place.BODY and context.sentence.has(Kind.PART)
    return "belongs to a part of the page" if of_a_part else ""


def _names_a_version(context: Context) -> bool:
    """Whether the date only tells one version from others: "we have updated our 31 August 2023 privacy policy"."""
    named = any(match.start == 0 and match.kind == Kind.DOCUMENT for match in context.after.matches)
    return named and context.before.tokens[-1:] != () and context.before.tokens[-1] in _DETERMINERS


def _continues_effective(lead: Words) -> bool:
    """Whether a mere "as of" goes on with what was in force: "effective as of A for new riders, as of B for all others"."""
    ends = [match.end for match in lead.matches if match.kind == Kind.EFFECTIVE]
    return bool(ends) and lead.strange(max(ends)) > 0 and "|" not in lead.tokens[max(ends) :]


def _lead(context: Context, label: Label) -> Words:
    """The words of the sentence before the label."""
    end = len(context.sentence.tokens) - len(context.before.tokens) + label.start
    matches = tuple(match for match in context.sentence.matches if match.end <= end)
    return Words(context.sentence.tokens[:end], matches)


def _other_subject(sentence: Words, lead: Words, label: Label) -> Kind | None:
    """What else than the policy the sentence is about: the nearest such word, unless a new clause names the policy after it."""
    cues = [match for match in lead.matches if match.kind in NEGATIVE]
    if not cues:
        return None
    last = max(cues, key=lambda match: match.end)
    named = [match.start for match in lead.matches if match.kind == Kind.DOCUMENT]
    if label.names_policy:
        named.append(len(sentence.tokens))
    if any(not _CLAUSE_STOPS.isdisjoint(sentence.tokens[last.end : start]) for start in named):
        return None
    if last.kind == Kind.PREVIOUS and _goes_on_with_itself(sentence, last, label):
        return None
    if last.kind == Kind.COPYRIGHT and not _FOOTER_STOPS.isdisjoint(lead.tokens[last.end :]):
        return None
    return Kind(last.kind)


def _goes_on_with_itself(sentence: Words, previous: Match, label: Label) -> bool:
    """Whether a sentence turns back to its subject: "these terms replace all earlier ones and apply from"."""
    joins = [match for match in sentence.matches if match.kind == Kind.JOIN and match.start >= previous.end]
    named = [match.start for match in sentence.matches if match.kind == Kind.DOCUMENT]
    if not joins or not named or Kind.EFFECTIVE not in label.kinds:
        return False
    return named[0] < previous.start and named[-1] < joins[-1].start


def _last_bar(lead: Words) -> int:
    """Where the last part of "Acme Ltd | Terms | Version" starts."""
    return max((position + 1 for position, sign in enumerate(lead.tokens) if sign == "|"), default=0)


def _until_follows(after: Words) -> bool:
    first = [match for match in after.matches if match.start == 0 and match.kind == Kind.UNTIL]
    return any(match.language in _UNTIL_AFTER for match in first)


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
    named = context.before.tokens[-1:] == (":",)
    by_itself = subject.rest <= 3 and subject.lead <= (_LEAD_BEFORE_COLON_WORDS if named and short else 1)
    return by_itself or (subject.names_policy and short)


def _judge_bare(context: Context) -> Claim | Rejection:
    """A date without a label counts when it stands almost alone at the head or the foot of the page."""
    cue = _nearest_cue(context)
    if cue:
        return Rejection(context, REASONS[cue])
    if context.mention.weak and (context.line_words > 2 or len(context.mention.value) != len("2020-05-31")):
        return Rejection(context, _NOT_A_DATE)
    if _stands_alone(context):
        return Claim(context, frozenset(), place_of(context), bare=True)
    return Rejection(context, "nothing beside it says that it is the date of this text")


def _stands_alone(context: Context) -> bool:
    """Whether little but the date is on its line, at the very head or the foot of the page."""
    others = context.after.strange() + (0 if context.borrowed else context.before.strange())
    at_the_edge = context.line.row < (10 if others < 1 else 6) if context.head else context.foot
    return others <= _BARE_STRANGE_WORDS and context.line_words <= _BARE_LINE_WORDS and at_the_edge


def _nearest_cue(context: Context) -> Kind | None:
    after = context.after
    cues = [match for match in context.sentence.matches if match.kind in REASONS]
    cues += [match for match in after.matches if match.kind in NEGATIVE and _speaks_of_the_date(after, match)]
    return Kind(cues[-1].kind) if cues else None


def _speaks_of_the_date(after: Words, match: Match) -> bool:
    """In "5 May 2020 (archived)" it does; "5 May 2020 (view archived versions)" only leads elsewhere."""
    return match.kind != Kind.PREVIOUS or not any(is_word(token) for token in after.tokens[: match.start])
