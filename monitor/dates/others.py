"""What else than the policy a labelled date may belong to, by the words of its sentence."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from monitor.dates.beside import NEGATIVE, Label
from monitor.dates.context import Context
from monitor.dates.labels import Kind
from monitor.dates.phrases import Match, cut, is_word
from monitor.dates.verdict import REASONS, Place, place_of
from monitor.dates.vocabulary import HARMLESS, Words

_CLAUSE_STOPS = frozenset(",;:)")
_FOOTER_STOPS = frozenset("|–—")
# In these languages "until" stands after its date.
_UNTIL_AFTER = frozenset({"hu", "ja", "ko", "tr", "fi", "hi", "zh"})
# "our 31 August 2023 privacy policy": before a date that is itself a name.
_DETERMINERS = frozenset({"our", "the"})
_REMARKS = frozenset(",(")


def told_of_something_else(context: Context, lead: Words, label: Label) -> str:
    """Why the date is not the policy's, in words; empty when nothing says so. `lead` is the sentence before the label."""
    cue = _other_subject(context, lead, label)
    if cue:
        return REASONS[cue]
    if _until_follows(context.after):
        return REASONS[Kind.UNTIL]
    if _names_a_version(context):
        return REASONS[Kind.PREVIOUS]
    if _is_of_another_document(context, lead, label):
        return "belongs to another document, which this one only names"
    of_a_part = place_of(context) is Place.BODY and context.sentence.has(Kind.PART)
    return "belongs to a part of the page" if of_a_part else ""


def _other_subject(context: Context, lead: Words, label: Label) -> Kind | None:
    """What else than the policy the sentence is about: the nearest such word, unless a new clause names the policy after it."""
    sentence = context.sentence
    named_whole = [match for match in lead.matches if match.kind == Kind.DOCUMENT]
    cues = [match for match in lead.matches if match.kind in NEGATIVE and not _is_within(match, named_whole)]
    if not cues:
        return None
    last = max(cues, key=lambda match: match.end)
    named = [match.start for match in named_whole]
    if label.named_at is not None:
        named.append(len(sentence.tokens) - len(context.before.tokens) + label.named_at)
    if any(not _CLAUSE_STOPS.isdisjoint(sentence.tokens[last.end : start]) for start in named):
        return None
    if last.kind == Kind.PREVIOUS and _goes_on_with_itself(sentence, last, label):
        return None
    if last.kind == Kind.COPYRIGHT and not _FOOTER_STOPS.isdisjoint(lead.tokens[last.end :]):
        return None
    return Kind(last.kind)


def _is_within(cue: Match, names: Sequence[Match]) -> bool:
    """Whether a cue is only a part of the policy's name, such as the "regulations" of "these regulations"."""
    return any(
        name.start <= cue.start and cue.end <= name.end and name.end - name.start > cue.end - cue.start
        for name in names
    )


def _goes_on_with_itself(sentence: Words, previous: Match, label: Label) -> bool:
    """Whether a sentence turns back to its subject: "these terms replace all earlier ones and apply from"."""
    joins = [match for match in sentence.matches if match.kind == Kind.JOIN and match.start >= previous.end]
    named = [match.start for match in sentence.matches if match.kind == Kind.DOCUMENT]
    if not joins or not named or Kind.EFFECTIVE not in label.kinds:
        return False
    return named[0] < previous.start and named[-1] < joins[-1].start


def _until_follows(after: Words) -> bool:
    first = [match for match in after.matches if match.start == 0 and match.kind == Kind.UNTIL]
    return any(match.language in _UNTIL_AFTER for match in first)


def _names_a_version(context: Context) -> bool:
    """Whether the date only tells one version from others: "we have updated our 31 August 2023 privacy policy"."""
    named = any(match.start == 0 and match.kind == Kind.DOCUMENT for match in context.after.matches)
    return named and context.before.tokens[-1:] != () and context.before.tokens[-1] in _DETERMINERS


def _is_of_another_document(context: Context, lead: Words, label: Label) -> bool:
    """Whether what is dated has a name that the page does not go by: the policy of someone else, or another agreement.

    That is asked of a remark between commas or brackets ("the Partner Agreement, effective 5 May"), and of an owner in the
    genitive ("Acme's privacy policy was updated").
    """
    words = context.sentence
    documents = [match for match in words.matches if match.kind == Kind.DOCUMENT]
    if label.named_at is not None:
        first = len(words.tokens) - len(context.before.tokens) + label.named_at
    else:
        first = max((match.start for match in documents if match.end <= len(lead.tokens)), default=0)
    covered = {place for match in documents for place in range(match.start, match.end)}
    while first - 1 in covered:
        first -= 1
    owned = words.tokens[first - 1 : first] == ("s",)
    if not owned and not _in_a_remark(words, first, lead, covered):
        return False
    return _is_a_strange_name(context, first - 1 - owned)


def _in_a_remark(words: Words, first: int, lead: Words, covered: AbstractSet[int]) -> bool:
    """Whether a comma or a bracket parts the document's name from its label."""
    end = first
    while end in covered:
        end += 1
    return not _REMARKS.isdisjoint((*words.tokens[end : end + 1], *lead.tokens[-1:]))


def _is_a_strange_name(context: Context, place: int) -> bool:
    """Whether the word at a place of the sentence is a name, and none that the page's head and foot know."""
    words = context.sentence
    small = any(match.start <= place < match.end for match in words.matches if match.kind in HARMLESS)
    if place < 0 or small or not is_word(words.tokens[place]):
        return False
    return words.tokens[place] not in cut(context.page.edges(context.line))
