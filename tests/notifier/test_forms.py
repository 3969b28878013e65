"""The forms of a message: every mark is there, and nothing of a page is taken for more than its words."""

import json
import re
from html.parser import HTMLParser

import pytest

from monitor.rendering.marks import redline_text
from monitor.types import Segment, Significance
from notifier.letter import Letter, write_letter
from notifier.markdown import escape as escape_markdown
from notifier.markdown import fit
from notifier.render import RenderedMessage, letter_html, render, style_html
from notifier.sample import sample_letter
from notifier.slack import BLOCKS, HEADER_CHARACTERS, SECTION_CHARACTERS, redline_mrkdwn
from tests.notifier.rows import START, a_change, a_diff, edit

HOSTILE = [
    "<script>window.__x=1</script>",
    '"><img src=x onerror=alert(1)>',
    "<!channel>",
    "<!here|here>",
    "<@U012AB3CD>",
    "<https://evil.example|your bank>",
    "[your bank](https://evil.example)",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "</ins></td></table><base href=//evil.example>",
    "&lt;!channel&gt;",
    "```code```",
    "**loud** _soft_ ~gone~",
]


def rendered(*letters: Letter) -> RenderedMessage:
    return render("3f0e8f0c-0000-4000-8000-000000000001", letters, at=START)


def about(text: str) -> RenderedMessage:
    """A message in which `text` stands wherever a page or a declaration can put it."""
    change = a_change(
        a_diff(edits=(edit(("delete", text), ("insert", text), section=text),), summary=text), service=text
    )
    change.policy.sources[0].url = text
    return rendered(write_letter(change))


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_each_form_shows_what_changed_and_the_date():
    message = rendered(write_letter(a_change()))
    assert "for [-30-]{+60+} days" in message.text
    assert re.search(r"<del[^>]*line-through[^>]*>30</del><ins[^>]*underline[^>]*>60</ins> days", message.html)
    assert "for ~~30~~ **60** days" in "\n".join(message.markdown)
    assert "for ~30~ *60* days" in json.dumps(message.slack_blocks)
    for form in (
        message.text,
        message.html,
        "\n".join(message.markdown),
        json.dumps(message.slack_blocks, ensure_ascii=False),
    ):
        plain = " ".join(form.split())
        assert "Acme Privacy Policy" in plain
        assert "The page still says 21 November 2021" in plain
        assert "30 days" in plain
        assert "longer retention" in plain
        assert "acme.example/privacy" in plain
        assert "smallprint show 7" in plain


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_mark_up_in_html(text: str):
    harmless = _Tags(about("harmless").html).tags
    found = _Tags(about(text).html).tags
    without_links = [(tag, {name: value for name, value in given.items() if name != "href"}) for tag, given in found]
    assert without_links == [
        (tag, {name: value for name, value in given.items() if name != "href"}) for tag, given in harmless
    ]


def test_only_web_addresses_are_linked_in_html():
    assert "href" not in about("javascript:alert(1)").html
    assert 'href="https://acme.example/privacy?a=1&amp;b=2"' in rendered(write_letter(a_change())).html


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_mentions_or_links_in_slack(text: str):
    for block in about(text).slack_blocks:
        for words in _texts(block):
            assert "<" not in words
            assert ">" not in words


def _texts(block: object) -> list[str]:
    if isinstance(block, dict):
        return [
            text
            for name, value in block.items()
            for text in ([value] if name == "text" and isinstance(value, str) else _texts(value))
        ]
    return [text for part in block for text in _texts(part)] if isinstance(block, list) else []


@pytest.mark.parametrize("mention", ["@everyone", "@here", "@Channel", "<@123>", "<#123>", "<@&123>"])
def test_no_text_mentions_anybody_in_markdown(mention: str):
    assert mention not in escape_markdown(f"hello {mention} there")


@pytest.mark.parametrize("address", ["privacy@acme.example", "@hereafter"])
def test_addresses_stay_whole_in_markdown(address: str):
    assert escape_markdown(address) == address


def test_a_page_cannot_fake_a_mark_in_text():
    assert redline_text((Segment("equal", "We [-sell-] {+gift+} data"),)) == "We [ -sell- ] { +gift+ } data"


def test_slack_keeps_its_limits_with_hundreds_of_long_edits():
    long = "&<> " * 3000
    many = tuple(
        edit(("delete", long), ("insert", "x" * 5000), ("equal", long), section=f"{number} {long}")
        for number in range(60)
    )
    letters = [
        write_letter(
            a_change(
                a_diff(edits=many, summary=long, facts=a_diff().facts * 500),
                service=f"Acme {number}" * 40,
                number=number,
            )
        )
        for number in range(9)
    ]
    blocks = rendered(*letters).slack_blocks
    assert len(blocks) <= BLOCKS
    for block in blocks:
        limit = HEADER_CHARACTERS if block["type"] == "header" else SECTION_CHARACTERS
        assert all(0 < len(text) <= limit for text in _texts(block))
        assert not any(re.search(r"&(?!amp;|lt;|gt;)", text) for text in _texts(block))


def test_a_cut_redline_closes_its_mark_in_slack():
    written = redline_mrkdwn((Segment("delete", "old " * 50), Segment("insert", "new " * 50)), 300)
    assert written.count("~") == 2
    assert written.count("*") == 2
    assert written.endswith("* …")
    assert len(written) <= 300


def test_marks_stand_at_the_edges_of_words_in_slack():
    redline = (
        Segment("equal", "post"),
        Segment("delete", " mortem "),
        Segment("insert", "er"),
        Segment("equal", "s ("),
        Segment("insert", "all"),
        Segment("equal", ")."),
    )
    assert redline_mrkdwn(redline) == "post ~mortem~ *er* s (*all*)."


def test_markdown_is_cut_between_paragraphs():
    parts = ("first " * 5, "second " * 5, "third " * 5)
    assert fit(parts, 1000) == "\n\n".join(parts)
    assert fit(parts, 80) == f"{parts[0]}\n\n{parts[1]}\n\n[…]"
    assert len(fit(("a" * 100,), 50)) == 50


def test_several_letters_make_one_message_with_the_worst_first():
    mild = write_letter(a_change(a_diff(significance=Significance.MINOR), service="Mild", number=1))
    grave = write_letter(a_change(service="Grave", number=2))
    message = rendered(mild, grave)
    assert message.subject == "[SUBSTANTIVE] 2 changes of 2 policies"
    assert message.text.index("Grave") < message.text.index("Mild")
    assert message.html.index("Grave") < message.html.index("Mild")


def test_a_message_without_letters_is_refused():
    with pytest.raises(ValueError, match="at least one letter"):
        rendered()


def test_parts_for_other_pages_are_markup_and_escaped():
    letter = write_letter(a_change(a_diff(edits=(edit(("insert", "<b>bold</b>")),))))
    assert "&lt;b&gt;bold&lt;/b&gt;" in letter_html(letter)
    assert "prefers-color-scheme: dark" in style_html()


def test_the_sample_has_something_in_every_form():
    message = rendered(sample_letter())
    assert "This is a test of the channel" in message.text
    assert "[-30-]{+60+}" in message.text
