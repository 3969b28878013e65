"""A page that is nothing but a redirect written in HTML is followed as one; a page with text never is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.meta_refresh import LARGEST_STUB, refresh_target
from monitor.types import Via
from tests.crawler.texts import POLICY
from tests.crawling import Crawling
from tests.site import Site

HERE = "https://acme.example/legal/privacy"


def stub(content: str, *, around: str = "{}") -> str:
    return f"<html><head>{around.format(f'<meta http-equiv=refresh content={content!r}>')}</head><body></body></html>"


@pytest.mark.parametrize(
    ("body", "target"),
    [
        (stub("0; url=/new"), "https://acme.example/new"),
        (stub("0;URL=new#top"), "https://acme.example/legal/new"),
        (stub("5,url=https://b.example/?a=1&amp;b=2"), "https://b.example/?a=1&b=2"),
        ('<META CONTENT="0; url=\'/new\'" HTTP-EQUIV="Refresh">', "https://acme.example/new"),
        (stub("0; /new"), "https://acme.example/new"),
        (stub("0; url=http://[x"), "http://[x"),
        (stub("60"), None),
        (stub("600; url=/new"), None),
        (stub(f"0; url={HERE}#again"), None),
        (stub("0; url=/new", around="<noscript>{}</noscript>"), None),
        (stub("0; url=/new", around="<!-- {} -->"), None),
        (stub("0; url=/new", around="<script>'{}'</script>"), None),
        (stub("0; url=/new") + POLICY, None),
        ("<script>location = '/new'</script>", None),
    ],
)
def test_only_what_a_stub_itself_says_at_once_leads_on(body: str, target: str | None):
    assert refresh_target(body.encode(), "text/html", HERE) == target


@given(
    st.binary()
    | st.lists(st.sampled_from([b"<meta ", b"http-equiv=refresh ", b"content=", b"'0;", b'"', b"url=", b">"])).map(
        b"".join
    )
)
def test_no_bytes_break_the_look_for_a_stub(body: bytes):
    assert isinstance(refresh_target(body, "text/html", HERE), str | None)


@pytest.mark.parametrize("piece", [b"<meta ", b"a='", b" ", b";", b"<meta http-equiv=refresh content='0 "])
def test_the_most_tiresome_stub_takes_no_time(piece: bytes):
    body = (b"<meta http-equiv=refresh content='0" + piece * LARGEST_STUB)[:LARGEST_STUB]
    began = time.monotonic()
    refresh_target(body, "text/html", HERE)
    assert time.monotonic() - began < 0.5


def test_a_stub_is_followed_to_its_page(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY)
    result = crawled(site.page("/old", stub("0; url=/privacy"))).only
    assert (result.via, result.capture.body) == (Via.HTTP, POLICY.encode())
    assert (result.capture.url, result.capture.final_url) == (site.url("/old"), site.url("/privacy"))
    assert result.capture.moved_to == ""
    assert site.paths() == ["/old", "/privacy"]


def test_stubs_and_redirects_together_are_followed_five_times(site: Site, crawled: Crawling):
    for number in range(0, 9, 2):
        site.redirect(f"/{number}", f"/{number + 1}")
        site.page(f"/{number + 1}", stub(f"0; url=/{number + 2}"))
    result = crawled(site.url("/0")).only
    assert result.error == "no answer: 127.0.0.1 redirected more than 5 times"
    assert site.paths() == [f"/{number}" for number in range(6)]


@pytest.mark.parametrize("target", ["file:///etc/hostname", "http://127.0.0.2/", "http://[x"])
def test_a_stub_leads_nowhere_that_the_gate_forbids(site: Site, crawled: Crawling, target: str, monkeypatch):
    monkeypatch.setattr("crawler.failures.url_refusal", _only_loopback)
    result = crawled(site.page("/old", stub(f"0; url={target}"))).only
    assert result.capture is None
    assert result.error


def _only_loopback(url: str, *, allow_private: bool) -> str | None:
    from monitor.addresses import url_refusal

    return url_refusal(url, allow_private=url.startswith("http://127.0.0.1:"))


def test_only_permanent_redirects_alone_are_a_move(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY)
    site.redirect("/new", "/privacy", status=308)
    site.redirect("/old", "/new", status=301)
    site.redirect("/now", "/old", status=302)
    site.redirect("/lost", "/nothing", status=301)
    moved = crawled(*(site.url(path) for path in ("/old", "/now", "/privacy", "/lost"))).results
    by_source = {result.source_id: result.capture.moved_to for result in moved}
    assert by_source == {1: site.url("/privacy"), 2: "", 3: "", 4: ""}
