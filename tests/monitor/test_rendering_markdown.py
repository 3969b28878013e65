"""A redline in Markdown: it says what changed, and the page's own signs stay the page's words."""

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from monitor.diff.compare import compare
from monitor.rendering.cleaning import one_line
from monitor.rendering.comparison import Comparison
from monitor.rendering.markdown import escape, markdown, redline_markdown
from monitor.types import Document, Segment
from tests.monitor.diff_documents import policy, read

SIGNS = st.text(alphabet="ab1 .-+*_#>|`~[](){}<&;!:=\\\"'$/\u00e9漢\n", max_size=40)
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def account(old: Document, new: Document) -> str:
    return markdown(Comparison("Lumen Garden", "old.html", "new.html", old, new, compare(old, new)))


def read_back(source: str) -> list[str]:
    """The words of each paragraph, heading and cell, as a Markdown reader shows them."""
    inline = [token for token in PARSER.parse(source) if token.type == "inline"]
    return ["".join(_words(child) for child in token.children or ()) for token in inline]


def _words(token) -> str:
    assert token.type in (
        "text",
        "text_special",
        "softbreak",
        "hardbreak",
        "strong_open",
        "strong_close",
        "s_open",
        "s_close",
    ), token
    return token.content if token.type.startswith("text") else "\n" * token.type.endswith("break")


@given(SIGNS)
def test_what_a_page_says_is_read_back_as_it_was(text: str):
    assert [one_line(words) for words in read_back(escape(text))] == [one_line(text)] * bool(one_line(text))


@given(SIGNS)
def test_a_cell_of_a_table_stays_one_cell(text: str):
    source = f"| Fact | Now |\n|---|---|\n| {escape(text)} | end |"
    assert [one_line(words) for words in read_back(source)] == ["Fact", "Now", one_line(text), "end"]


@given(st.lists(st.tuples(st.sampled_from(["equal", "insert", "delete"]), SIGNS), max_size=6))
def test_marks_are_marks_whatever_stands_beside_them(runs: list[tuple[str, str]]):
    redline = [Segment(op, text) for op, text in runs]
    [inline] = PARSER.parse(f"> {redline_markdown(redline)}\n>\n> end")[2:3]
    opened = sum(token.type in ("strong_open", "s_open") for token in inline.children or ())
    assert opened == sum(run.op != "equal" and bool(run.text.strip()) for run in redline)


def test_the_account_begins_with_what_it_is_worth_and_what_the_date_did():
    told = account(policy(), policy(old="30 days", new="14 days"))
    first, summary, lines, *_ = told.split("\n\n")
    assert first.startswith("# Lumen Garden: SUBSTANTIVE")
    assert "silent change" in first
    assert "30 days" in summary
    assert "The page still says 3 March 2025, though its words changed." in lines
    assert "Old: old.html" in lines


def test_an_edit_names_its_place_its_weight_and_its_reason_and_marks_its_words():
    told = account(policy(), policy(old="30 days", new="14 days"))
    assert "### Edit 1: How long we keep it" in told
    assert "substantive - " in told
    assert "A duration, an amount or an age changed." in told
    assert "for ~~30~~ **14** days" in told
    assert "| Duration | 30 days | 14 days | How long we keep it |" in told


def test_the_worst_comes_first_and_cosmetic_edits_are_counted():
    lines = (
        "Ask us “anything” you like about the seeds.",
        "Write to hello@lumen.example now.",
        "We keep it for 30 days.",
    )
    old = read(*lines)
    new = read(
        lines[0].replace("“", '"').replace("”", '"'), lines[1].replace("hello", "post"), lines[2].replace("30", "60")
    )
    told = account(old, new)
    assert told.index("~~30~~ **60**") < told.index("~~hello~~")
    assert "1 cosmetic edit not shown" in told
    assert '"anything"' not in told


def test_a_change_that_is_cosmetic_as_a_whole_is_shown():
    told = account(read("Ask us “anything”."), read('Ask us "anything".'))
    assert "COSMETIC" in told
    assert "### Edit 1" in told
