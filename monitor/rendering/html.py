"""A difference as HTML: a fragment for a page, or a page of its own; inline or side by side. Pure.

The templates stand in `monitor/rendering/templates`; all text that goes into them is escaped. There is no script, and nothing
is fetched from anywhere.
"""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from monitor.rendering import sheet
from monitor.rendering.cleaning import clean
from monitor.rendering.comparison import Comparison
from monitor.rendering.telling import changed_words, tell_fact, worst_rules
from monitor.rendering.words import FOR_THE_READER, NOT_ADVICE, count, page_sentences, sentence
from monitor.types import BlockKind

LEVEL_COLOURS = {
    "substantive": "#9f1239",
    "minor": "#92400e",
    "editorial": "#3f4a5a",
    "date": "#1e4e79",
    "cosmetic": "#5b6470",
    "none": "#5b6470",
}
_RIGHT_TO_LEFT = ("ar", "dv", "fa", "he", "iw", "ku", "ps", "sd", "ug", "ur", "yi")


def html_fragment(comparison: Comparison, *, side_by_side: bool = False, unfolded: bool = False) -> Markup:
    """The difference as one `<article>`, for a page that has `html_style` in its head; anchors are `edit-N` and `left-N`.

    `unfolded`: with all that did not change to be read, and printed.
    """
    template = _TEMPLATES.get_template("redline.html.jinja")
    diff = comparison.diff
    made = template.render(
        comparison=comparison,
        side_by_side=side_by_side,
        unfolded=unfolded,
        summary=sentence(diff.summary),
        for_the_reader=FOR_THE_READER[diff.direction],
        dates=(*page_sentences(diff), *comparison.remarks),
        inserted=changed_words(diff.edits, "insert"),
        deleted=changed_words(diff.edits, "delete"),
        facts=[tell_fact(fact) for fact in diff.facts],
        outline=sheet.outline(comparison),
        rows=sheet.rows(comparison),
        rules=worst_rules(diff.edits),
        language=comparison.new.language or comparison.old.language or "",
        not_advice=NOT_ADVICE,
    )
    return Markup(made)  # noqa: S704  the environment escapes all that goes into it


def html_style() -> Markup:
    """The `<style>` element that a page with a fragment needs: light, dark, phone and print dress."""
    return Markup(_TEMPLATES.get_template("style.html.jinja").render())  # noqa: S704  no text of a page is in it


def html_page(comparison: Comparison, *, side_by_side: bool = False, unfolded: bool = False) -> str:
    """A whole page that needs nothing else: one file to keep, send or print."""
    fragment = html_fragment(comparison, side_by_side=side_by_side, unfolded=unfolded)
    page = _TEMPLATES.get_template("page.html.jinja")
    return page.render(title=f"{comparison.title}: {comparison.level}", style=html_style(), fragment=fragment)


def is_right_to_left(language: str | None) -> bool:
    """Whether the language is written from right to left."""
    return (language or "").partition("-")[0].lower() in _RIGHT_TO_LEFT


def _shown(text: str) -> str:
    """The text without what is not to be shown; its line breaks stay."""
    return "\n".join(map(clean, text.split("\n")))


_TEMPLATES = Environment(
    loader=PackageLoader("monitor.rendering"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"shown": _shown, "note": sheet.note}
_TEMPLATES.globals |= {
    "colours": LEVEL_COLOURS,
    "count": count,
    "said": sheet.said,
    "kinds": BlockKind,
}
