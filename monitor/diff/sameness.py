"""Two texts that say the same in another form: hidden addresses, running clocks, dates in another notation, typing slips."""

import re

from rapidfuzz.distance import OSA

from monitor.diff.quantities import without
from monitor.diff.revision import Revision, Run
from monitor.diff.tables import lexicon
from monitor.diff.wording import meaning_words
from monitor.types import EditKind

_HIDDEN_FORM = (
    r"\[{0,2}\s?(?:e-?mail[\s\xa0]protected|protected[\s\xa0]e-?mail)\]?[\w.@-]{0,60}(?:\(/cdn-cgi/[^)]{0,100}\))?"
)
_SHOWN_FORM = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}(?:\]\(mailto:[^)]{0,100}\))?"
_HIDDEN = re.compile(_HIDDEN_FORM, re.IGNORECASE)
_SLOT = re.compile(f"{_HIDDEN_FORM}|{_SHOWN_FORM}", re.IGNORECASE)
_CLOCK = re.compile(
    r"\b(?:\d{1,4}|an?|one|a few|over an?|about an?) (?:second|minute|hour|day|week|month|year)s? ago\b|\byesterday\b|\bjust now\b"
    r"|\bil y a (?:un|une|\d{1,4}) \w{1,12}|\bvor (?:\d{1,4}|eine[mr]) \w{1,12}|\bhace (?:\d{1,4}|una?) \w{1,12}",
    re.IGNORECASE,
)
_MONTHS = {name: number for number, names in enumerate(
    ("jan enero gennaio", "feb fév febrero", "mar mär", "apr avr abr", "may mai mag", "jun juin giu", "jul juil lug", "aug août ago", "sep set", "oct okt ott", "nov", "dec dez déc dic"), start=1,
) for name in names.split()}  # fmt: skip
_LEADING = re.compile(r"^[(\[]?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[a-zA-Z]|[ivxIVX]{1,5})[.)\]]{1,2}\s+")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)[\s©]{0,3}(?:\d{4}(?:\s?[-–,]\s?\d{4})?)?", re.IGNORECASE)
_TOKEN = re.compile(r"(?=[a-z]{0,40}\d)[0-9a-z]{12,80}")
_FEW = 40
_LINE_WORDS = 14
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
    """The same words run together or apart (web site, website); figures never."""
    if any(not word.isalpha() for word in revision.changed_words):
        return False
    return "".join(meaning_words(revision.old)) == "".join(meaning_words(revision.new))


def is_hidden_address(revision: Revision) -> bool:
    """Equal but for e-mail addresses that one side hides from robots; an address that both sides show must be the same."""
    if not (_HIDDEN.search(revision.old) or _HIDDEN.search(revision.new)):
        return False
    old, new = ([match[0] for match in _SLOT.finditer(text)] for text in (revision.old, revision.new))
    if len(old) != len(new) or any(
        a != b and not _HIDDEN.match(a) and not _HIDDEN.match(b) for a, b in zip(old, new, strict=True)
    ):
        return False
    return meaning_words(_SLOT.sub(" ", revision.old)) == meaning_words(_SLOT.sub(" ", revision.new))


def is_running_clock(revision: Revision) -> bool:
    """A short line, equal once relative times are blanked out; in a longer text these may be deadlines."""
    if not (_CLOCK.search(revision.old) or _CLOCK.search(revision.new)):
        return False
    old, new = (meaning_words(_CLOCK.sub(" ", text)) for text in (revision.old, revision.new))
    return old == new and len(old) <= _LINE_WORDS


def is_same_date(revision: Revision) -> bool:
    """The same words and, written in another way, the same dates."""
    old, new = ([mention for mention in side if mention.type == "date"] for side in revision.quantities)
    if not old or len(old) != len(new) or any(not same_date(a.text, b.text) for a, b in zip(old, new, strict=True)):
        return False
    return meaning_words(without(revision.old, old)) == meaning_words(without(revision.new, new))


def same_date(old: str, new: str) -> bool:
    """True when both can only be the same day; two readings of one notation (3/4/2025) are never taken for equal."""
    return bool(parts := _date_parts(old)) and parts == _date_parts(new)


def _date_parts(text: str) -> tuple[int, ...]:
    """Year, month, day as far as stated; empty when the order of figures is not certain."""
    words = re.findall(r"\d+|[^\W\d_]+", text.casefold())
    figures = [int(word) for word in words if word.isdigit()]
    month = next((number for word in words for name, number in _MONTHS.items() if word.startswith(name)), 0)
    year = next((figure for figure in figures if figure > 999), 0)
    rest = [figure for figure in figures if figure <= 999]
    if month:
        return (year, month, *rest)
    if len(rest) != 2:
        return ()
    if words[0] == str(year):
        return (year, *rest)
    day = max(rest)
    return (year, min(rest), day) if day > 12 or rest[0] == rest[1] else ()


def is_renumbered(revision: Revision) -> bool:
    """Equal once numbers of sections, versions and copyright years are blanked out."""
    if revision.one_sided or len(revision.changed_words) > _FEW:
        return False
    return _without_numbering(revision.old) == _without_numbering(revision.new)


def _without_numbering(text: str) -> list[str]:
    """The words; of a number after `section`, `version` and the like, and of a leading number, nothing."""
    words = meaning_words(_COPYRIGHT.sub(" ", _LEADING.sub("", text)))
    references = lexicon("words", "reference")
    pairs = zip(["", *words], words, strict=False)
    return [word for before, word in pairs if not (word[0].isdigit() and references.has([before]))]


def is_token(revision: Revision) -> bool:
    """Only long identifiers outside of sentences (trace numbers, hashes) changed."""
    return (
        bool(revision.changed_words)
        and not revision.prose
        and all(_TOKEN.fullmatch(word) for word in revision.changed_words)
    )


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


def is_typo(revision: Revision) -> bool:
    """Each changed word is one slip away from its partner, and one of the two is a word that the other document does not know."""
    return bool(revision.runs) and all(is_slip(run, revision) for run in revision.runs)


def is_slip(run: Run, revision: Revision) -> bool:
    joined = "".join(run.gone)
    if joined == "".join(run.come) and joined.isalpha():
        return True
    if len(run.gone) != 1 or len(run.come) != 1:
        return False
    gone, come = run.gone[0], run.come[0]
    return near(gone, come) and (gone in revision.strange) != (come in revision.strange)


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
