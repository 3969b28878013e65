"""A letter as plain text: marks are [-deleted-] and {+inserted+}. Pure."""

import textwrap
from collections.abc import Iterator, Sequence

from monitor.rendering.marks import redline_text
from monitor.rendering.telling import ToldEdit, ToldFact
from monitor.rendering.words import count, moment_in_words
from notifier.letter import Letter

WIDTH = 78


def text_message(letters: Sequence[Letter]) -> str:
    """All letters, one below the other."""
    rule = f"\n\n{'=' * WIDTH}\n\n"
    return (
        rule.join(letter_text(letter) for letter in letters)
        + f"\n\n{'-' * WIDTH}\nSent by smallprint. Not legal advice.\n"
    )


def letter_text(letter: Letter) -> str:
    """The letter in paragraphs, in lines of at most 78 characters but for addresses."""
    return "\n\n".join(_paragraphs(letter))


def _paragraphs(letter: Letter) -> Iterator[str]:
    yield f"{_wrap(letter.policy)}\n{letter.level}"
    if letter.summary:
        yield _wrap(letter.summary)
    if letter.machine_text:
        yield _wrap(letter.machine_text)
    yield "\n".join(_wrap(line, "  ") for line in (*letter.dates, *letter.remarks, *_times(letter)))
    if letter.facts:
        yield "\n".join(["KEY FACTS", *(_wrap(_fact(fact), "  ") for fact in letter.facts)])
    if letter.edits:
        yield "WHAT CHANGED   [-deleted-]  {+inserted+}  […] left out"
    yield from (_edit(number, edit) for number, edit in enumerate(letter.edits, start=1))
    yield "\n".join(_wrap(line, "  ") for line in closing(letter))


def _times(letter: Letter) -> Iterator[str]:
    yield f"Old wording last seen:  {moment_in_words(letter.previous_captured_at)}"
    yield f"New wording first seen: {moment_in_words(letter.captured_at)}"
    yield f"+{letter.inserted_words} / -{letter.deleted_words} words"


def _fact(fact: ToldFact) -> str:
    section = f"  ({fact.section})" if fact.section else ""
    return f"{fact.label}: {fact.old or '(none)'} → {fact.new or '(removed)'}{section}"


def _edit(number: int, edit: ToldEdit) -> str:
    heading = f"{number}. {edit.place}"
    return f"{_wrap(heading)}\n   {_wrap(edit.label, '   ')}\n{textwrap.indent(_wrap(redline_text(edit.redline)), '     ')}"


def closing(letter: Letter) -> Iterator[str]:
    """What is not shown, why it weighs what it weighs, and where to read on."""
    yield from remainder(letter)
    yield from (f"The page: {link}" for link in letter.links)
    yield full_account(letter)


def remainder(letter: Letter) -> Iterator[str]:
    """What is not shown, and why the change weighs what it weighs."""
    if letter.edits_left_out:
        yield f"{count(letter.edits_left_out, 'more edit')} did not fit in here."
    if letter.cosmetic_edits:
        yield f"{count(letter.cosmetic_edits, 'cosmetic edit')} not shown."
    if letter.rules:
        yield f"Why {letter.significance}: {'; '.join(letter.rules)}"


def full_account(letter: Letter) -> str:
    return f"Everything about change {letter.change}: {letter.hint}"


def _wrap(line: str, indent: str = "") -> str:
    return textwrap.fill(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
