"""How much of what invented sites have is found, and how much that is none. Floors only rise."""

import asyncio

import pytest

from crawler.discovery.candidates import CLEAR_POINTS, ENOUGH_POINTS, Candidate
from crawler.discovery.judging import Confidence, Finding, Seen, judge
from crawler.discovery.looking import look
from crawler.discovery.sites import origin, site_label
from tests.gate.captures import Step, bodies, runs
from tests.invented import measured

OTHER_TYPE = {"Terms of Service": "Privacy Policy"}


@pytest.mark.parametrize(("sites", "recall", "doubtful"), [("open", 1.0, 1), ("held", 1.0, 1), ("hard", 1.0, 2)])
def test_what_sites_have_is_found_and_a_sure_finding_is_right(
    loop: asyncio.AbstractEventLoop, sites: str, recall: float, doubtful: int
) -> None:
    score = measured(loop, sites)
    assert score.wrong_sure == []
    assert score.recall >= recall, score.missed
    assert score.sure >= score.expected * 0.9
    assert len(score.wrong_doubtful) <= doubtful, score.wrong_doubtful


def test_real_policies_are_known_for_what_they_are_and_not_for_another_kind():
    pages = [(steps[0], _seen(steps[0])) for steps in runs().values() if steps[0]["page_ok"]]
    right = [_is_sure(step["terms_type"], seen, CLEAR_POINTS) for step, seen in pages]
    wrong = [
        _is_sure(OTHER_TYPE.get(step["terms_type"], "Terms of Service"), seen, ENOUGH_POINTS) for step, seen in pages
    ]
    assert len(pages) >= 70
    assert sum(right) >= 0.94 * len(pages)
    assert sum(wrong) <= 0.06 * len(pages)  # pages that are two kinds in one, and titles that say another


def _seen(step: Step) -> Seen:
    url = step["source_url"] or "https://example.org/policy"
    body = bodies(step)[step["file"]]
    seen = look(body, content_type="text/html", url=url, asked_url=url, status=200, service=site_label(url))
    return Seen(url, url, 200, look=seen)


def _is_sure(terms_type: str, seen: Seen, points: int) -> bool:
    finding = judge(Candidate(terms_type, seen.url, points, "a link"), seen, f"{origin(seen.url)}/", "en")
    return isinstance(finding, Finding) and finding.confidence is Confidence.SURE
