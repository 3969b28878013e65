"""The label beside a date: what the words directly before or after it call it."""

from dataclasses import dataclass, replace

from monitor.dates.context import Context
from monitor.dates.labels import Kind
from monitor.dates.phrases import Match, is_word, word_weight
from monitor.dates.verdict import REASONS
from monitor.dates.vocabulary import Words

NEGATIVE = tuple(kind for kind in REASONS if kind is not Kind.UNTIL)
"""Kinds of phrases that say that a sentence is about something else than the policy."""
_LABELS = (Kind.LAST_UPDATED, Kind.UPDATED, Kind.EFFECTIVE, Kind.PUBLISHED, Kind.VERSION)
_AFTER_LABELS = {
    Kind.UPDATED_AFTER: Kind.UPDATED,
    Kind.PUBLISHED_AFTER: Kind.PUBLISHED,
    Kind.EFFECTIVE_AFTER: Kind.EFFECTIVE,
}
# Where nothing else follows a date, what else stands before dates may follow it too: "5 May (date of the last change)".
_ALONE_AFTER_LABELS = _AFTER_LABELS | {Kind.LAST_UPDATED: Kind.LAST_UPDATED, Kind.EFFECTIVE: Kind.EFFECTIVE}
_PASSING = (Kind.DOCUMENT, Kind.FILLER, Kind.JOIN)
# Which of several equally long phrases is read first.
_PRECEDENCE = {kind: rank for rank, kind in enumerate((*_LABELS, Kind.UNTIL, *NEGATIVE, *_PASSING))}
_STOPS = frozenset(";?!")
_JOINING_SIGNS = frozenset("/&+:,(|")
_JOINING_AFTER = (("・",), ("/",), ("&",))
# How many strange words may stand between a label and its date: more when they name the policy, or end in a colon.
_GAP_WORDS = 2
_GAP_WORDS_IN_A_NAME = 4
_GAP_WORDS_BEFORE_COLON = 5
_AFTER_LABEL_WORDS = 1  # "21 October: updated opening hours" is news of something else


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says, where its chain of words starts in `Context.before`, and where that chain names the policy, nearest to the date.

    `gap` counts the strange words between the label and its date.
    """

    kinds: frozenset[Kind]
    start: int
    languages: frozenset[str]
    gap: float = 0
    named_at: int | None = None

    @property
    def names_policy(self) -> bool:
        return self.named_at is not None


def label_before(context: Context) -> Label | Kind | None:
    """The label before a date; or the kind of phrase that stands there instead of one and says why the date is not the policy's.

    Reads leftwards from the date, over small words, the policy's names and a few strange words; labels joined by "and"
    or a sign share the date.
    """
    words = context.before
    limit = _GAP_WORDS_BEFORE_COLON if words.tokens[-1:] == (":",) else _GAP_WORDS
    found: list[Match] = []
    strange, gap, position, start = 0.0, 0.0, len(words.tokens), len(words.tokens)
    named_at: int | None = None
    while position > 0 and strange <= limit:
        match = _longest(words, position)
        if match is None:
            token = words.tokens[position - 1]
            if token in _STOPS or (is_word(token) and _is_clear(found)):
                break
            strange += word_weight(token)
            position -= 1
            continue
        if match.kind in _LABELS:
            if found and (not _are_joined(words, match, found[-1]) or _is_of_the_date_before(context, match)):
                break
            gap = gap if found else strange
            found.append(match)
        elif match.kind not in _PASSING:
            if not found and (match.kind != Kind.UNTIL or not strange):
                return Kind(match.kind)
            break
        start = match.start if match.kind in _LABELS or not strange else start
        if match.kind == Kind.DOCUMENT:
            named_at = match.start if named_at is None else named_at
            limit = max(limit, _GAP_WORDS_IN_A_NAME)
        position = match.start
    if not found or (context.mention.weak and gap):
        return None
    return Label(_kinds(found), start, frozenset(match.language for match in found), gap, named_at)


def label_after(context: Context) -> Label | None:
    """A label that follows its date, on the same line or alone on the next, unless it already belongs to another date."""
    on_next_line = context.below is not None and not context.after.weight
    words = context.below if context.below is not None and on_next_line else context.after
    label = _first_label(words)
    if label is None or words.tokens[label.end : label.end + 1] == (":",):
        return None
    if any(match.kind in NEGATIVE for match in words.matches):
        return None
    if words.strange(label.end) > (0 if on_next_line else _AFTER_LABEL_WORDS) and not _is_unspaced(words, label):
        return None
    if context.has_next and not words.strange(label.end) and not _next_has_its_own(words, label):
        return None
    kinds = frozenset(_ALONE_AFTER_LABELS[Kind(match.kind)] for match in (label, *_joined_after(words, label)))
    return Label(kinds, len(context.before.tokens), languages=frozenset({label.language}))


def _is_unspaced(words: Words, label: Match) -> bool:
    """Whether the label is of a script without spaces, in which its verb goes on behind it."""
    return word_weight(words.tokens[label.start]) < 1


def _is_of_the_date_before(context: Context, label: Match) -> bool:
    """Whether a label directly follows an earlier date: the first of "on 5 May updated and in force from 6 June"."""
    follows_a_date = label.start == 0 and len(context.sentence.tokens) > len(context.before.tokens)
    return follows_a_date and any(match.start == 0 and match.kind in _AFTER_LABELS for match in context.before.matches)


def _next_has_its_own(words: Words, label: Match) -> bool:
    """Whether "and" and another label stand between a label behind its date and the next date."""
    joins = [match.end for match in words.matches if match.kind == Kind.JOIN and match.start == label.end]
    return any(match.start == end and match.kind in _LABELS for match in words.matches for end in joins)


def _joined_after(words: Words, label: Match) -> list[Match]:
    """The labels that directly follow one behind a date and share it: 改定・施行."""
    joined = words.tokens[label.end : label.end + 1] in _JOINING_AFTER
    start = label.end + 1 if joined else label.end
    return [match for match in words.matches if match.start == start and match.kind in _AFTER_LABELS]


def _is_clear(found: list[Match]) -> bool:
    """Whether the labels found so far say more than "version" or "dated"."""
    return any(label.kind != Kind.VERSION for label in found)


def _are_joined(words: Words, left: Match, right: Match) -> bool:
    """Whether two labels share a date: "updated and effective", "updated/effective", "updated: effective"."""
    between = words.tokens[left.end : right.start]
    by_word = any(match.kind == Kind.JOIN and left.end <= match.start < right.start for match in words.matches)
    return not between or by_word or not _JOINING_SIGNS.isdisjoint(between) or right.kind == Kind.VERSION


def _longest(words: Words, end: int) -> Match | None:
    """The longest phrase that ends at a word; a label reads as the longest label that reaches into it."""
    ending = [match for match in words.matches if match.end == end and match.kind in _PRECEDENCE]
    longest = min(ending, key=lambda match: (match.start, _PRECEDENCE[Kind(match.kind)]), default=None)
    if longest is None or longest.kind not in _LABELS:
        return longest
    over = [match for match in words.matches if match.kind in _LABELS and match.start < longest.start < match.end]
    widest = min(over, key=lambda match: (match.start, _PRECEDENCE[Kind(match.kind)]), default=longest)
    return replace(widest, end=longest.end)


def _kinds(found: list[Match]) -> frozenset[Kind]:
    """What the labels say together; "version" and "published" step back behind a clearer word."""
    kinds = {Kind(match.kind) for match in found}
    if kinds & {Kind.LAST_UPDATED, Kind.UPDATED, Kind.EFFECTIVE}:
        kinds.discard(Kind.VERSION)
    if kinds & {Kind.LAST_UPDATED, Kind.UPDATED}:
        kinds.discard(Kind.PUBLISHED)
    return frozenset(kinds)


def _first_label(words: Words) -> Match | None:
    """The longest label that only small words separate from the date before it."""
    position = 0
    alone = not words.strange()
    while position < len(words.tokens):
        here = [match for match in words.matches if match.start == position]
        labels = [match for match in here if match.kind in (_AFTER_LABELS if not alone else _ALONE_AFTER_LABELS)]
        if labels:
            return max(labels, key=lambda match: match.end)
        passing = [match.end for match in here if match.kind in _PASSING]
        if not passing and is_word(words.tokens[position]):
            return None
        position = max(passing, default=position + 1)
    return None
