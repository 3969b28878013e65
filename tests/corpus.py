"""Where the hand-labelled corpora lie: real policies, used by path and never copied into the repository."""

import os
from pathlib import Path

import pytest

_BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def corpus(*parts: str) -> Path:
    """A file or folder of the corpora, e.g. `corpus("dates", "labels.jsonl")`.

    The place is SMALLPRINT_CORPUS, or `../shared/corpus` beside the repository. Without it the calling test is skipped;
    with CI=true it fails.
    """
    root = Path(os.environ.get("SMALLPRINT_CORPUS") or _BESIDE_THE_REPOSITORY)
    path = root.joinpath(*parts)
    if not path.exists():
        reason = (
            f"no corpus at {path}: set SMALLPRINT_CORPUS to the folder that holds {'/'.join(parts) or 'the corpora'}"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
