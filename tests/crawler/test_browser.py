"""When the browser is asked, what it brings, and what happens when there is none."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.browser import SHELL_TEXT, needs_browser, visible_bytes
from crawler.spiders import policies
from monitor.types import Via
from tests.crawler.texts import POLICY, filled_by_script
from tests.crawling import Crawling, as_source
from tests.site import Site

HTML = "text/html; charset=utf-8"


def test_a_page_made_by_a_script_is_read_through_the_browser_and_says_why(site: Site, crawled: Crawling):
    site.page("/privacy", filled_by_script())
    plain, browser = crawled(site.url("/privacy")).results
    assert (plain.via, plain.final, plain.capture.body) == (Via.HTTP, False, filled_by_script().encode())
    assert (browser.via, browser.final, browser.capture.via) == (Via.BROWSER, True, Via.BROWSER)
    assert plain.reason == browser.reason == "the plain page is a script shell with 0 bytes of text"
    assert POLICY in browser.capture.body.decode()
    assert browser.capture.content_type == HTML
    assert browser.capture.final_url == site.url("/privacy")


def test_text_that_comes_late_is_waited_for(site: Site, crawled: Crawling):
    site.page("/privacy", filled_by_script(after_ms=1500))
    assert POLICY in crawled(site.url("/privacy")).results[-1].capture.body.decode()


def test_a_page_that_answers_403_is_asked_for_by_the_browser(site: Site, crawled: Crawling):
    statuses = [200, 403]
    site.page("/privacy", POLICY, status=statuses.pop)
    results = crawled(site.url("/privacy")).results
    assert [(result.via, result.capture.status, result.final) for result in results] == [
        (Via.HTTP, 403, False),
        (Via.BROWSER, 200, True),
    ]
    assert results[0].reason == "the plain request was answered 403"


def test_an_ordinary_page_costs_no_browser(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY + "<script>track()</script>")
    assert crawled(site.url("/privacy")).only.via is Via.HTTP
    assert site.paths() == ["/privacy"]


def test_a_source_known_to_need_the_browser_goes_there_at_once_and_unconditionally(site: Site, crawled: Crawling):
    site.page("/privacy", filled_by_script(), etag='"v1"')
    known = replace(as_source(site.url("/privacy")), browser_reason="the plain page is a script shell", etag='"v1"')
    result = crawled(known).only
    assert (result.via, result.final, result.reason) == (Via.BROWSER, True, "the plain page is a script shell")
    assert site.paths() == ["/privacy"]


def test_always_means_the_browser(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY)
    result = crawled(replace(as_source(site.url("/privacy")), browser="always")).only
    assert (result.via, result.reason) == (Via.BROWSER, "the declaration says: browser always")


def test_never_means_no_browser(site: Site, crawled: Crawling):
    site.page("/privacy", filled_by_script())
    source = replace(as_source(site.url("/privacy")), browser="never", browser_reason="it once was a script shell")
    result = crawled(source).only
    assert (result.via, result.final, result.reason) == (Via.HTTP, True, "")


@pytest.mark.parametrize("executable", ["/nowhere/chromium", "/bin/true"])
def test_without_chromium_the_plain_answer_stands_and_says_so(site: Site, crawled: Crawling, executable: str):
    site.page("/privacy", filled_by_script())
    browser, plain = crawled(site.url("/privacy"), browser_executable=executable).results
    assert (browser.via, browser.final, browser.capture) == (Via.BROWSER, False, None)
    assert browser.error.startswith("the browser failed: ")
    assert (plain.via, plain.final, plain.capture.status) == (Via.HTTP, True, 200)
    assert "script shell with 0 bytes of text; the browser was not available: the browser failed" in plain.reason


def test_without_chromium_a_source_that_goes_there_directly_fails_in_words(site: Site, crawled: Crawling):
    source = replace(as_source(site.url("/privacy")), browser="always")
    result = crawled(source, browser_executable="/nowhere/chromium").only
    assert (result.via, result.final) == (Via.BROWSER, True)
    assert "/nowhere/chromium" in result.error


def test_a_browser_answer_that_breaks_the_reading_of_it_leaves_the_plain_one(
    site: Site, crawled: Crawling, monkeypatch: pytest.MonkeyPatch
):
    real = policies.captured

    def broken_in_browser(source, via, response, reason):
        if via is Via.BROWSER:
            raise RuntimeError("nobody thought of this")
        return real(source, via, response, reason)

    monkeypatch.setattr(policies, "captured", broken_in_browser)
    browser, plain = crawled(site.page("/privacy", filled_by_script())).results
    assert (browser.via, browser.final) == (Via.BROWSER, False)
    assert "nobody thought of this" in browser.error
    assert (plain.via, plain.final, plain.capture.body) == (Via.HTTP, True, filled_by_script().encode())


def test_with_the_browser_off_the_plain_answer_stands_and_says_so(site: Site, crawled: Crawling):
    site.page("/privacy", filled_by_script())
    result = crawled(site.url("/privacy"), browser=False).only
    assert (result.via, result.final) == (Via.HTTP, True)
    assert result.reason.endswith("0 bytes of text; the browser was not available: it is off in the settings")


def test_the_browser_says_who_it_is_and_asks_for_the_declared_language(site: Site, crawled: Crawling):
    site.page("/privacy", filled_by_script("<script>"))
    site.page("/privacy", "<script>document.write(navigator.userAgent + ' in ' + navigator.language)</script>")
    source = replace(as_source(site.url("/privacy")), browser="always", language="fr")
    body = crawled(source, contact="legal@acme.example").only.capture.body.decode()
    assert "smallprint/0.1.0 (+legal@acme.example) in fr" in body
    assert site.visits[-1].headers["user-agent"] == "smallprint/0.1.0 (+legal@acme.example)"


def test_decoration_popups_downloads_and_service_workers_are_left_out(site: Site, crawled: Crawling):
    site.page("/worker.js", "self.addEventListener('fetch', () => {})", content_type="text/javascript")
    site.page("/file.zip", b"PK", headers={"Content-Disposition": "attachment"})
    site.page(
        "/privacy",
        f"""{POLICY}<img src=/logo.png><video src=/film.mp4></video>
        <style>@font-face {{ font-family: f; src: url(/f.woff2) }} h1 {{ font-family: f }}</style>
        <script>
        alert('stop'); window.open('/popup');
        navigator.serviceWorker && navigator.serviceWorker.register('/worker.js').catch(() => 0);
        const link = document.createElement('a'); link.href = '/file.zip'; link.download = 'f';
        document.body.append(link); link.click();
        </script>""",
    )
    result = crawled(replace(as_source(site.url("/privacy")), browser="always")).only
    assert result.error == ""
    assert "thirty days" in result.capture.body.decode()
    assert not {"/logo.png", "/film.mp4", "/f.woff2", "/worker.js"} & set(site.paths())


def test_a_page_that_never_ends_is_given_up_and_the_next_is_read(site: Site, crawled: Crawling):
    site.page("/spins", "<script>setTimeout(() => { while (1) {} }, 50)</script>")
    site.page("/privacy", filled_by_script())
    began = time.monotonic()
    done = crawled(site.url("/spins"), site.url("/privacy"), browser_timeout_seconds=3, delay_seconds=0.5)
    assert time.monotonic() - began < 20
    final = {result.source_id: result for result in done.results if result.final}
    assert final[1].via is Via.HTTP
    assert "the browser gave up after 3 s" in final[1].reason
    assert POLICY in final[2].capture.body.decode()


def test_a_page_whose_parts_hang_is_read_all_the_same(site: Site, crawled: Crawling):
    site.hang("/never.js")
    site.page("/privacy", filled_by_script() + "<script async src=/never.js></script>")
    assert POLICY in crawled(site.url("/privacy"), browser_timeout_seconds=10).results[-1].capture.body.decode()


def test_a_check_that_the_browser_passes_leaves_the_status_of_the_page_behind_it(site: Site, crawled: Crawling):
    """What is kept is one answer: the document's own status and headers, not those of the page before it."""
    check = "<p>One moment.</p><script src=/next></script><script>setTimeout(() => location.reload(), 300)</script>"
    answers = [(200, POLICY), (403, check)]
    site.page("/privacy", lambda: bytes(answers[-1][1], "utf-8"), status=lambda: answers[-1][0])
    site.page("/next", lambda: answers.pop() and b"", content_type="text/javascript")
    result = crawled(replace(as_source(site.url("/privacy")), browser="always")).only
    assert result.capture.status == 200
    assert "thirty days" in result.capture.body.decode()


@pytest.mark.parametrize(
    ("status", "content_type", "body", "wanted"),
    [
        (403, "text/html", POLICY, "the plain request was answered 403"),
        (200, HTML, POLICY, None),
        (200, HTML, POLICY + "<script>x()</script>", None),
        (200, HTML, "<div id=app></div><script src=/app.js></script>", "a script shell with 0 bytes"),
        (200, HTML, "<p>Menu</p><noscript>Please enable</noscript><SCRIPT>1</SCRIPT>", "a script shell with 4 bytes"),
        (200, HTML, "<p>Moved.</p>", "next to no text (6 bytes)"),
        (200, HTML, "<!-- " + "words " * 500 + "--><script></script>", "a script shell with 0 bytes"),
        (200, HTML, "<style>" + "a{b:c}" * 500 + "</style><script></script>", "a script shell with 0 bytes"),
        (404, HTML, "<p>Not here</p><script></script>", None),
        (200, "application/pdf", "%PDF-1.7", None),
        (200, "text/plain", "short", None),
    ],
)
def test_the_browser_is_wanted_for_shells_and_403(status: int, content_type: str, body: str, wanted: str | None):
    reason = needs_browser(status, content_type, body.encode())
    assert reason is None if wanted is None else wanted in reason


@given(st.binary(max_size=2000))
def test_any_bytes_are_judged(body: bytes):
    assert 0 <= visible_bytes(body, enough=SHELL_TEXT) <= len(body)


@pytest.mark.parametrize("piece", [b"<div>", b"<script", b"<!--", b"<a ", b"</", b"<script></scrip"])
def test_judging_takes_linear_time(piece: bytes):
    body = piece * (4_000_000 // len(piece))
    began = time.process_time()
    needs_browser(200, HTML, body)
    assert time.process_time() - began < 5


def test_a_retest_asks_plainly_as_well_and_the_browser_s_answer_counts(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY)
    known = replace(as_source(site.url("/privacy")), browser_reason="it once was a shell", retest_browser=True)
    plain, browser = crawled(known).results
    assert (plain.via, plain.final, plain.capture.body) == (Via.HTTP, False, POLICY.encode())
    assert (browser.via, browser.final, browser.reason) == (Via.BROWSER, True, "it once was a shell")


def test_a_retest_that_gets_no_plain_answer_costs_nothing(site: Site, crawled: Crawling):
    bodies = [POLICY.encode()]  # for the browser: the plain visitor is cut off before it gets anything
    site.page("/privacy", chunks=lambda: _cut_off_unless_browser(site, bodies))
    known = replace(as_source(site.url("/privacy")), browser_reason="it once was a shell", retest_browser=True)
    plain, browser = crawled(known, timeout_seconds=1).results
    assert (plain.via, plain.final, plain.capture) == (Via.HTTP, False, None)
    assert "took too long" in plain.error
    assert (browser.via, browser.final) == (Via.BROWSER, True)
    assert POLICY in browser.capture.body.decode()


def _cut_off_unless_browser(site: Site, bodies: list[bytes]) -> list[bytes]:
    if "upgrade-insecure-requests" not in site.visits[-1].headers:  # which browsers send
        site.wait_closing(3)
    return bodies


def test_a_retest_that_is_redirected_where_nobody_may_go_costs_nothing(site: Site, crawled: Crawling):
    statuses = [200, 302]
    site.page("/privacy", POLICY, status=statuses.pop, headers={"Location": "ftp://acme.example/"})
    known = replace(as_source(site.url("/privacy")), browser_reason="it once was a shell", retest_browser=True)
    plain, browser = crawled(known).results
    assert (plain.final, browser.via, browser.final) == (False, Via.BROWSER, True)
    assert plain.error


def test_both_ways_ask_for_the_same_language(site: Site, crawled: Crawling):
    url = site.page("/privacy", POLICY)
    for browser in ("never", "always"):
        for language in ("", "de-CH, de"):
            crawled(replace(as_source(url), browser=browser, language=language))
    asked = [visit.headers["accept-language"] for visit in site.visits if visit.path == "/privacy"]
    assert [tags.partition(",")[0] for tags in asked] == ["en", "de-CH"] * 2
    assert asked[1] == "de-CH, de;q=0.9"
