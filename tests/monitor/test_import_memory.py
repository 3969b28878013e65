"""An import takes no more memory the longer the history is."""

import pytest

from bench.importing import FEW, MANY, peaks


@pytest.mark.prove
@pytest.mark.timeout(7200)
def test_ten_times_as_many_captures_take_the_same_memory() -> None:
    few, many = peaks(FEW, MANY)
    assert many < 1.1 * few, f"{few:.0f} MiB over {FEW:,} captures, {many:.0f} over {MANY:,}"
