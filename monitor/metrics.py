"""Metrics for Prometheus: what stands in the database is read at each scrape, what happens is counted since the start.

No label holds an address, a name or a text: each takes its values from a closed list, so that there are some two hundred
series however many policies are watched, and nothing of a page or of the settings is shown.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from monitor.database import Database, reason
from monitor.errors import UsageError
from monitor.failures import CAPTURED, NOT_MODIFIED, ending
from monitor.process import ClosedCheck
from monitor.standing import Standing, backoffs, database_bytes, standing
from monitor.types import FetchResult, Outcome, Via

SECONDS = (
    0.1,
    0.25,
    0.5,
    1,
    2.5,
    5,
    10,
    20,
    30,
    60,
)  # a plain fetch is given up after 30, a page in the browser after 20
PAGES = "playwright/page_count"  # Scrapy's counts of a crawl, by scrapy-playwright
PAGES_AT_ONCE = "playwright/page_count/max_concurrent"

_log = logging.getLogger(__name__)


class Standings(Collector):
    """What the database says at the moment of the scrape, in one short reading transaction."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    def collect(self) -> Iterator[Metric]:
        try:
            now = self._now()
            with self._database.reading() as session:
                stands, waiting = standing(session, now), len(backoffs(session, now))
            size = database_bytes(self._database)
        except (SQLAlchemyError, OSError) as error:  # a scrape without these says so, and the rest is worth having
            said = reason(error) if isinstance(error, SQLAlchemyError) else error.strerror
            _log.warning("the metrics could not read the database: %s", said)
            yield _gauge("database_up", "1 when the database could be read at this scrape, else 0.", 0)
            return
        yield _gauge("database_up", "1 when the database could be read at this scrape, else 0.", 1)
        yield _gauge("database_bytes", "What the database takes on the disk.", size)
        yield _gauge("hosts_backing_off", "Hosts that asked to be left alone and still are.", waiting)
        yield from _of_standing(stands)


def _of_standing(stands: Standing) -> Iterator[Metric]:
    yield _gauge("policies_watched", "Policies that are checked.", stands.watched)
    yield _gauge("policies_paused", "Policies that are not checked until they are resumed.", stands.paused)
    yield _gauge("policies_due", "Watched policies that wait for a check or are being checked.", stands.due)
    yield _gauge("policies_overdue", "Those of them that have waited for more than an hour.", stands.overdue)
    yield _gauge("policies_inaccessible", "Watched policies whose newest check got another page.", stands.inaccessible)
    yield _gauge("policies_failing", "Watched policies whose newest check got no answer.", stands.failing)
    yield _gauge("alerts_waiting", "Alerts that are in no message yet.", stands.waiting_alerts)
    messages = GaugeMetricFamily("smallprint_messages", "Messages by status.", labels=["status"])
    for status in ("pending", "sent", "exhausted"):
        messages.add_metric([status], stands.messages.get(status, 0))
    yield messages
    if stands.reached_at is not None:
        told = "When a check last got its policy's page, in seconds since 1970; absent before the first."
        yield _gauge("last_reached_timestamp_seconds", told, stands.reached_at.timestamp())


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"smallprint_{name}", told, value=value)


class Metrics:
    """What this process counts as it goes, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        Info("smallprint_build", "The smallprint that runs.", registry=registry).info(
            {"version": version("smallprint")}
        )
        self._checks = Counter(
            "smallprint_checks", "Checks closed since the start, by outcome.", ["outcome"], registry=registry
        )
        self._fetches = Counter(
            "smallprint_fetches", "Fetches since the start, by way and ending.", ["via", "ending"], registry=registry
        )
        self._bytes = Counter("smallprint_captured_bytes", "Bytes of the pages captured, unpacked.", registry=registry)
        self._seconds = Histogram(
            "smallprint_fetch_seconds", "Time of a fetch on the network.", ["via"], buckets=SECONDS, registry=registry
        )
        self._pages = Counter("smallprint_browser_pages", "Pages opened in the browser.", registry=registry)
        self._pages_at_once = Gauge(
            "smallprint_browser_pages_at_once", "The most pages open at once in the newest crawl.", registry=registry
        )
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """A rate needs a first value: what has not happened yet is 0, not absent."""
        for outcome in Outcome:
            self._checks.labels(outcome.value)
        for via in (Via.HTTP, Via.BROWSER):
            self._fetches.labels(via.value, CAPTURED)
            self._seconds.labels(via.value)
        self._fetches.labels(Via.NOT_MODIFIED.value, NOT_MODIFIED)

    def watch(self, database: Database, now: Callable[[], datetime]) -> None:
        """Read this database at each scrape from now on."""
        self.registry.register(Standings(database, now))

    def count_fetch(self, result: FetchResult) -> None:
        self._fetches.labels(result.via.value, ending(result)).inc()
        self._seconds.labels(result.via.value).observe(result.duration_seconds)
        if result.capture is not None:
            self._bytes.inc(len(result.capture.body))

    def count_check(self, closed: ClosedCheck) -> None:
        self._checks.labels(closed.outcome.value).inc()

    def count_pages(self, scrapy_counts: Mapping[str, Any]) -> None:
        """Of a crawl that has ended."""
        self._pages.inc(scrapy_counts.get(PAGES, 0))
        self._pages_at_once.set(scrapy_counts.get(PAGES_AT_ONCE, 0))

    def serve(self, address: str, port: int) -> "Served":
        """Answer scrapes at http://ADDRESS:PORT/metrics, in a thread of its own, until closed."""
        try:
            return Served(*start_http_server(port, address, self.registry))
        except (OSError, OverflowError) as error:  # an address without a name here is an OSError too
            raise UsageError(
                f"metrics: a free port was wanted at {address}:{port}, it cannot be had: {getattr(error, 'strerror', None) or error}. "
                "Choose another with --metrics-port or --metrics-address, or end what holds it."
            ) from None


class Served:
    """A server of metrics that runs."""

    def __init__(self, server: WSGIServer, thread: threading.Thread) -> None:
        self._server, self._thread = server, thread

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
