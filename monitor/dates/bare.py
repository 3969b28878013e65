"""A date without a label: it counts when it stands almost alone at the head or the foot of the page."""

from monitor.dates.beside import NEGATIVE
from monitor.dates.context import Context
from monitor.dates.labels import Kind
from monitor.dates.phrases import Match, is_word
from monitor.dates.verdict import NOT_A_DATE, REASONS, Claim, Rejection, place_of
from monitor.dates.vocabulary import Words

_LINE_WORDS = 9
_STRANGE_WORDS = 3
_NAME_WORDS = 1
_SIGNATURE_WORDS = 5


def judge_bare(context: Context) -> Claim | Rejection:
    """A date without a label counts when it stands almost alone at the head or the foot of the page."""
    cue = nearest_cue(context)
    if cue:
        return Rejection(context, REASONS[cue])
    if context.mention.weak and (context.line_words > 2 or len(context.mention.value) != len("2020-05-31")):
        return Rejection(context, NOT_A_DATE)
    if context.clock:
        return Rejection(context, "a moment that a machine printed, not the policy's date")
    if _is_called_otherwise(context):
        return Rejection(context, "what stands before it says that it is the date of something else")
    if _stands_alone(context):
        return Claim(context, frozenset(), place_of(context), bare=True)
    return Rejection(context, "nothing beside it says that it is the date of this text")


def _is_called_otherwise(context: Context) -> bool:
    """Whether unknown words lead to the date, as a label or a sentence does: "Maintenance: 5 May", "the winner is drawn on 5 May".

    In a place or a name before a date a sign stands between: "Geneva, 5 May", "Acme Ltd | 5 May".
    """
    if context.borrowed or context.before.strange() <= _NAME_WORDS:
        return False
    words, end, signs = context.before, len(context.before.tokens), ""
    small = {match.end: match.start for match in words.matches if match.kind in (Kind.FILLER, Kind.VERSION)}
    while end and (end in small or not is_word(words.tokens[end - 1])):
        signs += "" if end in small else words.tokens[end - 1]
        end = small.get(end, end - 1)
    return not signs or ":" in signs


def _stands_alone(context: Context) -> bool:
    """Whether little but the date is on its line, at the very head or the foot of the page."""
    before, after = 0 if context.borrowed else context.before.strange(), context.after.strange()
    if not after and context.before.tokens[-1:] == (",",) and context.ends_page:
        return before <= _SIGNATURE_WORDS  # "Acme and Sons, Solicitors, Leeds, March 2021"
    others = before + after
    at_the_edge = context.foot or (context.head and context.line.row < (10 if others < 1 else 6))
    return others <= _STRANGE_WORDS and context.line_words <= _LINE_WORDS and at_the_edge


def nearest_cue(context: Context) -> Kind | None:
    after = context.after
    cues = [match for match in context.sentence.matches if match.kind in REASONS]
    cues += [match for match in after.matches if match.kind in NEGATIVE and _speaks_of_the_date(after, match)]
    return Kind(cues[-1].kind) if cues else None


def _speaks_of_the_date(after: Words, match: Match) -> bool:
    """In "5 May 2020 (archived)" it does; "5 May 2020 (view archived versions)" only leads elsewhere."""
    return match.kind != Kind.PREVIOUS or not any(is_word(token) for token in after.tokens[: match.start])
