"""A letter as Markdown paragraphs, for every channel that has no form of its own. Pure.

Signs of the page's own text are escaped and mentions broken, so that nothing of it formats, links or calls anybody.
"""

import re
from collections.abc import Iterator, Sequence

from monitor.rendering.markdown import redline_markdown
from monitor.rendering.telling import ToldEdit, ToldFact
from notifier.letter import Letter
from notifier.text import closing

_SIGNS = re.compile(r"([\\`*_\[\]<>~|#])")
_MENTION = re.compile(r"@(?=everyone\b|here\b|channel\b|all\b)|(?<=<)[@!#&]", re.IGNORECASE)
_NOT_SEEN = "\u200b"


def paragraphs(letters: Sequence[Letter]) -> tuple[str, ...]:
    """The letters' paragraphs; the first alone says which policy changed and how much it matters."""
    return tuple(paragraph for letter in letters for paragraph in _paragraphs(letter))


def fit(parts: Sequence[str], limit: int) -> str:
    """As many whole paragraphs as fit into `limit` characters, and a sign where the rest is missing."""
    whole = "\n\n".join(parts)
    if len(whole) <= limit:
        return whole
    rest = "\n\n[…]"
    taken = ""
    for part in parts:
        longer = f"{taken}\n\n{part}" if taken else part
        if len(longer) + len(rest) > limit:
            break
        taken = longer
    return taken + rest if taken else parts[0][:limit]


def escape(text: str) -> str:
    """The text, to be read as it is."""
    return _SIGNS.sub(r"\\\1", _MENTION.sub(lambda match: match[0] + _NOT_SEEN, text))


def _paragraphs(letter: Letter) -> Iterator[str]:
    yield f"**{escape(letter.policy)}** ({letter.level})\n{escape(letter.summary)}".rstrip()
    yield "\n".join(f"- {escape(line)}" for line in (*letter.dates, *letter.remarks, letter.seen))
    if letter.facts:
        yield "\n".join(_fact(fact) for fact in letter.facts)
    if letter.machine_text:  # after what does not depend on it, which a short channel shows first
        yield escape(letter.machine_text)
    yield from (_edit(edit) for edit in letter.edits)
    yield "\n".join(f"- {escape(line)}" for line in closing(letter))


def _fact(fact: ToldFact) -> str:
    return f"- {escape(fact.label)}: {escape(fact.old or '(none)')} → **{escape(fact.new or '(removed)')}**"


def _edit(edit: ToldEdit) -> str:
    place = escape(edit.place)
    return f"**{place}** ({escape(edit.label)})\n{redline_markdown(edit.redline, escape)}"
