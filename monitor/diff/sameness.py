"""Two texts that say the same in another dress: one test for each dress. All but `is_typo` look at whole texts and give both orders one answer."""

import re
from collections.abc import Sequence
from itertools import groupby

from rapidfuzz.distance import OSA

from monitor.diff.clocks import is_clock_line, is_counter_line, without_clocks, without_counters, without_identifiers
from monitor.diff.days import dated_words
from monitor.diff.debris import targets, without_debris
from monitor.diff.quantities import without
from monitor.diff.references import is_version_line, without_marks, without_references
from monitor.diff.revision import Revision, Run
from monitor.diff.spelling import are_two_words
from monitor.diff.wording import letters, meaning_words
from monitor.types import BlockKind, EditKind

_HIDDEN_CORE = r"\[{0,2}\s?(?:e-?mail[\s\xa0]protected|protected[\s\xa0]e-?mail)\]?"
_TARGET = r"(?:\(/cdn-cgi/[^)]{0,100}\))?"
_SHOWN = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}(?:\]\(mailto:[^)]{0,100}\))?"
# Letters stuck to a hidden address belong to it (`conta[email protected]`) or to the next word (`[email protected]or`).
_HIDDEN_FORMS = (
    rf"{_HIDDEN_CORE}[\w.@-]{{0,60}}{_TARGET}",
    rf"{_HIDDEN_CORE}{_TARGET}",
    rf"(?<![\w.+-])[\w.+-]{{0,60}}{_HIDDEN_CORE}[\w.@-]{{0,60}}{_TARGET}",
    rf"(?<![\w.+-])[\w.+-]{{0,60}}{_HIDDEN_CORE}{_TARGET}",
)
_HIDDEN = re.compile(_HIDDEN_CORE, re.IGNORECASE)
_SLOTS = tuple(re.compile(rf"{form}|{_SHOWN}", re.IGNORECASE) for form in _HIDDEN_FORMS)
_FEW = 40
_LONG_ENOUGH = 5
_STEM = 4


def is_moved(revision: Revision) -> bool:
    return revision.kind is EditKind.MOVE and not revision.runs


def is_same_words(revision: Revision) -> bool:
    return not revision.runs and not revision.reordered


def is_said_elsewhere(revision: Revision) -> bool:
    """All words that changed here stand in the other document too, in runs long enough to be the same passage."""
    return not revision.runs


def is_same_letters(revision: Revision) -> bool:
    """The same words run together or apart (web site, website); two figures never."""
    return not revision.runs and letters(meaning_words(revision.old)) == letters(meaning_words(revision.new))


def is_hidden_address(revision: Revision) -> bool:
    """Equal but for e-mail addresses that one side hides from robots; an address that both sides show must be the same."""
    if not (_HIDDEN.search(revision.old) or _HIDDEN.search(revision.new)):
        return False
    return any(_same_but_for_hidden(revision, slot) for slot in _SLOTS)


def _same_but_for_hidden(revision: Revision, slot: re.Pattern[str]) -> bool:
    old, new = ([match[0] for match in slot.finditer(text)] for text in (revision.old, revision.new))
    if len(old) != len(new) or any(
        a != b and not _HIDDEN.search(a) and not _HIDDEN.search(b) for a, b in zip(old, new, strict=True)
    ):
        return False
    return _undressed(slot.sub(" ", revision.old)) == _undressed(slot.sub(" ", revision.new))


def is_running_clock(revision: Revision) -> bool:
    """Equal but for relative times after `updated` and the like, or alone on a line; elsewhere these may be deadlines."""
    if revision.one_sided:
        return is_clock_line(revision.old or revision.new)
    return without_clocks(revision.old) == without_clocks(revision.new)


def is_counter(revision: Revision) -> bool:
    """Equal but for counts of the page: vendors of its consent layer, readers, comments. Never in a list or a table of the policy."""
    if any(block.kind in {BlockKind.LIST_ITEM, BlockKind.TABLE_ROW} for block in revision.blocks):
        return False
    if revision.one_sided:
        return is_counter_line(revision.old or revision.new)
    return without_counters(revision.old) == without_counters(revision.new)


def is_identifier(revision: Revision) -> bool:
    """Equal but for identifiers of the visit or the build (trace numbers, hashes), and no sentence."""
    if revision.prose or revision.one_sided:
        return False
    return without_identifiers(revision.old) == without_identifiers(revision.new)


def is_same_date(revision: Revision) -> bool:
    """The same words and, written in another way, the same dates."""
    old, new = dated_words(revision.old), dated_words(revision.new)
    return old == new and old != meaning_words(revision.old)


def is_renumbered(revision: Revision) -> bool:
    """Equal but for marks before clauses, years of copyright, the number of the version, and references that follow their clause."""
    if revision.one_sided or len(revision.changed_words) > _FEW:
        return False
    if meaning_words(without_marks(revision.old)) == meaning_words(without_marks(revision.new)):
        return True
    return (revision.references_hold or is_version_line(revision.new)) and is_other_reference(revision)


def is_other_reference(revision: Revision) -> bool:
    """Only the number of a clause that the text refers to changed."""
    return not revision.one_sided and without_references(revision.old) == without_references(revision.new)


def is_markup(revision: Revision) -> bool:
    """Equal once markup that was printed by mistake is read as markup; what it leads to must not differ."""
    if targets(revision.old) and targets(revision.new) and targets(revision.old) != targets(revision.new):
        return False
    old, new = without_debris(revision.old), without_debris(revision.new)
    return (old, new) != (revision.old, revision.new) and letters(meaning_words(old)) == letters(meaning_words(new))


def is_other_dress(revision: Revision) -> bool:
    """Equal once markup, marks, notation of dates and joints of words are all taken off."""
    before, after = targets(revision.old), targets(revision.new)
    return (before == after or not (before and after)) and _undressed(revision.old) == _undressed(revision.new)


def _undressed(text: str) -> str:
    return letters(dated_words(without_marks(without_debris(text))))


def is_same_site(revision: Revision) -> bool:
    """Only the paths of links changed: each still leads to the host it led to."""
    old, new = ([mention for mention in side if mention.type == "url"] for side in revision.quantities)
    if not old or [_host(mention.text) for mention in old] != [_host(mention.text) for mention in new]:
        return False
    return meaning_words(without(revision.old, old)) == meaning_words(without(revision.new, new))


def _host(url: str) -> str:
    return (
        url.casefold().partition("://")[2].removeprefix("www.").partition("/")[0]
        if "://" in url
        else url.casefold().removeprefix("www.").partition("/")[0]
    )


def is_doubled_word(revision: Revision) -> bool:
    """Equal once a word that was typed twice is read once: "you can can reach us"."""
    old, new = meaning_words(revision.old), meaning_words(revision.new)
    return not revision.one_sided and old != new and _once(old) == _once(new)


def _once(words: Sequence[str]) -> list[str]:
    return [word for word, _ in groupby(words)]


def is_typo(revision: Revision) -> bool:
    """Each changed word is one slip away from its partner, and one of the two is a word that the other document does not know."""
    return bool(revision.runs) and all(is_slip(run, revision) for run in revision.runs)


def is_slip(run: Run, revision: Revision) -> bool:
    if len(run.gone) != 1 or len(run.come) != 1:
        return False
    gone, come = run.gone[0], run.come[0]
    return (
        near(gone, come) and not are_two_words(gone, come) and (gone in revision.strange) != (come in revision.strange)
    )


def near(one: str, other: str) -> bool:
    """One letter added, lost, changed or swapped with its neighbour, in a word long enough to tell; never employer and employee."""
    if (
        min(len(one), len(other)) < _LONG_ENOUGH
        or not (one + other).isalpha()
        or {one[-2:], other[-2:]} == {"er", "ee"}
    ):
        return False
    return OSA.distance(one, other, score_cutoff=1) <= 1


def same_stem(one: str, other: str) -> bool:
    """Two forms of one word: share, shared, sharing; not employer, employee."""
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    endings = {one[shared:], other[shared:]}
    return shared >= _STEM and endings <= _ENDINGS


_ENDINGS = {"", "s", "es", "ed", "d", "ing", "e", "'s", "y", "ies", "ly", "'"}
