"""Real policies with some blocks carried elsewhere and some words replaced: what moved is told as moved, and only the words are marked.

The pairs are constructed as in `make bench`, fewer of them.
"""

import pytest

from bench.moving import Measured, construct, measure
from monitor.extract.document import extract
from monitor.types import Document
from tests.corpus import corpus

PAIRS = 100
EVERY = 3  # of the corpus' policies
MOST_MARKED = 1.1  # times the least that can be marked
FOUND_MOVES = 0.98
WRONG_MOVES = 0.001  # of the blocks that stayed


@pytest.fixture(scope="module")
def measured() -> Measured:
    return sum(map(measure, construct(_policies(), PAIRS)), Measured())


def test_hardly_more_is_marked_than_the_words_that_changed(measured: Measured) -> None:
    assert measured.least > 0
    assert measured.marked <= MOST_MARKED * measured.least


def test_blocks_that_moved_are_told_as_moved(measured: Measured) -> None:
    assert measured.moved > PAIRS
    assert measured.found >= FOUND_MOVES * measured.moved


def test_blocks_that_stayed_are_not_told_as_moved(measured: Measured) -> None:
    assert measured.wrongly_moved <= WRONG_MOVES * measured.unmoved


def _policies() -> list[Document]:
    files = sorted(corpus("changes").glob("*/old.md"))[::EVERY]
    return [extract(file.read_bytes(), url=file.name) for file in files]
