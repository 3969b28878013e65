"""What Prometheus reads from a `smallprint watch` that runs."""

import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from monitor.failures import ENDINGS
from monitor.types import Outcome, Via
from tests.homes import CommandLine, settings
from tests.notifier.servers import Hook
from tests.pages import KEPT_LONGER, POLICY
from tests.site import Site

Samples = dict[tuple[str, ...], float]
CLOSED = {
    "via": set(Via),
    "ending": set(ENDINGS),
    "outcome": set(Outcome),
    "status": {"pending", "sent", "exhausted"},
}


@pytest.fixture
def smallprint(tmp_path: Path) -> CommandLine:
    settings(tmp_path / "home", 'interval = "1s"\n')
    return CommandLine(tmp_path / "home")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def scrape(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return str(answer.read().decode())


def samples(text: str) -> Samples:
    """(name, the values of its labels by their names' order ...) -> value."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@contextmanager
def watching(smallprint: CommandLine, port: int) -> Iterator[Callable[[Callable[[Samples], bool]], str]]:
    """A watch that runs; call what it gives with a condition: the first scrape that meets it."""
    process = smallprint.start("watch", "--metrics-port", str(port))

    def wait(met: Callable[[Samples], bool]) -> str:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert process.poll() is None
            try:
                text = scrape(port)
            except OSError:  # it is not there yet
                text = ""
            if met(samples(text)):
                return text
            time.sleep(0.1)
        raise AssertionError(text)

    try:
        yield wait
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) in (0, -signal.SIGTERM)  # before its loop runs, the signal ends it at once


def test_what_happens_and_how_everything_stands_is_scraped(smallprint: CommandLine, site: Site) -> None:
    smallprint.run("add", site.page("/privacy", POLICY, etag='"1"'), "--service", "Acme")
    smallprint.run("add", "http://nobody.invalid/privacy", "--service", "Nobody")
    smallprint.run("add", site.page("/terms", POLICY), "--service", "Idle")
    smallprint.run("pause", "idle")
    port = free_port()
    with watching(smallprint, port) as wait:
        found = samples(wait(lambda seen: seen.get(("smallprint_checks_total", "unchanged"), 0) > 0))
    assert found["smallprint_checks_total", "first"] == 1
    assert found["smallprint_checks_total", "failed"] >= 1
    assert found["smallprint_fetches_total", "captured", "http"] == 1
    assert found["smallprint_fetches_total", "dns", "http"] >= 1
    assert found["smallprint_fetches_total", "not_modified", "not_modified"] >= 1
    assert found["smallprint_fetch_seconds_count", "http"] >= 2
    assert found["smallprint_captured_bytes_total",] == len(POLICY)
    assert found["smallprint_policies_watched",] == 2
    assert found["smallprint_policies_paused",] == 1
    assert found["smallprint_policies_failing",] == 1
    assert found["smallprint_database_up",] == 1
    assert found["smallprint_database_bytes",] > 10_000
    assert abs(found["smallprint_last_reached_timestamp_seconds",] - time.time()) < 60
    assert found["process_resident_memory_bytes",] > 0


def test_what_the_database_knows_is_right_after_a_restart(smallprint: CommandLine, site: Site) -> None:
    settings(smallprint.home, 'interval = "24h"\n')
    smallprint.run("add", site.page("/privacy", "<h1>404</h1><p>Not found.</p>", status=404), "--service", "Acme")
    smallprint.run("run", code=2)
    with watching(smallprint, free_port()) as wait:
        found = samples(wait(lambda seen: ("smallprint_policies_inaccessible",) in seen))
    assert found["smallprint_policies_inaccessible",] == 1
    assert found["smallprint_checks_total", "inaccessible"] == 0


def test_no_secret_and_no_text_is_shown_and_every_label_is_from_a_closed_list(
    smallprint: CommandLine, site: Site
) -> None:
    with Hook(status=500).running() as hook:
        smallprint.environment["SMALLPRINT_CHANNEL_LEGAL"] = hook.url
        smallprint.run("add", site.page("/privacy", POLICY), "--service", "Acme")
        smallprint.run("run")
        site.page("/privacy", KEPT_LONGER)
        with watching(smallprint, free_port()) as wait:
            text = wait(lambda seen: seen.get(("smallprint_messages", "pending"), 0) > 0)
    for word in (hook.url, "legal", "acme", "Acme", site.url(), "months", "services"):
        assert word not in text
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            for label, value in sample.labels.items():
                assert label in {"le", "version"} or value in CLOSED[label]
    assert len(samples(text)) < 200


def test_a_taken_port_is_explained_before_anything_starts(tmp_path: Path) -> None:
    smallprint = CommandLine(tmp_path / "home")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        error = smallprint.error("watch", "--metrics-port", port)
    assert f"a free port was wanted at 127.0.0.1:{port}" in error
    assert "--metrics-port" in error
    assert not smallprint.home.exists()


def test_other_machines_cannot_ask_by_default(smallprint: CommandLine, site: Site) -> None:
    port = free_port()
    smallprint.run("add", site.page("/privacy", POLICY), "--service", "Acme")
    with watching(smallprint, port) as wait:
        wait(bool)
        with pytest.raises(OSError), socket.create_connection(("127.0.0.2", port), timeout=2):
            pass
