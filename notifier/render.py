"""Letters -> one message in every form a channel may want. Pure.

HTML comes from `notifier/templates` with escaping on for every template; the other forms have a file each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from monitor.rendering.html import LEVEL_COLOURS
from monitor.rendering.words import moment_in_words
from monitor.types import Significance
from notifier import markdown, slack, text
from notifier.letter import Letter

_TEMPLATES = Environment(
    loader=PackageLoader("notifier"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_TEMPLATES.filters["moment"] = moment_in_words
_TEMPLATES.globals["remainder"] = text.remainder
_TEMPLATES.globals["colours"] = LEVEL_COLOURS


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message in every form; `id` is the same on every attempt, `thread` the same for all messages about one policy.

    `markdown` is a list of paragraphs, the most important first, so that a channel can take as many as it has room for.
    """

    id: str
    at: datetime
    thread: str
    subject: str
    text: str
    html: str
    markdown: tuple[str, ...]
    slack_blocks: tuple[slack.SlackBlock, ...]


def render(message_id: str, letters: Sequence[Letter], *, at: datetime) -> RenderedMessage:
    """One message of one or more letters, the worst first; `at` is when it is sent."""
    if not letters:
        raise ValueError(f"at least one letter was wanted, message {message_id} has none")
    ordered = sorted(letters, key=lambda letter: -Significance[letter.significance.upper()])
    title = subject(ordered)
    slugs = {letter.slug for letter in ordered}
    return RenderedMessage(
        id=message_id,
        at=at,
        thread=slugs.pop() if len(slugs) == 1 else "",
        subject=title,
        text=text.text_message(ordered),
        html=html_message(title, ordered),
        markdown=markdown.paragraphs(ordered),
        slack_blocks=slack.blocks(title, ordered),
    )


def subject(letters: Sequence[Letter]) -> str:
    """The letter's own subject, or for several what the worst of them is and how many there are."""
    if len(letters) == 1:
        return letters[0].subject
    policies = len({letter.slug for letter in letters})
    where = "1 policy" if policies == 1 else f"{policies} policies"
    return f"[{letters[0].significance.upper()}] {len(letters)} changes of {where}"


def html_message(title: str, letters: Sequence[Letter]) -> str:
    """A whole HTML page that survives mail programs: tables, inline styles, a dark dress where it is asked for."""
    return _TEMPLATES.get_template("email.html.jinja").render(title=title, letters=letters)


def letter_html(letter: Letter) -> Markup:
    """One letter as a part of a page that also has `style_html`."""
    return _part("letter.html.jinja", letter)


def style_html() -> Markup:
    """The `<style>` element for pages that hold a letter or a redline: what inline styles cannot say."""
    return _part("style.html.jinja")


def _part(template: str, letter: Letter | None = None) -> Markup:
    """A template's output: safe, because the environment escapes all that goes into it."""
    return Markup(_TEMPLATES.get_template(template).render(letter=letter))  # noqa: S704
