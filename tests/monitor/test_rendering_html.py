"""A redline as HTML, read in a real Chromium: marks that need no colour, words for those who do not see, no script of a page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from crawler.chromium import launch_options
from monitor.config import CrawlSettings
from monitor.diff.compare import compare
from monitor.rendering.comparison import Comparison
from monitor.rendering.html import html_fragment, html_page
from monitor.types import Block, BlockKind, Document
from tests.monitor.diff_documents import POLICY, policy, read

CLAUSE = POLICY[9]
HOSTILE = (
    "<script>window.hit = 1</script>",
    '"><img src=x onerror="window.hit=1">',
    "</ins></td></table><base href=//evil.example><svg onload=window.hit=1>",
    "javascript:window.hit=1",
    "{{ 7*7 }}{% raw %}",
    "</style><style>ins{text-decoration:none!important}</style>",
)


def a_comparison(old: Document, new: Document) -> Comparison:
    return Comparison("Lumen Garden", "version 2", "version 3", old, new, compare(old, new))


def kept_longer() -> Comparison:
    return a_comparison(policy(), policy(old="30 days", new="60 days"))


def moved() -> Comparison:
    rest = [line for line in POLICY if line != CLAUSE]
    return a_comparison(read(*POLICY), read(*rest, CLAUSE.replace("the carrier", "any carrier or printer")))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(**launch_options(CrawlSettings().browser_executable))
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


def computed(page: Page, selector: str, name: str) -> str:
    return str(page.locator(selector).first.evaluate(f"element => getComputedStyle(element).{name}"))


BOTH = pytest.mark.parametrize("side_by_side", [False, True], ids=["inline", "side by side"])


@BOTH
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_inserted_is_underlined_and_deleted_struck_whatever_the_colours(page: Page, scheme: str, side_by_side: bool):
    page.emulate_media(color_scheme=scheme)
    page.set_content(html_page(kept_longer(), side_by_side=side_by_side))
    assert computed(page, ".edit ins", "textDecorationLine") == "underline"
    assert computed(page, ".edit del", "textDecorationLine") == "line-through"


@BOTH
def test_what_moved_is_underlined_twice_and_links_to_the_place_it_left(page: Page, side_by_side: bool):
    page.set_content(html_page(moved(), side_by_side=side_by_side))
    assert computed(page, ".arrived .moved", "textDecorationStyle") == "double"
    label = page.locator(".arrived .label")
    assert "moved from Sharing" in label.inner_text()
    left = label.locator("a[href^='#left-']").get_attribute("href")
    assert page.locator(str(left)).count() == 1
    assert "moved from here to Contact" in page.locator(str(left)).inner_text()
    assert "or printer" in page.locator(".arrived").inner_text()


@BOTH
def test_marks_are_said_in_words_that_only_the_eye_does_not_see(page: Page, side_by_side: bool):
    page.set_content(html_page(kept_longer(), side_by_side=side_by_side))
    assert "inserted: 60 (end of insertion)" in str(page.locator(".edit ins").first.text_content())
    assert "deleted: 30 (end of deletion)" in str(page.locator(".edit del").first.text_content())
    box = page.locator(".edit ins .unseen").first.bounding_box()
    assert box is not None
    assert max(box["width"], box["height"]) <= 1


@BOTH
def test_tables_parts_and_edits_have_names_for_those_who_listen(page: Page, side_by_side: bool):
    page.set_content(html_page(kept_longer(), side_by_side=side_by_side))
    assert page.get_by_role("article", name="Lumen Garden").count() == 1
    assert page.get_by_role("navigation", name="Where it changed").count() == 1
    facts = page.get_by_role("table", name="Key facts")
    assert facts.get_by_role("columnheader", name="Before").count() == 1
    assert facts.get_by_role("rowheader", name="Duration").count() == 1
    edit = page.locator("#edit-1")
    assert str(edit.get_attribute("aria-labelledby")) == "edit-1-label"
    assert "substantive" in page.locator("#edit-1-label").inner_text()
    assert page.locator("th:not([scope])").count() == 0


def test_the_columns_of_the_side_by_side_view_are_named_and_hold_one_text_each(page: Page):
    page.set_content(html_page(kept_longer(), side_by_side=True))
    text = page.get_by_role("table", name="The text")
    assert text.get_by_role("columnheader", name="Old: version 2").count() == 1
    assert "60" not in page.locator("#edit-1 td.old").inner_text()
    assert "30" not in page.locator("#edit-1 td.new").inner_text()


@BOTH
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_page_becomes_script_or_mark_up(page: Page, text: str, side_by_side: bool):
    heading = Block(BlockKind.HEADING, text, 2, text)
    old = Document(text, "en", (heading, Block(BlockKind.PARAGRAPH, "We keep nothing.")), "")
    new = Document(text, "en", (heading, Block(BlockKind.LIST_ITEM, f"We sell {text} for 5 EUR.", 1)), "")
    comparison = Comparison(text, text, text, old, new, compare(old, new), remarks=(text,))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(html_page(comparison, side_by_side=side_by_side))
    assert page.evaluate("window.hit") is None
    assert page.locator("script, img, svg, base").count() == 0
    assert computed(page, "ins", "textDecorationLine") == "underline"
    assert asked == []
    fragment = html_fragment(comparison, side_by_side=side_by_side)
    page.set_content(str(fragment))  # without the page's own policy against scripts
    assert page.evaluate("window.hit") is None
    assert text in page.locator("h1").inner_text()


@BOTH
def test_nothing_stands_out_at_the_width_of_a_phone(page: Page, side_by_side: bool):
    page.set_viewport_size({"width": 360, "height": 740})
    long = policy(old="30 days", new="60 days " + "x" * 200)
    page.set_content(html_page(a_comparison(policy(), long), side_by_side=side_by_side))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_unchanged_text_is_folded_and_counted_and_opens(page: Page):
    page.set_content(html_page(kept_longer()))
    folded = page.locator("details").first
    assert folded.locator("summary").inner_text() == "… 5 unchanged passages"
    assert not page.get_by_text("Your garden photos").is_visible()
    folded.locator("summary").click()
    assert page.get_by_text("Your garden photos").is_visible()


def test_the_headings_above_an_edit_are_not_folded_away(page: Page):
    page.set_content(html_page(kept_longer()))
    assert page.get_by_role("heading", name="How long we keep it").is_visible()
    assert not page.get_by_role("heading", name="Sharing").is_visible()


def test_the_outline_leads_to_each_changed_section_with_its_worst_significance(page: Page):
    page.set_content(html_page(a_comparison(policy(), policy(old="30", new="60", old2="privacy@", new2="hello@"))))
    entries = page.get_by_role("navigation").get_by_role("listitem")
    assert [" ".join(text.split()) for text in entries.all_inner_texts()] == [
        "How long we keep it substantive 1 edit",
        "Contact minor 1 edit",
    ]
    for link in page.get_by_role("navigation").get_by_role("link").all():
        assert page.locator(str(link.get_attribute("href"))).count() == 1


def test_another_number_is_told_in_words():
    before, after = (Block(BlockKind.HEADING, "Retention", 2, number) for number in ("8.", "9."))
    old = Document("", "en", (before, Block(BlockKind.PARAGRAPH, "We keep it for 30 days.")), "")
    new = Document("", "en", (after, Block(BlockKind.PARAGRAPH, "We keep it for 60 days.")), "")
    assert "renumbered 8. → 9." in html_fragment(a_comparison(old, new))


def test_on_paper_it_is_a4_in_the_light_dress(page: Page):
    page.emulate_media(media="print", color_scheme="dark")
    page.set_content(html_page(kept_longer()))
    assert computed(page, ".redline", "backgroundColor") == "rgb(255, 255, 255)"
    assert computed(page, ".edit ins", "textDecorationLine") == "underline"
    printed = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 594.95996 841.91998]" in printed or b"/MediaBox [0 0 595" in printed
