"""What a page renders anew at every visit: how long ago, how many, which trace, which build. `rules/clocks.yaml` holds the words.

Each function here gives the words of a text without such things, where they are surely that: a clock after a stamp ("updated 5 days ago")
or alone, a count of the page's readers or vendors, an identifier of the visit. The same words within a sentence are deadlines and
promises, and stay.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from monitor.diff.rule_files import table
from monitor.diff.tables import lexicon
from monitor.diff.wording import meaning_words

_PIECE = re.compile(r"\s[-–—/]\s|[\n|·•]|(?<=[.!?])\s")
# A longer piece of text is a sentence.
_PIECE_WORDS = 16
_AFTER_STAMP = 6
_NUMBER, _UNIT = "{n}", "{unit}"
_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
_HEXADECIMAL = re.compile(r"[0-9a-f]{12,80}")
_ALPHANUMERIC = re.compile(r"[0-9a-z]{16,80}")
_CARD_DIGITS = 16  # phone numbers have at most 15
_TURN = re.compile(r"(?<=[0-9])(?=[a-z])|(?<=[a-z])(?=[0-9])")
_IDENTIFIER = re.compile(r"(?=[a-z]{0,20}[0-9])[0-9a-z.,]{1,80}")
_NOUN_LETTERS = 3

Form = tuple[str, ...]


def without_clocks(text: str) -> list[str]:
    """The words, clocks left out."""
    return [word for words in _pieces(text) for word in _clockless(words)]


def without_counters(text: str) -> list[str]:
    """The words, counts of the page left out."""
    return [word for words in _pieces(text) for word in _uncounted(words)]


def is_clock_line(text: str) -> bool:
    """A clock with its stamp, and not a word more."""
    words, left = meaning_words(text), without_clocks(text)
    return left != words and _all_in(("stamps", "leads"), left)


def is_counter_line(text: str) -> bool:
    """A count with what it counts, and not a word more."""
    pieces = [words for words in _pieces(text) if words]
    return bool(pieces) and all(_uncounted(words) != words for words in pieces)


def without_identifiers(text: str) -> list[str]:
    """The words, identifiers of a visit or a build left out; never one that names a company, an account or a key."""
    words = meaning_words(text)
    if lexicon("clocks", "kept").has(words):
        return words
    return [word for piece in _pieces(_UUID.sub(" ", text)) for word in _unidentified(piece) if not _is_random(word)]


def _pieces(text: str) -> Iterator[list[str]]:
    return (meaning_words(piece) for piece in _PIECE.split(text))


def _clockless(words: list[str]) -> list[str]:
    if not 0 < len(words) <= _PIECE_WORDS:
        return words
    for start, end in _spans("clocks", words):
        if _is_stamped(words[:start], words[end:]):
            return words[:start] + words[end:]
    return words


def _is_stamped(before: list[str], after: list[str]) -> bool:
    """The clock stands alone, or a stamp stands directly before or after it and the rest says no more than by whom."""
    if not before and not after:
        return True
    if _all_in(("leads",), before) and _is_stamp(after):
        return True
    bare = _without_last_leads(before)
    stamp = next((start for start in range(len(bare)) if _is_stamp(bare[start:])), None)
    if stamp is None or not _all_in(("leads",), bare[:stamp]):
        return False
    return not after or (len(after) <= _AFTER_STAMP and not lexicon("words", "normative").has(after))


def _without_last_leads(words: list[str]) -> list[str]:
    end = len(words)
    while (
        end and not any(_is_stamp(words[start:end]) for start in range(end)) and _all_in(("leads",), [words[end - 1]])
    ):
        end -= 1
    return words[:end]


def _is_stamp(words: list[str]) -> bool:
    return any(hit.start == 0 and hit.end == len(words) for hit in lexicon("clocks", "stamps").find(words))


def _uncounted(words: list[str]) -> list[str]:
    if not 0 < len(words) <= _PIECE_WORDS:
        return words
    for start, end in _spans("counters", words):
        if _all_in(("around",), words[:start] + words[end:]):
            return [*words[:start], *_counted(words[start:end]), *words[end:]]
    return words


def _counted(words: list[str]) -> Iterator[str]:
    """The beginnings of the words, for the ending follows the number: 1 comment, 2 comments."""
    return (word[:_NOUN_LETTERS] for word in words if not word[0].isdigit())


def _unidentified(words: list[str]) -> list[str]:
    """Without the identifiers that directly follow a word that announces one."""
    start = end = max((hit.end for hit in lexicon("clocks", "identifiers").find(words)), default=len(words))
    while end < len(words) and _IDENTIFIER.fullmatch(words[end]) and not _phrase_ends("units", words, end + 1):
        end += 1
    return words[:start] + words[end:]


def _is_random(word: str) -> bool:
    """A word that nobody chose: letters and figures in turns, or more figures than a phone number has."""
    if word.isdecimal():
        return len(word) >= _CARD_DIGITS
    turns = len(_TURN.findall(word))
    return bool((turns >= 3 and _HEXADECIMAL.fullmatch(word)) or (turns >= 4 and _ALPHANUMERIC.fullmatch(word)))


def _all_in(parts: Sequence[str], words: Sequence[str]) -> bool:
    """Phrases of these parts cover all words."""
    hits = (hit for part in parts for hit in lexicon("clocks", part).find(words))
    covered = {place for hit in hits for place in range(hit.start, hit.end)}
    return len(covered) == len(words)


def _spans(part: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the forms of this part stand, the longest first at each word."""
    present = frozenset(words)
    forms = [form for word in present for form in _forms_with(part).get(word, ()) if _literals(form) <= present]
    for start in range(len(words)) if forms else ():
        ends = [end for form in forms for end in _ends(form, words, start)]
        yield from ((start, end) for end in sorted(ends, reverse=True))


@cache
def _forms_with(part: str) -> dict[str, list[Form]]:
    """The forms of a part by one of the words that they must have."""
    found: dict[str, list[Form]] = {}
    for form in _forms(part):
        found.setdefault(max(_literals(form)), []).append(form)
    return found


@cache
def _literals(form: Form) -> frozenset[str]:
    return frozenset(form) - {_NUMBER, _UNIT}


@cache
def _forms(part: str) -> tuple[Form, ...]:
    return tuple(dict.fromkeys(_form(phrase) for phrases in table("clocks", part).values() for phrase in phrases))


def _form(phrase: str) -> Form:
    pieces = [[piece] if piece in (_NUMBER, _UNIT) else meaning_words(piece) for piece in phrase.split()]
    return tuple(part for piece in pieces for part in piece)


def _ends(form: Form, words: Sequence[str], start: int) -> Iterator[int]:
    """Where the form ends when it begins at this word."""
    if not form:
        yield start
    elif start < len(words):
        for end in _part_ends(form[0], words, start):
            yield from _ends(form[1:], words, end)


def _part_ends(part: str, words: Sequence[str], start: int) -> set[int]:
    if part == _NUMBER:
        return {end for begin in {start, *_phrase_ends("vague", words, start)} for end in _number_ends(words, begin)}
    if part == _UNIT:
        return _phrase_ends("units", words, start)
    return {start + 1} if words[start] == part else set()


def _number_ends(words: Sequence[str], start: int) -> set[int]:
    if start >= len(words):
        return set()
    return {start + 1} if words[start][0].isdigit() else _phrase_ends("amounts", words, start)


def _phrase_ends(part: str, words: Sequence[str], start: int) -> set[int]:
    if start >= len(words):
        return set()
    phrases = _phrases(part).get(words[start], ())
    return {start + len(phrase) for phrase in phrases if tuple(words[start : start + len(phrase)]) == phrase}


@cache
def _phrases(part: str) -> dict[str, list[Form]]:
    """The phrases of a part by their first word."""
    found: dict[str, list[Form]] = {}
    for phrase in _forms(part):
        found.setdefault(phrase[0], []).append(phrase)
    return found
