"""What links, titles and addresses say; what is no policy's name; links out of any bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.candidates import from_links
from crawler.discovery.links import MOST_LINKS, Link, read_links
from crawler.discovery.words import (
    LISTS,
    is_article,
    leads_to_switch,
    meant_for_others,
    named_by_address,
    named_by_text,
)
from monitor.errors import ReadingError

HOME = "https://acme.example/"


@pytest.mark.parametrize(
    ("text", "terms_type"),
    [
        ("Privacy Policy", "Privacy Policy"),
        ("Our Privacy Policy", "Privacy Policy"),
        ("PRIVACY & COOKIES", "Privacy Policy"),
        ("Acme Terms of Use", "Terms of Service"),
        ("Datenschutzerklärung", "Privacy Policy"),
        ("POLITIQUE DE CONFIDENTIALITE", "Privacy Policy"),
        ("Conditions générales de vente", "General Conditions of Sale"),
        ("Términos y condiciones", "Terms of Service"),
        ("Cookie-Richtlinie", "Trackers Policy"),
        ("利用規約", "Terms of Service"),
        ("隐私政策", "Privacy Policy"),
        ("개인정보처리방침", "Privacy Policy"),
        ("Политика конфиденциальности", "Privacy Policy"),
        ("Impressum", "Imprint"),
        ("Legal", LISTS),
    ],
)
def test_a_link_that_names_a_policy_and_nothing_else_is_known(text: str, terms_type: str):
    naming = named_by_text(text, service="acme")
    assert naming is not None
    assert (naming.terms_type, naming.exact) == (terms_type, True)


@pytest.mark.parametrize("text", ["Pricing", "", "Privately held", "Sign in", "Determine", "特定商取引法に基づく表記"])
def test_other_links_name_nothing(text: str):
    assert named_by_text(text) is None


@pytest.mark.parametrize(
    ("url", "terms_type"),
    [
        (f"{HOME}legal/privacy-policy.html", "Privacy Policy"),
        (f"{HOME}termsandconditions", "Terms of Service"),
        (f"{HOME}politica-de-privacidad/", "Privacy Policy"),
        (f"{HOME}privacy/en", "Privacy Policy"),
        ("https://privacy.acme.example/", "Privacy Policy"),
        (f"{HOME}index.php?page=impressum", "Imprint"),
        (f"{HOME}legal", LISTS),
    ],
)
def test_addresses_name_policies(url: str, terms_type: str):
    naming = named_by_address(url)
    assert naming is not None
    assert naming.terms_type == terms_type


@pytest.mark.parametrize("url", [HOME, f"{HOME}legal/licences", f"{HOME}pricing", "https://legal.acme.example/about"])
def test_addresses_of_other_pages_name_none(url: str):
    assert named_by_address(url) is None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Manage privacy settings", "/privacy/settings"),
        ("Your Privacy Choices", "/privacy/choices"),
        ("Cookie-Einstellungen", "/cookies"),
        ("Why privacy matters to us all", "/blog/privacy"),
        ("Terms agreed with investor", "/news/2026/03/terms"),
        ("Privacy screens for laptops", "/shop/privacy-screens"),
        ("Pricing", "/pricing"),
    ],
)
def test_switches_articles_and_goods_are_no_candidates(text: str, path: str):
    link = Link(f"https://acme.example{path}", text, "page")
    assert from_links([link], home=HOME, language="en", service="acme", where="the home page") == []


def test_what_speaks_against_a_link_is_told_by_its_words():
    assert leads_to_switch("Manage cookie preferences") == "preferences"
    assert meant_for_others("Applicant privacy notice", HOME) == "applicant"
    assert meant_for_others("Terms of use 2023", HOME) == "2023"
    assert is_article(f"{HOME}blog/privacy-policy")
    assert not is_article(f"{HOME}legal/privacy-policy")


@given(st.binary(max_size=3000), st.sampled_from(["text/html", "text/html; charset=utf-16", ""]))
def test_links_of_any_bytes_are_addresses_of_pages(body: bytes, content_type: str):
    try:
        read = read_links(body, content_type=content_type, url=HOME)
    except ReadingError:
        return
    assert all(link.url.startswith(("http://", "https://")) for link in read.links)


@given(st.text("<a href='/\" >x:#javscriptml%0@[]\\\n", max_size=300))
def test_addresses_that_are_none_are_left_out(href: str):
    read = read_links(f'<a href="{href}">Privacy</a>'.encode(), content_type="text/html", url=HOME)
    assert all(link.url.startswith(("http://", "https://")) and "#" not in link.url for link in read.links)


def test_a_page_gives_so_many_links_and_no_more():
    page = b"<a href='/privacy'>Privacy</a>" * (MOST_LINKS * 2)
    assert len(read_links(page, content_type="text/html", url=HOME).links) == MOST_LINKS
