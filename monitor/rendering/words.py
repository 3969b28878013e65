"""What people are told about a difference, in words that all forms share. Pure."""

from collections.abc import Sequence
from datetime import datetime

from babel import Locale

from monitor.dates.spoken import MONTHS, in_words
from monitor.diff.sections import JOINT
from monitor.rendering.cleaning import one_line, shorten
from monitor.types import DateMove, Direction, DocumentDiff, Significance

NOT_ADVICE = "Made by smallprint. Not legal advice."
BEGINNING = "Beginning of the page"
HEADINGS = 2
HEADING_CHARACTERS = 80
FOR_THE_READER = {
    Direction.WORSE: "worse for the reader",
    Direction.BETTER: "better for the reader",
    Direction.MIXED: "better and worse for the reader",
    Direction.NEUTRAL: "",
}


def level(significance: str, for_the_reader: str, *, silent: bool) -> str:
    """`SUBSTANTIVE - worse for the reader - silent change`."""
    return " - ".join(filter(None, (significance.upper(), for_the_reader, "silent change" if silent else "")))


def sentence(text: str) -> str:
    """The text in one line, its first letter a capital."""
    line = one_line(text)
    return line[:1].upper() + line[1:]


def count(number: int, noun: str) -> str:
    """`1 edit`, `2 edits`, `1,000 edits`."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def page_sentences(diff: DocumentDiff) -> tuple[str, ...]:
    """What the dates that the page states did, and how far its language is understood, in a sentence each."""
    return (*date_sentences(diff), *_language_sentences(diff))


def _language_sentences(diff: DocumentDiff) -> tuple[str, ...]:
    if not diff.hardly_read:
        return ()
    language = Locale("en").languages.get(diff.hardly_read, diff.hardly_read)
    return (f"The page is in {language}: facts, topics, direction and level are less sure than the redline.",)


def date_sentences(diff: DocumentDiff) -> tuple[str, ...]:
    """What the dates that the page states did, in a sentence each."""
    if not any((diff.last_updated.old, diff.last_updated.new, diff.effective.old, diff.effective.new)):
        return ("The page states no date.",)
    only = diff.significance == Significance.DATE
    sentences = (
        _date_sentence("date", diff.last_updated, only, diff.silent),
        _date_sentence("effective date", diff.effective, only, diff.silent),
    )
    return tuple(sentence for sentence in sentences if sentence)


def _date_sentence(name: str, move: DateMove, only: bool, silent: bool) -> str:
    old, new = _readings(move.old, move.old_alternatives), _readings(move.new, move.new_alternatives)
    if move.rendered:
        return f"The page prints the day of each visit as its {name}, so that it says nothing."
    if move.moved:
        return _moved(name, old, new, only=only)
    if silent and new:
        still = f"The page still says {new}, though its words changed."
        return still if name == "date" else f"The page's {name} is still {new}."
    return f"The page's {name} stays {new}." if new else ""


def _moved(name: str, old: str, new: str, *, only: bool) -> str:
    if not old:
        return f"The page now states its {name}: {new}; it stated none before."
    if not new:
        return f"The page no longer states its {name}; it said {old}."
    return f"{'Only the' if only else 'The'} page's {name} moved: {old} → {new}"


def _readings(date: str | None, alternatives: Sequence[str]) -> str:
    """A date in words, the likelier reading first when there are several; empty when there is none."""
    return " or ".join(map(in_words, dict.fromkeys((date, *alternatives)))) if date else ""


def moment_in_words(moment: datetime) -> str:
    """A UTC moment as "4 March 2026, 08:05 UTC"."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M} UTC"


def near(section: str) -> str:
    """A section for a line of its own: the innermost two of its headings, each shortened."""
    path = [shorten(one_line(heading), HEADING_CHARACTERS) for heading in section.split(JOINT)]
    lead = f"…{JOINT}" if len(path) > HEADINGS else ""
    return lead + JOINT.join(path[-HEADINGS:])
