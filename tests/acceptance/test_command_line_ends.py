"""How a command that works comes to its end: told to stop, or left by whoever read what it said."""

import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.homes import CommandLine, settings
from tests.pages import POLICY
from tests.site import Site


@pytest.fixture
def smallprint(tmp_path: Path) -> CommandLine:
    settings(tmp_path / "home", 'interval = "1s"\n')
    return CommandLine(tmp_path / "home")


def test_watch_checks_again_and_again_until_it_is_told_to_stop(smallprint: CommandLine, site: Site) -> None:
    smallprint.run("add", site.page("/privacy", POLICY))
    watching = smallprint.start("watch")
    deadline = time.monotonic() + 60
    while len(site.paths()) < 3:
        assert time.monotonic() < deadline
        assert watching.poll() is None
        time.sleep(0.1)
    watching.send_signal(signal.SIGTERM)
    assert watching.wait(12) == 0
    assert [check["outcome"] for check in smallprint.json("checks")][:2] == ["first", "unchanged"]


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_that_leaves_does_not_stop_the_work(smallprint: CommandLine, site: Site, stream: str) -> None:
    smallprint.run("add", *(site.page(f"/privacy/{number}", POLICY, delay_seconds=0.1) for number in range(6)))
    running = smallprint.start("run", **{stream: subprocess.PIPE})
    pipe = getattr(running, stream)
    if stream == "stderr":
        pipe.readline()
    pipe.close()
    assert running.wait(60) == 0
    assert sorted(site.paths()) == [f"/privacy/{number}" for number in range(6)]
    assert [check["outcome"] for check in smallprint.json("checks")] == ["first"] * 6
