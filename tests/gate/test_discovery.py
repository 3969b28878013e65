"""How much of what invented sites have is found, and how much that is none. Floors only rise."""

import asyncio

import pytest

from tests.invented import measured


@pytest.mark.parametrize(("sites", "recall", "doubtful"), [("open", 1.0, 1), ("held", 1.0, 1), ("hard", 1.0, 2)])
def test_what_sites_have_is_found_and_a_sure_finding_is_right(
    loop: asyncio.AbstractEventLoop, sites: str, recall: float, doubtful: int
) -> None:
    score = measured(loop, sites)
    assert score.wrong_sure == []
    assert score.recall >= recall, score.missed
    assert score.sure >= score.expected * 0.9
    assert len(score.wrong_doubtful) <= doubtful, score.wrong_doubtful
