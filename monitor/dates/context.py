"""What stands around a date: the words of its sentence before and after it, and its place on the page."""

import re
from dataclasses import dataclass
from itertools import pairwise

from monitor.dates.forms import Mention
from monitor.dates.labels import Kind
from monitor.dates.lines import Line, Page, plain
from monitor.dates.vocabulary import Words, words_of

_SENTENCE_END = re.compile(
    r"(?:(?<=[^\W\d_]{2})|(?<=\d{4})|(?<=[)\]\"”»]))[.!?]['\"”’)\]]*\s+(?=[^\W\d_a-zà-öø-ÿα-ωа-яё])|[。！？；;]\s*|\s[•·]\s"
)
_ADDRESS = re.compile(r"://|www\.|@|\.(?:pdf|docx?|html?|aspx?|php|jpe?g|png|txt|xlsx?)\b", re.IGNORECASE)
_ANY_YEAR = re.compile(r"(?<!\d)(?:19|20|25)\d\d(?!\d)")
_CLOSED = (".", "!", "?", ";", ",", "。")
# "T10:30:00+01:00", ", 10:30 pm", " um 10:30": the time of day behind a date.
_CLOCK = re.compile(
    r"(?:T|[\s,;]{0,3}(?:[^\W\d_]{1,5}\.?\s)?)\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:\s?(?:[ap]\.?m\.?|Z|[+-]\d{2}:?\d{2}))?(?![\d:])",
    re.IGNORECASE,
)
_DASHES = frozenset("–—-")
_NEW_SENTENCE = re.compile(r"[.!?]\s+[^\W\d_a-zà-öø-ÿα-ωа-яё]")
_COLUMN_DOTS = frozenset("•·")
# "from 5 May to 6 June": words that make a period of two dates but end none before a single one.
_TO = frozenset({"to", "au", "al", "a", "ao", "til", "till", "ila", "à"})

_BEFORE_CHARACTERS = 260
_AFTER_CHARACTERS = 120
_NEIGHBOUR_CHARACTERS = 160
_ADDRESS_CHARACTERS = 80
_PERIOD_CHARACTERS = 16
_ROW_CHARACTERS = 12
_LONG_LINE = 400
_LAST_LINES = 3
_CHARACTERS_PER_WORD = 12  # at the most; for scripts without spaces
_ALONE_WORDS = 3
_ALONE_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Context:
    """A date and what stands around it.

    `before` and `after` reach to the end of the sentence or to the next date; `sentence` is all of the sentence before
    the date, across earlier dates. `ends_page`: it stands in one of the page's last lines. `borrowed`: the line holds little but the date, so that `before` is the line above;
    `below` is then the line below. `follows_date`: only signs stand between the date and an earlier one. `clock`: a time of
    day follows the date, and `after` starts behind it.
    """

    page: Page
    line: Line
    mention: Mention
    before: Words
    after: Words
    sentence: Words
    line_words: int
    head: bool
    foot: bool
    ends_page: bool
    has_next: bool
    follows_date: bool
    period: bool
    in_address: bool
    borrowed: bool
    clock: bool
    below: Words | None


@dataclass(frozen=True, slots=True)
class DatedLine:
    """A line with its dates; `text` is the plain line, in which the mentions have their places."""

    line: Line
    text: str
    mentions: tuple[Mention, ...]


def contexts(page: Page, dated: DatedLine, language: str | None) -> list[Context]:
    """The context of each date of a line."""
    return [_context(page, dated, number, language) for number in range(len(dated.mentions))]


def _context(page: Page, dated: DatedLine, number: int, language: str | None) -> Context:
    line, text, mention = dated.line, dated.text, dated.mentions[number]
    floor = dated.mentions[number - 1].end if number else 0
    has_next = number + 1 < len(dated.mentions)
    ceiling = dated.mentions[number + 1].start if has_next else len(text)
    start = _sentence_start(text, mention.start)
    before_text = text[max(start, floor) : mention.start]
    before = words_of(before_text, language)
    clock = _CLOCK.match(text, mention.end, ceiling)
    end = clock.end() if clock else mention.end
    glued = text[end : end + 1].isupper()  # "30.06.2026We are glad": another sentence
    after = words_of("" if glued else text[end : _sentence_end(text, end, ceiling)], language)
    alone = not floor and before.is_empty and after.strange() <= _ALONE_WORDS and mention.start < _ALONE_CHARACTERS
    above_text = _line_above(page, line) if alone else ""
    above = words_of(f"{above_text} {before_text}", language) if above_text else None
    return Context(
        page=page,
        line=line,
        mention=mention,
        before=above or before,
        after=after,
        sentence=above or _sentence_before(dated, number, start, before, language),
        line_words=_word_count(text),
        head=page.in_head(line, mention.start),
        foot=page.in_foot(line, mention.end),
        ends_page=line.row >= len(page.lines) - _LAST_LINES,
        has_next=has_next and ceiling - mention.end < _AFTER_CHARACTERS,
        follows_date=number > 0 and not before.weight and mention.start - floor < _ROW_CHARACTERS,
        period=_is_period(dated, number, language),
        in_address=_is_in_address(text, mention),
        borrowed=above is not None,
        clock=clock is not None,
        below=_line_below(page, line, language) if alone and not after.weight else None,
    )


def _word_count(text: str) -> int:
    return max(len(text.split()), len(text) // _CHARACTERS_PER_WORD) if len(text) < _LONG_LINE else _LONG_LINE


def _sentence_start(text: str, position: int) -> int:
    """Where the sentence starts; a dot between two columns ends none when the date follows it: "Updated · 5 May"."""
    start = before = max(0, position - _BEFORE_CHARACTERS)
    columns = False
    for end in _SENTENCE_END.finditer(text, start, position):
        before, start, columns = start, end.end(), end[0].strip() in _COLUMN_DOTS
    return before if before < start == position and columns else start


def _sentence_end(text: str, position: int, ceiling: int) -> int:
    limit = min(ceiling, position + _AFTER_CHARACTERS)
    found = _SENTENCE_END.search(text, max(0, position - 2), limit)
    return max(position, found.start()) if found else limit


def _sentence_before(dated: DatedLine, number: int, start: int, before: Words, language: str | None) -> Words:
    """The sentence before a date, with earlier dates taken out, so that their months are not words of it."""
    earlier = [mention for mention in dated.mentions[:number] if mention.start >= start]
    if not earlier:
        return before
    pieces = []
    for mention in earlier:
        pieces.append(dated.text[start : mention.start])
        start = mention.end
    pieces.append(dated.text[start : dated.mentions[number].start])
    return words_of(" 0 ".join(pieces), language)


def _line_above(page: Page, line: Line) -> str:
    """The last sentence of the line above, when it is open and has no date of its own; else nothing."""
    above = page.neighbour(line, -1)
    text = plain(above.raw[-_NEIGHBOUR_CHARACTERS:]) if above else ""
    if text.endswith(_CLOSED) or _ANY_YEAR.search(text):
        return ""
    return text[_sentence_start(text, len(text)) :]


def _line_below(page: Page, line: Line, language: str | None) -> Words | None:
    """The first sentence of the line below, when it has no date of its own."""
    below = page.neighbour(line, 1)
    text = plain(below.raw[:_NEIGHBOUR_CHARACTERS]) if below else ""
    if not text or _ANY_YEAR.search(text):
        return None
    return words_of(text[: _sentence_end(text, 0, len(text))], language)


def _is_period(dated: DatedLine, number: int, language: str | None) -> bool:
    """Whether the date is the beginning or the end of "from A to B" or "A - B"."""
    around = dated.mentions[max(0, number - 1) : number + 2]
    return any(
        _joins_a_period(dated.text[left.end : right.start], language) or _are_between(dated, left, right, language)
        for left, right in pairwise(around)
    )


def _are_between(dated: DatedLine, left: Mention, right: Mention, language: str | None) -> bool:
    """Whether two dates stand in "between A and B"."""
    middle = words_of(dated.text[left.end : right.start][:_PERIOD_CHARACTERS], language)
    if len(middle.tokens) != 1 or not middle.has(Kind.JOIN):
        return False
    before = words_of(dated.text[max(0, left.start - _PERIOD_CHARACTERS) : left.start], language)
    return any(match.kind == Kind.UNTIL and match.end == len(before.tokens) for match in before.matches)


def _joins_a_period(between: str, language: str | None) -> bool:
    if len(between) > _PERIOD_CHARACTERS or _NEW_SENTENCE.match(between):
        return False
    if between.strip() in _DASHES:
        return True
    words = words_of(between, language)
    if not 1 <= len(words.tokens) <= 2 or words.has(Kind.JOIN):
        return False
    return words.has(Kind.UNTIL) or (len(words.tokens) == 1 and words.tokens[0] in _TO)


def _is_in_address(text: str, mention: Mention) -> bool:
    if " " in text[mention.start : mention.end]:
        return False
    floor = max(0, mention.start - _ADDRESS_CHARACTERS)
    ceiling = mention.end + _ADDRESS_CHARACTERS
    before = text[floor : mention.start].rpartition(" ")[2]
    after = text[mention.end : ceiling].partition(" ")[0]
    return _ADDRESS.search(f"{before}{text[mention.start : mention.end]}{after}") is not None
