"""What was reached on the hand-labelled corpora is not lost again: each figure has a floor that only rises.

The figures come from the corpora's own scorers, which run the command line.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus import corpus

FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("scorer", sorted(FLOORS))
def test_no_figure_falls_below_its_floor(scorer: str, tmp_path: Path) -> None:
    figures = _figures(scorer, tmp_path)
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
