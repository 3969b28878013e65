"""What one plain fetch promises."""

import socket
import time
from dataclasses import replace
from itertools import pairwise

import pytest

from crawler.settings import DOWNLOAD_MAXSIZE
from crawler.spiders import policies
from monitor.types import Via
from tests.crawler.texts import POLICY
from tests.crawling import Crawling, as_source
from tests.site import Site


def test_a_capture_is_exactly_what_was_served(site: Site, crawled: Crawling):
    body = POLICY.encode() + b"\x00\xff\xfe bytes no text can hold"
    site.page("/privacy", body)
    capture = crawled(site.url("/privacy")).only.capture
    assert capture.body == body
    assert capture.status == 200
    assert capture.via is Via.HTTP
    assert capture.captured_at.utcoffset().total_seconds() == 0


def test_header_names_are_lower_case_and_repeated_values_joined(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY, headers={"X-Served-By": "one\ntwo"})
    assert crawled(site.url("/privacy")).only.capture.headers["x-served-by"] == "one, two"


def test_a_redirect_is_followed_and_both_addresses_are_known(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY)
    site.redirect("/old", "/privacy", status=301)
    capture = crawled(site.url("/old")).only.capture
    assert (capture.url, capture.final_url) == (site.url("/old"), site.url("/privacy"))


def test_after_five_redirects_the_sixth_is_not_followed(site: Site, crawled: Crawling):
    for number in range(8):
        site.redirect(f"/{number}", f"/{number + 1}")
    result = crawled(site.url("/0")).only
    assert result.error == "no answer: 127.0.0.1 redirected more than 5 times"
    assert site.paths() == [f"/{number}" for number in range(6)]


@pytest.mark.parametrize("status", [301, 304, 305, 306])
@pytest.mark.parametrize("target", ["http://[x", "//[x/privacy"])
def test_a_redirect_to_what_is_no_url_costs_one_source(site: Site, crawled: Crawling, status: int, target: str):
    site.redirect("/robots.txt", target)
    site.redirect("/hostile", target, status=status)
    done = crawled(site.url("/hostile"), site.page("/privacy", POLICY))
    by_source = {result.source_id: result for result in done.results}
    assert "Invalid IPv6 URL" in by_source[1].error
    assert by_source[2].capture.body == POLICY.encode()


@pytest.mark.parametrize("broken", ["needs_browser", "failure_of"])
def test_an_answer_that_breaks_the_reading_of_it_costs_one_source(
    site: Site, crawled: Crawling, monkeypatch: pytest.MonkeyPatch, broken: str
):
    calls = []

    def break_once(*arguments: object) -> str:
        calls.append(arguments)
        if len(calls) == 1:
            raise RuntimeError("nobody thought of this")
        return ""

    monkeypatch.setattr(policies, broken, break_once)
    urls = {"needs_browser": site.page("/hostile", POLICY), "failure_of": "http://nobody.invalid/hostile"}
    done = crawled(urls[broken], site.page("/privacy", POLICY))
    by_source = {result.source_id: result for result in done.results}
    assert by_source[1].final
    assert by_source[1].error.endswith("cannot be used (RuntimeError: nobody thought of this)")
    assert by_source[2].capture.body == POLICY.encode()


@pytest.mark.parametrize("status", [404, 410, 451])
def test_an_error_page_is_an_answer_and_is_kept(site: Site, crawled: Crawling, status: int):
    site.page("/privacy", "gone", status=status)
    capture = crawled(site.url("/privacy")).only.capture
    assert (capture.status, capture.body) == (status, b"gone")


def test_a_server_error_is_tried_again_and_the_last_answer_is_kept(site: Site, crawled: Crawling):
    bodies = [b"second", b"first"]
    site.page("/privacy", bodies.pop, status=502)
    result = crawled(site.url("/privacy")).only
    assert (result.capture.status, result.capture.body) == (502, b"second")
    assert site.paths() == ["/privacy"] * 2


def test_what_is_known_is_not_sent_again(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY, etag='"v1"', last_modified="Mon, 02 Mar 2026 10:00:00 GMT")
    for known in ({"etag": '"v1"'}, {"last_modified": "Mon, 02 Mar 2026 10:00:00 GMT"}):
        result = crawled(replace(as_source(site.url("/privacy")), **known)).only
        assert result.not_modified
        assert result.final
        assert (result.via, result.capture, result.error) == (Via.NOT_MODIFIED, None, "")


def test_a_page_that_changed_is_sent_in_spite_of_the_conditions(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY, etag='"v2"')
    result = crawled(replace(as_source(site.url("/privacy")), etag='"v1"')).only
    assert result.capture.body == POLICY.encode()
    assert site.visits[-1].headers["if-none-match"] == '"v1"'


def test_the_date_is_sent_only_when_there_is_no_etag(site: Site, crawled: Crawling):
    url = site.page("/privacy", POLICY, etag='"v2"', last_modified="Mon, 02 Mar 2026 10:00:00 GMT")
    crawled(replace(as_source(url), etag='"v1"', last_modified="Mon, 02 Mar 2026 10:00:00 GMT"))
    assert site.visits[-1].headers["if-none-match"] == '"v1"'
    assert "if-modified-since" not in site.visits[-1].headers


@pytest.mark.parametrize("known", [{"etag": '"1"'}, {"last_modified": "Mon, 02 Mar 2026 10:00:00 GMT"}])
def test_not_modified_from_another_address_is_asked_again_without_conditions(
    site: Site, crawled: Crawling, known: dict[str, str]
):
    site.redirect("/privacy", "/moved")
    site.page("/moved", POLICY, **known)
    result = crawled(replace(as_source(site.url("/privacy")), **known)).only
    assert (result.final, result.not_modified) == (True, False)
    assert result.capture.body == POLICY.encode()
    assert site.paths() == ["/privacy", "/moved"] * 2


def test_not_modified_without_a_question_is_no_confirmation(site: Site, crawled: Crawling):
    site.page("/privacy", "", status=304)
    result = crawled(site.url("/privacy")).only
    assert not result.not_modified
    assert result.capture.status == 304


def test_the_crawler_says_who_it_is_and_whom_to_write_to(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY)
    crawled(site.url("/privacy"), contact="https://acme.example/bot\r\nX-Evil: 1")
    agents = {visit.headers["user-agent"] for visit in site.visits}
    assert agents == {"smallprint/0.1.0 (+https://acme.example/bot X-Evil: 1)"}
    assert not any("x-evil" in visit.headers for visit in site.visits)


@pytest.mark.parametrize(
    ("contact", "sent"), [("legal@acme.test", "legal@acme.test"), ("https://acme.test/bot", None), ("a@b c@d", None)]
)
def test_an_e_mail_address_as_contact_is_sent_as_from(site: Site, crawled: Crawling, contact: str, sent: str | None):
    site.page("/privacy", POLICY)
    crawled(site.url("/privacy"), contact=contact)
    assert site.visits[-1].headers.get("from") == sent


def test_the_declared_language_is_asked_for(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY)
    crawled(replace(as_source(site.url("/privacy")), language="fr"))
    assert site.visits[-1].headers["accept-language"] == "fr"


def test_no_cookie_is_carried_from_page_to_page(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY, headers={"Set-Cookie": "seen=1"})
    site.page("/terms", POLICY)
    crawled(site.url("/privacy"), site.url("/terms"))
    assert not any("cookie" in visit.headers for visit in site.visits)


def test_a_name_that_does_not_exist_is_said_in_words(crawled: Crawling):
    assert crawled("http://nobody.invalid/privacy").only.error == "no answer: DNS lookup failed for nobody.invalid"


def test_a_closed_port_is_said_in_words(crawled: Crawling):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    assert crawled(url).only.error == "no answer: 127.0.0.1 refused the connection"


def test_an_answer_that_never_comes_is_given_up(site: Site, crawled: Crawling):
    result = crawled(site.hang("/privacy"), timeout_seconds=0.5).only
    assert result.error == "no answer: 127.0.0.1 took too long"
    assert 0.5 <= result.duration_seconds < 3


def test_an_answer_that_trickles_is_given_up_and_others_are_not_held_up(site: Site, crawled: Crawling):
    def trickle():
        for _ in range(100):
            time.sleep(0.05)
            yield b"drop "

    site.page("/slow", chunks=trickle)
    site.page("/privacy", POLICY)
    done = crawled(site.url("/slow"), site.url("/privacy", host="localhost"), timeout_seconds=1.5)
    assert [result.capture is None for result in done.results] == [False, True]
    assert done.results[1].error == "no answer: 127.0.0.1 took too long"


def test_an_answer_that_breaks_off_is_no_capture(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY, breaks_after=100)
    assert crawled(site.url("/privacy")).only.error == "no answer: 127.0.0.1 broke off in the middle of its answer"


@pytest.mark.parametrize("stated", [True, False])
def test_a_body_over_the_limit_is_cut(site: Site, crawled: Crawling, stated: bool):
    big = b"x" * (DOWNLOAD_MAXSIZE + 1)
    site.page("/privacy", big, chunks=None if stated else lambda: (big[:1024] for _ in range(len(big) // 1024 + 1)))
    result = crawled(site.url("/privacy"), timeout_seconds=20).only
    assert result.capture is None
    assert result.error.startswith("too large: at most 10,485,760 bytes were wanted")


def test_every_due_source_ends_in_one_final_result(site: Site, crawled: Crawling):
    site.page("/ok", POLICY)
    site.page("/missing", "nothing", status=404)
    urls = [site.url("/ok"), site.url("/missing"), "http://nobody.invalid/", "ftp://127.0.0.1/", site.hang("/hangs")]
    long = site.url("/" + "long" * 1000)
    done = crawled(*urls, long, site.url("/ok"), timeout_seconds=0.5)
    assert sorted(result.source_id for result in done.results if result.final) == [1, 2, 3, 4, 5, 6, 7]
    assert done.stats.sources == 7
    assert done.stats.counts == {(Via.HTTP, "capture"): 4, (Via.HTTP, "error"): 3}


def test_a_host_is_never_asked_faster_than_its_delay(site: Site, crawled: Crawling):
    for number in range(4):
        site.page(f"/{number}", POLICY)
    crawled(*(site.url(f"/{number}") for number in range(4)), delay_seconds=0.3)
    moments = [visit.at for visit in site.visits]
    assert len(moments) == 5  # robots.txt is a request as well
    assert min(later - earlier for earlier, later in pairwise(moments)) >= 0.29


def test_one_slow_host_does_not_slow_the_others(site: Site, crawled: Crawling):
    site.page("/slow", POLICY, delay_seconds=1.0)
    with Site() as other:
        other.page("/quick", POLICY)
        done = crawled(site.url("/slow"), other.url("/quick", host="localhost"))
    assert [result.source_id for result in done.results] == [2, 1]
