"""Selections: what a declaration selects is the policy's text, and a page without it is read automatically."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract.document import extract
from monitor.extract.selectors import LONGEST_SELECTOR, read_selectors
from monitor.types import Block, Document, PageState, Range, Selection

CLAUSES = "".join(
    f"<p>Clause {number}: the kite that you order is yours, and we keep your address for the invoice number {number}.</p>"
    for number in range(8)
)
PAGE = f"""<html lang="en"><head><title>Terms of Acme</title></head><body>
<nav class="menu"><a href="/">Home</a> <a href="/shop">Shop</a></nav>
<div class="hero"><h2>Winter sale</h2><p>All kites are cheaper this week, and the strings come free of charge.</p></div>
<div class="content"><h1 id="top">Terms of Acme</h1>{CLAUSES}
<button>Print this page</button>
<div class="cookie-banner" style="display:none"><p>Hidden clause about cookies.</p></div>
<div class="related"><h2>More to read</h2><ul><li><a href="/news">News of the week</a></li></ul></div>
<h2 id="last">Contact</h2><p>Write to <a href="/write">our office</a>.</p></div>
<footer>Acme, 1 Kite Street</footer></body></html>"""


def select(*selectors: object, remove: object = (), page: str = PAGE, **options: object) -> Document:
    selection = Selection(read_selectors(list(selectors)), read_selectors(remove))
    return extract(page.encode(), selection=selection, **options)


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def test_what_is_selected_is_the_policy_buttons_and_hidden_text_included() -> None:
    document = select(".content")
    assert texts(document)[0] == "Terms of Acme"
    assert {"Print this page", "Hidden clause about cookies.", "News of the week"} <= set(texts(document))
    assert "Winter sale" not in document.text
    assert (document.page_state, document.selection_missed) == (PageState.OK, "")


def test_blocks_links_and_dates_are_as_in_the_automatic_reading() -> None:
    page = PAGE.replace("</h1>", "</h1><p>Last updated: 4 May 2023</p>").replace("<button>Print this page</button>", "")
    selected = select(".content", remove=[".related", ".cookie-banner"], page=page, url="https://acme.example/")
    hero = page[page.index('<div class="hero">') : page.index('<div class="content">')]
    automatic = extract(page.replace(hero, "").encode(), url="https://acme.example/")
    assert selected.stated.last_updated is not None
    assert (selected.blocks, selected.stated) == (automatic.blocks, automatic.stated)
    assert selected.blocks[-1].links == ("https://acme.example/write",)


def test_nested_matches_count_once_and_stand_in_the_order_of_the_page() -> None:
    document = select("#last", ".content", ".content p", "h1")
    assert texts(document) == texts(select(".content"))


def test_remove_goes_also_where_select_names_it() -> None:
    document = select(".content", remove=".related, .cookie-banner")
    assert "News of the week" not in document.text
    assert "Hidden clause" not in document.text
    assert "Contact" in document.text


def test_remove_alone_leaves_the_rest_to_the_automatic_reading() -> None:
    document = select(remove="#last")
    assert "Contact" not in document.text
    assert "Home" not in document.text
    assert "Clause 7" in document.text


@pytest.mark.parametrize(
    ("ends", "first", "last"),
    [
        ({"startBefore": "h1", "endBefore": ".related"}, "Terms of Acme", "Hidden clause about cookies."),
        ({"startAfter": "h1", "endBefore": ".related"}, "Clause 0", "Hidden clause about cookies."),
        ({"startAfter": "h1", "endAfter": ".related"}, "Clause 0", "News of the week"),
        ({"startBefore": ".content p", "endAfter": "#last"}, "Clause 0", "Contact"),
    ],
)
def test_a_range_reaches_from_one_first_match_to_the_other(ends: dict[str, str], first: str, last: str) -> None:
    found = texts(select(ends))
    assert found[0].startswith(first)
    assert found[-1] == last


def test_a_range_may_start_and_end_at_different_depths_and_cut_through_an_element() -> None:
    page = f"<div><section><p>before</p><h1>Terms</h1>loose words {CLAUSES}</section></div><div><p>end <b>here</b> rest</p></div>"
    found = texts(select({"startBefore": "h1", "endBefore": "b"}, page=page))
    assert found[0] == "Terms"
    assert found[1] == "loose words"
    assert found[-1] == "end"


def test_a_range_is_removed_with_all_that_stands_in_it() -> None:
    document = select(".content", remove={"startBefore": "button", "endBefore": "#last"})
    assert texts(document)[-3:] == [texts(document)[-3], "Contact", "Write to our office."]
    assert texts(document)[-3].startswith("Clause 7")


@pytest.mark.parametrize(
    ("selectors", "why"),
    [
        ((".gone",), "`.gone` matches nothing on the page"),
        ((".gone", "#lost"), "`.gone`, `#lost` match nothing on the page"),
        (({"startBefore": "h1", "endBefore": ".gone"},), "`.gone`, an end of a range, matches nothing on the page"),
        (({"startBefore": "#last", "endBefore": "h1"},), "the range from `#last` to `h1` ends before it starts"),
        (("button",), "what it selects is no policy: a page without text"),
        (("title",), "what it selects is no policy: a page without text"),
    ],
)
def test_a_selection_that_misses_is_said_and_the_page_is_read_automatically(
    selectors: tuple[object, ...], why: str
) -> None:
    document = select(*selectors)
    assert document.selection_missed.startswith(why)
    assert texts(document) == texts(extract(PAGE.encode()))
    assert document.page_state is PageState.OK


def test_one_of_several_selectors_may_match_nothing() -> None:
    assert select(".gone", ".content").selection_missed == ""


def test_what_to_remove_may_be_missing_but_for_the_ends_of_a_range() -> None:
    assert select(".content", remove=".gone").selection_missed == ""
    assert "an end of a range" in select(".content", remove={"startAfter": ".gone", "endAfter": "h1"}).selection_missed


def test_what_is_selected_may_be_a_wall_and_a_wall_without_the_selected_is_one_too() -> None:
    wall = "<html><body><div class='content'><h1>Page not found</h1><p>The page was not found.</p></div></body></html>"
    for selector in (".content", ".gone"):
        assert select(selector, page=wall).page_state is PageState.ERROR_PAGE


def test_only_html_can_be_selected_from() -> None:
    document = select("p", page="# Terms\n\n" + "Plain words of a policy that we sell kites by. " * 5, url="a.md")
    assert document.selection_missed == "an HTML page was wanted to select from, text/markdown came"
    assert document.blocks[0] == Block(document.blocks[0].kind, "Terms", 1)


def test_what_stands_outside_is_set_aside_and_not_lost() -> None:
    page = PAGE.replace("<body>", "<body>loose words")
    document = select(".content", remove=".related", page=page)
    for text in ("loose words", "Winter sale", "News of the week", "1 Kite Street"):
        assert text in document.beside
        assert text not in document.text


def test_no_page_can_leave_out_text_by_an_attribute_of_its_own() -> None:
    page = PAGE.replace("<p>Clause 3", '<p smallprint mark="x" smallprint\\ mark="x">Clause 3')
    assert "Clause 3" in select(".content", page=page).text


def test_a_shadow_root_outside_the_selection_is_outside() -> None:
    host = "<div><template shadowrootmode=open><p>Shadow words of a banner</p></template><p class=in>{}</p></div>"
    page = f"<body>{host.format(CLAUSES)}<section class=in>{CLAUSES}</section></body>"
    assert "Shadow words" not in select(".in", page=page).text
    assert "Shadow words" in select("body", page=page).text


@pytest.mark.parametrize(
    ("selector", "count"),
    [
        ("div > p:first-of-type", 1),
        ("p:nth-child(1 of .b)", 1),
        ("div:has(> p.b) p", 3),
        ("p:not(.a, .b)", 1),
        (":is(.a, .b)", 2),
        ("p + p ~ p", 1),
        ("[data-k='v w' i]", 1),
        ("#a\\:1", 1),
        ("DIV P", 3),
    ],
)
def test_the_selectors_of_browsers_are_known(selector: str, count: int) -> None:
    clause = "Under this policy we process your personal data, and you may object to that processing."
    page = f"<div><p class=a id='a:1'>1 {clause}</p><p class=b data-k='V W'>2 {clause}</p><p>3 {clause}</p></div>"
    document = select(selector, page=page)
    assert (len(document.blocks), document.selection_missed) == (count, "")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("div[", r"a CSS selector such as .* was wanted, 'div\[' came: it cannot be parsed"),
        ("", "cannot be parsed"),
        ("//div[@id='x']", "XPath"),
        ("p:contains('x')", "not known here"),
        ("p::before", "pseudo-elements"),
        (7, "it is no text"),
        (None, "nothing came. In YAML # begins a comment"),
        (["a", ["b"]], "it is no text"),
        ("p" * (LONGEST_SELECTOR + 1), "longer than 1,000 characters"),
        ({"startBefore": "a"}, "one of endBefore and endAfter was wanted, startBefore came"),
        (
            {"startBefore": "a", "startAfter": "b", "endAfter": "c"},
            "was wanted, startBefore, startAfter, endAfter came",
        ),
        ({"startbefore": "a", "endAfter": "c"}, "unknown key startbefore; did you mean `startBefore`"),
        ({"startBefore": "a", "endAfter": "c["}, "cannot be parsed"),
        ({}, "an empty one came"),
    ],
)
def test_what_is_no_selector_is_refused_with_what_was_wanted(raw: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_selectors(raw)


def test_one_selector_or_range_is_a_list_of_one() -> None:
    assert read_selectors("p") == ("p",)
    assert read_selectors({"startAfter": "a", "endBefore": "b"}) == (Range("a", "b", after_start=True),)
    assert read_selectors([]) == ()


TOKENS = st.sampled_from([
    "p", "div", ".content", "#top", "[a]", "[a='", "'", '"', "(", ")", "[", "]", ":not(", ":has(", ":is(", ":nth-child(",
    "2n+1", " of ", ">", "+", "~", ",", "|", "*", "\\", "/*", "*/", "{", "}", "@", "!", ";", "\0", "é", " ", "\n", "\ud800",
    ":first-child", "::before", "99999999999999999999", "&", ":lang(", ":root", ":scope",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(TOKENS, max_size=12).map("".join), st.text(max_size=40)))
def test_any_text_is_either_a_selector_that_can_be_looked_up_or_refused_in_words(text: str) -> None:
    try:
        [selector] = read_selectors(text)
    except ValueError as refused:
        fault = str(refused)
    else:
        fault = ""
        assert select(selector).blocks
        assert select({"startBefore": selector, "endAfter": selector}).blocks
    assert not fault or "was wanted" in fault


WORDS = st.sampled_from(["kites", "strings", "orders", "letters", "invoices"])
TREE = st.recursive(
    WORDS,
    lambda inside: st.tuples(
        st.sampled_from(["div", "p", "b", "ul"]), st.sampled_from("xyz"), st.lists(inside, max_size=4)
    ),
    max_leaves=25,
)


def markup(tree: object) -> str:
    if isinstance(tree, str):
        return f" {tree} "
    tag, name, inside = tree
    return f"<{tag} class={name}>{''.join(map(markup, inside))}</{tag}>"


@settings(max_examples=150, deadline=None)
@given(st.lists(TREE, max_size=6), st.sampled_from("xyz"), st.sampled_from("xyz"))
def test_selected_and_set_aside_together_are_all_of_the_page(trees: list[object], one: str, other: str) -> None:
    page = f"<body><p class=always>{'we keep all words ' * 20}</p>{''.join(map(markup, trees))}</body>"
    for selection in (
        Selection((".always", f".{one}"), (f".{other}",)),
        Selection((".always", Range(f".{one}", f".{other}", after_end=True))),
    ):
        document = extract(page.encode(), selection=selection)
        if not document.selection_missed:
            said = " ".join([*texts(document), document.beside]).split()
            for word in ("kites", "strings", "orders", "letters", "invoices"):
                assert said.count(word) == page.split().count(word)
