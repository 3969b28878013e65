"""A redline in the terminal: marks that survive a copy, and what a page says as it stands."""

from io import StringIO

from rich.console import Console

from monitor.diff.compare import compare
from monitor.rendering.comparison import Comparison
from monitor.rendering.terminal import terminal
from monitor.types import Document
from tests.monitor.diff_documents import policy, read


def printed(old: Document, new: Document, *, colours: bool = False) -> str:
    written = StringIO()
    console = Console(file=written, width=160, force_terminal=colours, highlight=False, emoji=False)
    console.print(terminal(Comparison("Lumen Garden", "", "", old, new, compare(old, new))))
    return written.getvalue()


def test_it_says_what_it_is_worth_what_the_date_did_the_facts_and_the_words():
    told = printed(policy(), policy(old="30 days", new="60 days"))
    assert told.startswith("Lumen Garden  SUBSTANTIVE")
    assert "The page still says 3 March 2025, though its words changed." in told
    assert "Duration" in told
    assert "for [-30-]{+60+} days" in told
    assert "because a duration, an amount or an age changed" in told


def test_marks_are_underlined_and_struck_besides():
    told = printed(policy(), policy(old="30 days", new="60 days"), colours=True)
    assert "\x1b[9;31m[-30-]" in told
    assert "\x1b[4;32m{+60+}" in told


def test_long_unchanged_text_is_left_out():
    rest = " ".join(f"word{number}" for number in range(60))
    told = printed(read(f"We keep it for 30 days {rest}."), read(f"We keep it for 60 days {rest}."))
    assert "[…]" in told
    assert "word40" not in told


def test_what_a_page_says_is_neither_style_nor_picture():
    told = printed(read("We keep it."), read("We keep it [bold]for 3 days[/] :smile:."))
    assert "[bold]for 3 days[/] :smile:" in told


def test_cosmetic_edits_are_counted():
    old = read("Ask us “anything”.", "We keep it for 30 days.")
    told = printed(old, read('Ask us "anything".', "We keep it for 60 days."))
    assert "1 cosmetic edit not shown." in told
    assert "anything" not in told
