"""What was reached on the hand-labelled corpora is not lost again: each figure has a floor that only rises.

Detection and coverage are measured in this process; the rest by the corpora's own scorers, which run the command line.
Floors belong to one state of a corpus, known by its digest.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.corpus import corpus
from tests.gate.captures import digest_of
from tests.gate.reading import measure

FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))
SCORED = ("dates", "changes")
CORPORA = {"coverage": "detection"}  # the others are named after their scorer


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_the_floors_are_those_of_this_corpus(name: str) -> None:
    digest = digest_of(corpus(CORPORA.get(name, name)))
    assert digest == FLOORS[name]["corpus"], f"{name}: the corpus has changed. Measure anew, and set its floors."


@pytest.mark.parametrize("scorer", SCORED)
def test_no_figure_falls_below_its_floor(scorer: str, tmp_path: Path) -> None:
    _assert_floors(scorer, _figures(scorer, tmp_path))


def test_detection_and_coverage_stay_above_their_floors() -> None:
    figures, wrong = measure()
    print("\n".join(wrong))
    for name in ("detection", "coverage"):
        _assert_floors(name, figures[name])


def _assert_floors(scorer: str, figures: Mapping[str, float]) -> None:
    for name, floor in FLOORS[scorer]["at least"].items():
        assert figures[name] >= floor, f"{scorer}: {name} is {figures[name]}, its floor {floor}"
    for name, ceiling in FLOORS[scorer]["at most"].items():
        assert figures[name] <= ceiling, f"{scorer}: {name} is {figures[name]}, its ceiling {ceiling}"


def _figures(scorer: str, folder: Path) -> dict[str, float]:
    """The scorer's last line, `dates: last_updated exact 1.000 wrong 0.000 ...`, as names and numbers."""
    script = corpus().parent / "score" / f"{scorer}.py"
    environment = {
        **os.environ,
        "SMALLPRINT": f"{sys.executable} -m monitor.cli",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, cwd=folder, env=environment, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    return {name: float(number) for name, number in re.findall(r"([A-Za-z][\w-]*) ([0-9.]+)(?![0-9/])", last)}
