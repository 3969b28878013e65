"""What was learned on known pages holds on changed ones: redesigns and noise stay quiet, every edit of a policy is found.

One good capture of each real policy, mutated as in `mutations.py`, is compared with itself.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context

import pytest
from cssselect import SelectorError

from monitor.diff.compare import compare
from monitor.extract.document import extract
from monitor.types import Document, Significance
from tests.gate.captures import Step, bodies, runs
from tests.gate.mutations import EDITS, NOISE, REDESIGNS, Mutation, Place, markup, parse, place

QUIET_REDESIGNS = 0.97
FOUND_EDITS = 0.98
QUIET_NOISE = 1.0
LEAST_PAGES = 20  # for a share to mean anything


@dataclass(frozen=True)
class Page:
    """A good capture, and the selectors that people wrote to find the policy on it."""

    run: str
    url: str
    body: bytes
    select: tuple[str, ...]
    remove: tuple[str, ...]


Shares = dict[str, dict[str, bool]]  # mutation -> run -> whether the change was told


@pytest.fixture(scope="module")
def told() -> Shares:
    answers: Shares = defaultdict(dict)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for run, outcomes in pool.map(_mutated, _pages()):
            for mutation, is_told in outcomes.items():
                answers[mutation][run] = is_told
    return answers


@pytest.mark.parametrize("mutation", REDESIGNS, ids=lambda mutation: mutation.__name__)
def test_a_redesign_that_changes_no_word_is_quiet(mutation: Mutation, told: Shares) -> None:
    _assert_share(told[mutation.__name__], wanted=False, least=QUIET_REDESIGNS)


@pytest.mark.parametrize("mutation", EDITS, ids=lambda mutation: mutation.__name__)
def test_an_edit_of_the_policy_is_found(mutation: Mutation, told: Shares) -> None:
    _assert_share(told[mutation.__name__], wanted=True, least=FOUND_EDITS)


@pytest.mark.parametrize("mutation", NOISE, ids=lambda mutation: mutation.__name__)
def test_noise_around_the_policy_is_quiet(mutation: Mutation, told: Shares) -> None:
    _assert_share(told[mutation.__name__], wanted=False, least=QUIET_NOISE)


def _assert_share(answers: dict[str, bool], *, wanted: bool, least: float) -> None:
    wrong = sorted(run for run, is_told in answers.items() if is_told is not wanted)
    share = 1 - len(wrong) / len(answers)
    assert len(answers) >= LEAST_PAGES
    assert share >= least, f"{share:.3f} instead of {least}; wrong: {', '.join(wrong)}"


def _mutated(page: Page) -> tuple[str, dict[str, bool]]:
    """For each mutation that found a place on the page, whether the comparison tells of it."""
    before = _read(page, _placed(page))
    outcomes: dict[str, bool] = {}
    for mutation in (*REDESIGNS, *EDITS, *NOISE):
        placed = _placed(page)
        if mutation(placed):
            significance = compare(before, _read(page, placed), whole=True).significance
            outcomes[mutation.__name__] = significance > Significance.COSMETIC
    return page.run, outcomes


def _placed(page: Page) -> Place:
    """The page parsed anew; with selectors that do not fit any more, its whole body counts as the policy."""
    tree, chance = parse(page.body), zlib.crc32(page.run.encode())
    try:
        return place(tree, page.select, page.remove, chance)
    except SelectorError:
        return place(tree, ["body"], [], chance)


def _read(page: Page, placed: Place) -> Document:
    return extract(markup(placed.tree), content_type="text/html; charset=utf-8", url=page.url)


def _pages() -> Iterator[Page]:
    """The newest good capture of each policy of the corpus."""
    newest: dict[tuple[str, str], Step] = {}
    for step in chain.from_iterable(runs().values()):
        if step.get("page_ok") and step["file"].endswith(".html"):
            newest[step["service"], step["terms_type"]] = step
    for step in newest.values():
        select, remove = (tuple(filter(_is_plain, step[name] or ())) for name in ("ota_select", "ota_remove"))
        url = step["source_url"] or "https://shop.example/"
        yield Page(step["run"], url, bodies(step)[step["file"]], select or ("body",), remove)


def _is_plain(selector: object) -> bool:
    """No range from one element to another."""
    return isinstance(selector, str)
