"""Whoever answers for a host must prove it."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.certificates import self_signed
from tests.crawler.texts import POLICY
from tests.crawling import Crawling, as_source
from tests.site import Site


@pytest.mark.parametrize("way", ["never", "always"])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path, crawled: Crawling, way: str):

    with Site(tls=self_signed(tmp_path / "site.pem")) as site:
        site.page("/privacy", POLICY)
        result = crawled(replace(as_source(site.url("/privacy")), browser=way, obey_robots=False)).only
    assert result.capture is None
    assert "ERR_CERT" in result.error or "the TLS certificate of 127.0.0.1 is not trusted" in result.error
    assert site.visits == []
