"""The browser is really started once, and what keeps it from starting is said with its mending."""

import os
from pathlib import Path

import pytest

from crawler.trial import try_browser

CHROMIUM = "/usr/bin/chromium"


def program(file: Path, script: str) -> str:
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    return str(file)


def test_a_browser_that_works_says_its_version() -> None:
    trial = try_browser(CHROMIUM)
    assert "Chromium" in trial.found
    assert (CHROMIUM in trial.found, trial.mend) == (True, "")


def test_a_missing_browser_is_to_be_installed() -> None:
    trial = try_browser("/nowhere/chromium")
    assert "/nowhere/chromium does not start" in trial.found
    assert "apt-get install chromium" in trial.mend


def test_a_missing_library_is_named(tmp_path: Path) -> None:
    said = "error while loading shared libraries: libnss3.so: cannot open shared object file"
    trial = try_browser(program(tmp_path / "chromium", f'echo "$0: {said}" >&2; exit 127'))
    assert "libnss3.so" in trial.found
    assert "install the library" in trial.mend


@pytest.mark.parametrize("script", ["exit 1", "echo hello", "kill -9 $$"])
def test_a_program_that_is_no_browser_is_told_with_a_command_to_see_more(tmp_path: Path, script: str) -> None:
    trial = try_browser(program(tmp_path / "chromium", script))
    assert "does not start" in trial.found
    assert "--headless --dump-dom about:blank" in trial.mend


def test_a_browser_that_hangs_is_given_up_in_time_and_ended(tmp_path: Path) -> None:
    number = tmp_path / "number"
    trial = try_browser(program(tmp_path / "chromium", f"echo $$ > {number}; exec sleep 600"), limit_seconds=1.0)
    assert "did not start and read a page in 1 s" in trial.found
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


def test_a_file_that_is_no_program_is_to_be_made_one(tmp_path: Path) -> None:
    file = tmp_path / "chromium"
    file.write_text("no program", encoding="utf-8")
    assert "make it executable" in try_browser(str(file)).mend
