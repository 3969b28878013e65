"""Noise that stands in the midst of a policy or names itself nowhere; judged on invented pages."""

import pytest

from monitor.extract.document import extract
from monitor.extract.html import read_html
from monitor.extract.render import render
from tests.monitor.test_extract_html import CLAUSES, assert_all_clauses, page, text_of

CALLS = (
    "<div><h3>Get the app today</h3><p>Take it with you wherever you go.</p><a href='/app'>Download now</a></div>",
    "<div><p>Three months for the price of one NOISE!</p><div><a href='/offer'>Start now</a></div></div>",
    "<div><h2>Prêt NOISE ?</h2><div><div><a href='/essai'>Essai gratuit</a></div></div></div>",
    "<div><div><p>Hello NOISE! Do you need any help?</p><button>Start a chat</button></div></div>",
    "<div><div>NOISE, bonjour ! Comment pouvons-nous vous aider ?</div><div><button>Discuter</button></div></div>",
    "<section><strong>NOISE for winter</strong><p>Ten new kites for cold days.</p><a href='/shop'>Shop now</a></section>",
)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_to_act_is_not_in_the_document_wherever_it_stands(call):
    first, rest = CLAUSES.split("</p>", 1)
    for inside in (call + CLAUSES, CLAUSES + call, f"{first}</p>{call}{rest}"):
        for markup in (page(inside=inside), page(before=call), page(after=call)):
            text = text_of(markup)
            assert_all_clauses(text)
        text = text_of(page(inside=inside))
        assert "NOISE" not in text
        assert "wherever you go" not in text


@pytest.mark.parametrize(
    "clause",
    [
        "<div><p>You may withdraw your consent to this processing here:</p><a href='/form'>Start the form</a></div>",
        "<div><h3>Your data</h3><p>Take it with you.</p><a href='/copy'>Download your copy</a></div>",
        "<div><p>Write to law@shop.example or fill in the form.</p><a href='/form'>Get a form</a></div>",
        "<p>We work with a carrier. <a href='/carrier'>Discover</a> which one it is and what it does for you.</p>",
        "<div><h1>Shop rules</h1><a href='/rules.pdf'>Download</a></div>",
        "<ul><li>Kites that you <a href='/buy'>buy</a></li><li>Letters to us</li></ul>",
        "<div><h3>Is it free?</h3><p>Yes, unless you order more.</p><a href='/plans'>View plans</a></div>",
        "<div><button>Partners</button><div>A carrier and a bank.</div></div>",
        "<div><h3>Do you sell it?</h3><button>#</button><p>No, we never do.</p></div>",
    ],
)
def test_a_clause_with_a_link_to_act_by_is_kept(clause):
    first, rest = CLAUSES.split("</p>", 1)
    text = text_of(page(inside=f"{first}</p>{clause}{rest}"))
    for words in (
        "consent to this",
        "Take it with you",
        "law@shop",
        "which one it is",
        "Shop rules",
        "Letters to us",
        "No, we never do",
        "unless you order",
        "A carrier and a bank",
    ):
        assert (words in text) == (words in clause.replace("<a href='/carrier'>Discover</a> ", ""))


def test_teasers_of_other_articles_are_not_in_the_document():
    teaser = "<div><a href='/{0}'><h3>Walk number {0}</h3></a><p>Pack a flask and put on your boots: these are the walks that our readers like.</p></div>"
    text = text_of(page(inside=CLAUSES * 2 + f"<div><h2>From the blog</h2>{teaser.format(1)}{teaser.format(2)}</div>"))
    assert "boots" not in text
    assert_all_clauses(text)


def test_sections_whose_headings_are_links_are_kept_where_they_are_the_policy():
    section = "<div><h3><a href='/rules/{0}'>Part {0}</a></h3><p>We keep the records of part {0} as long as the law tells us to keep them.</p></div>"
    text = text_of(f"<body><div>{section.format(1)}{section.format(2)}{section.format(3)}</div></body>")
    assert "records of part 2" in text


def test_a_question_of_consent_beside_the_policy_is_left_out_whatever_its_buttons_say():
    banner = "<div><p>NOISE we and our 812 partners store cookies on your device to show you what you like most.</p><button>Alright</button></div>"
    for markup in (page(before=banner), page(after=banner)):
        text = text_of(markup)
        assert "NOISE" not in text
        assert_all_clauses(text)


def test_running_text_beside_the_policy_that_speaks_of_other_things_is_left_out():
    news = "<div><p>The engineers spent the whole winter on a new way to draw maps of the coast, and this is what they found out on their way NOISE.</p></div>"
    text = text_of(f"<body><div class='a'>{CLAUSES}</div><div class='b'>{news}</div></body>")
    assert "NOISE" not in text
    clause = news.replace("engineers spent", "provider processes personal data and").replace("NOISE", "KEPT")
    assert "KEPT" in text_of(f"<body><div class='a'>{CLAUSES}</div><div class='b'>{clause}</div></body>")


def test_in_a_language_whose_policy_words_are_not_known_a_section_beside_another_is_kept():
    def words(first: str) -> str:
        return " ".join(f"{first}{letter}q" for letter in "abcdefghijklmnopqrstuvwxyz")

    text = text_of(
        f"<body><div><div class='a'><p>{words('zu')}</p><p>{words('xo')}</p></div><div class='b'><p>{words('we')}</p></div></div></body>"
    )
    assert words("we") in text


def test_prompts_at_the_end_of_the_policy_are_left_out_and_its_last_words_are_not():
    last = "<div><p>Thank you for reading. Shop Ltd., 1 Main Street, Springfield.</p></div>"
    prompt = (
        "<div><h3>NOISE before you go</h3><p>Have ten off your first order.</p><button>Show me the code</button></div>"
    )
    text = text_of(page(inside=CLAUSES + last + prompt))
    assert "NOISE" not in text
    assert "1 Main Street" in text


def test_the_same_long_passage_in_every_tab_is_read_once():
    passage = "".join(
        f"<p>{letter} part of the summary says how the records of the shop are kept by all of its people.</p>"
        for letter in "abcdefghijkl"
    )
    text = text_of(
        page(inside="".join(f"<section><div>{passage}</div></section><h2>Part {n}</h2>{CLAUSES}" for n in range(3)))
    )
    assert text.count("c part of the summary") == 1
    assert text.count("We collect the name") == 3


def test_a_paragraph_that_the_policy_says_twice_is_kept_twice():
    clause = f"<p>{'This clause holds for each of the two countries that it is said for in turn. ' * 12}</p>"
    text = text_of(page(inside=f"<h2>North</h2>{clause}<h2>South</h2>{clause}{CLAUSES}"))
    assert text.count("This clause holds") == 24


def test_what_is_left_out_is_kept_beside_the_policy():
    menu = "<nav><a href='/'>Shop of kites</a> <a href='/sale'>Sale</a></nav>"
    hidden = "<div style='display:none'>2. Out of<br>stock</div><div><button>Open <b>menu</b></button></div>"
    document = extract(page(before=menu, after=hidden).encode(), content_type="text/html")
    assert document.beside == "Shop of kites Sale\nOut of stock\nOpen menu"
    assert "Shop of kites" not in document.text


def test_nothing_of_the_policy_is_beside_it():
    read = read_html(page(before="<nav>Menu</nav>").encode())
    assert read.beside == "Menu"
    assert_all_clauses(render(read.blocks))
