"""Letters as Slack Block Kit blocks: ~deleted~ and *inserted* words. Pure.

The limits are Slack's (https://docs.slack.dev/reference/block-kit/blocks): 50 blocks a message, 150 characters a header,
3000 a section. `&`, `<` and `>` are escaped as Slack asks, so that no text of a page mentions or links anything.
"""

import re
from collections.abc import Iterator, Sequence

from monitor.rendering.folding import at_word_edges
from monitor.rendering.telling import ToldEdit
from monitor.rendering.words import count
from monitor.types import Segment
from notifier.letter import Letter
from notifier.text import full_account, remainder

SlackBlock = dict[str, object]

BLOCKS = 50
HEADER_CHARACTERS = 150
SECTION_CHARACTERS = 3000
EDITS = 10  # of one letter; the message stays readable
SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "∗", "~": "∼", "`": "ˋ"})
LINK_SIGNS = str.maketrans({"&": "&amp;", "<": "%3C", ">": "%3E", "|": "%7C", " ": "%20"})
_CUT_ESCAPE = re.compile(r"&\w*$")
MARKS = {"equal": "", "delete": "~", "insert": "*"}


def blocks(title: str, letters: Sequence[Letter]) -> tuple[SlackBlock, ...]:
    """A header, then each letter; the last block says so when not everything fitted."""
    made = [_header(title), *(block for letter in letters for block in _letter(letter))]
    if len(made) <= BLOCKS:
        return tuple(made)
    return (*made[: BLOCKS - 1], _context(["The rest did not fit: see `smallprint changes`"]))


def escape(text: str) -> str:
    """The text, to be read as it is; the signs that Slack knows no escape for become their look-alikes."""
    return text.translate(SIGNS)


def _letter(letter: Letter) -> Iterator[SlackBlock]:
    yield _section(_title(letter))
    if letter.machine_text:
        yield _section(_within(letter.machine_text, SECTION_CHARACTERS))
    if letter.facts:
        yield _section(
            _lines(
                [
                    f"• {escape(fact.label)}: {escape(fact.old or '(none)')} → {escape(fact.new or '(removed)')}"
                    for fact in letter.facts
                ]
            )
        )
    yield from (_section(_edit(edit)) for edit in letter.edits[:EDITS])
    yield _context(
        [*_unseen(letter), *map(escape, remainder(letter)), *map(_link, letter.links), escape(full_account(letter))]
    )


def _title(letter: Letter) -> str:
    return _lines(
        [
            f"*{escape(letter.policy)}* ({letter.level})",
            *map(escape, (letter.summary, *letter.dates, *letter.remarks, letter.seen)),
        ]
    )


def _unseen(letter: Letter) -> Iterator[str]:
    more = len(letter.edits) - EDITS
    if more > 0:
        yield f"{count(more, 'more edit')} by e-mail and in the history."


def _edit(edit: ToldEdit) -> str:
    place = _within(edit.place, 500)
    heading = f"*{place}* ({_within(edit.label, 500)})\n"
    return heading + redline_mrkdwn(edit.redline, SECTION_CHARACTERS - len(heading))


def redline_mrkdwn(redline: Sequence[Segment], limit: int = SECTION_CHARACTERS) -> str:
    """The marked text in at most `limit` characters, cut between marks or inside a run, never through a mark."""
    written = ""
    for segment in at_word_edges(redline):
        mark, words = MARKS[segment.op], escape(segment.text)
        room = limit - len(written) - 2 * len(mark) - 2
        if len(words) > room:
            kept = _cut(words, room)
            return written + (f"{mark}{kept}{mark} …" if kept else "…")
        written += f"{mark}{words}{mark}"
    return written


def _cut(text: str, room: int) -> str:
    """At most `room` characters, not ending in the middle of an escape, nor of a word when it can be helped."""
    kept = text[: max(room, 0)]
    return kept.rpartition(" ")[0] or _CUT_ESCAPE.sub("", kept)


def _within(text: str, limit: int) -> str:
    """The text, escaped, in at most `limit` characters."""
    escaped = escape(text)
    return escaped if len(escaped) <= limit else f"{_cut(escaped, limit - 1)}…"


def _link(url: str) -> str:
    """The page's address, to be followed when it is one of the web."""
    if not url.startswith(("https://", "http://")):
        return f"The page: {escape(url)}"
    return f"The page: <{url.translate(LINK_SIGNS)}>"


def _lines(lines: Sequence[str]) -> str:
    """The lines that fit into a section."""
    kept = ""
    for line in filter(None, lines):
        longer = f"{kept}\n{line}" if kept else line
        if len(longer) > SECTION_CHARACTERS:
            return kept or _cut(line, SECTION_CHARACTERS)
        kept = longer
    return kept


def _header(title: str) -> SlackBlock:
    text = _within(title, HEADER_CHARACTERS)
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _section(text: str) -> SlackBlock:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _context(lines: Sequence[str]) -> SlackBlock:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": _lines(lines), "verbatim": True}]}
