"""Damage to an exported WARC file is found wherever it falls, and costs no more than the record that holds it."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from monitor.database import Database
from monitor.errors import UsageError
from monitor.exporting.warc import Wanted, export_warc
from monitor.importing.captures import Found
from monitor.importing.warc_answers import Answers
from monitor.importing.warc_contents import contents
from monitor.importing.warc_opened import OpenedWarc
from monitor.importing.warc_records import Record, records
from monitor.interchange.carried import CarriedCapture
from tests.homes import WatchedHome, watched_home
from tests.pages import DATE_MOVED, KEPT_LONGER, NOT_FOUND, POLICY

Core = tuple[str, datetime, int, str]  # URL, time, status, SHA-256


@dataclass(frozen=True)
class Read:
    """What a file gave: each capture by the place of its record, and what was reported."""

    found: dict[int, Found]
    reported: list[str]

    def cores(self) -> set[Core]:
        return {core(found) for found in self.found.values()}


@dataclass(frozen=True)
class Exported:
    """An exported file, what it gives undamaged, where its records begin and end, and which records each capture needs."""

    content: bytes
    suffix: str
    read: Read
    ends: dict[int, int]
    needs: dict[int, set[int]]


def core(found: Found) -> Core:
    capture = found.capture
    return capture.url, capture.captured_at, capture.status, sha256(capture.body).hexdigest()


def read(path: Path, database: Database) -> Read:
    there = contents(path, "file")
    found, reported = {}, list(there.damages)
    with OpenedWarc(path, "file") as warc:
        answers = Answers(warc, there, database)
        for place in there.answers:
            try:
                about = warc.told(place.about, CarriedCapture) if place.about is not None else None
                found[place.offset] = answers.read(place, about)
            except UsageError as error:
                reported.append(str(error))
    return Read(found, reported)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedHome]:
    folder = tmp_path_factory.mktemp("damage")
    opened = watched_home(folder / "home", f"sqlite:///{folder / 'smallprint.db'}")
    opened.add()
    for page in (POLICY, POLICY, None, KEPT_LONGER, DATE_MOVED, POLICY, None):
        opened.check(page, content_encoding="gzip", etag='"1"')
    [due] = opened.home.claim()
    opened.keep(opened.answer(due, NOT_FOUND, status=404))
    yield opened
    opened.home.close()


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An archive without a snapshot: what is missing from a file is not found there."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('nothing') / 'smallprint.db'}")
    database.upgrade()
    yield database
    database.close()


@pytest.fixture(scope="module", params=[".warc.gz", ".warc"])
def exported(request: pytest.FixtureRequest, home: WatchedHome, nothing: Database) -> Exported:
    path = home.home.path / f"all{request.param}"
    export_warc(home.home.database, path, Wanted(), now=home.clock())
    undamaged = read(path, nothing)
    assert undamaged.reported == []
    there = contents(path, "file")
    needs = {place.offset: {place.offset, place.about or 0} for place in there.answers}
    starts = [one for one in records(path) if isinstance(one, Record)]
    for one in starts:
        original = there.originals.get(one.headers.get("warc-payload-digest", ""))
        if one.offset in needs and original is not None:
            needs[one.offset].add(original)
    content = path.read_bytes()
    begin = [one.offset for one in starts]
    ends = dict(zip(begin, [*begin[1:], len(content)], strict=True))
    return Exported(content, request.param, undamaged, ends, needs)


def verdict(exported: Exported, got: Read, intact: Callable[[int], bool], what: str) -> str:
    """What came of a damage: `reported`, or `harmless` when without a word all is the same. Captures whose records are
    intact are there in any case, and none that was never made.
    """
    kept = {core(exported.read.found[place]) for place, needed in exported.needs.items() if all(map(intact, needed))}
    assert kept <= got.cores() <= exported.read.cores(), what
    if got.reported:
        return f"{what} reported"
    assert got == exported.read, what
    return f"{what} harmless"


def flip(exported: Exported, at: int, bit: int, path: Path, nothing: Database) -> str:
    damaged = bytearray(exported.content)
    damaged[at] ^= 1 << bit
    path.write_bytes(damaged)
    holder = max(offset for offset in exported.ends if offset <= at)
    return verdict(exported, read(path, nothing), lambda offset: offset != holder, "flip")


def cut(exported: Exported, at: int, path: Path, nothing: Database) -> str:
    path.write_bytes(exported.content[:at])
    return verdict(exported, read(path, nothing), lambda offset: exported.ends[offset] <= at, "cut")


def damage(exported: Exported, times: int, path: Path, nothing: Database, *, seed: int) -> Counter[str]:
    """So many flips and cuts: what came of them."""
    dice, size = random.Random(seed), len(exported.content)
    came: Counter[str] = Counter()
    for _ in range(times):
        came[flip(exported, dice.randrange(size), dice.randrange(8), path, nothing)] += 1
        came[cut(exported, dice.randrange(1, size), path, nothing)] += 1
    return came


def test_a_flipped_bit_or_a_cut_is_reported_and_all_other_records_are_kept(
    exported: Exported, tmp_path: Path, nothing: Database
) -> None:
    came = damage(exported, 20, tmp_path / f"damaged{exported.suffix}", nothing, seed=7)
    assert came.total() == 40


@pytest.mark.prove
def test_200_flipped_bits_and_200_cuts_are_found(exported: Exported, tmp_path: Path, nothing: Database) -> None:
    """Of a packed file, four bytes in each record's gzip header mean nothing: when it was packed, and where."""
    came = damage(exported, 200, tmp_path / f"damaged{exported.suffix}", nothing, seed=2026)
    print(exported.suffix, dict(came))
    assert came["cut reported"] == 200
    if exported.suffix == ".warc":
        assert came["flip reported"] == 200
    assert came["flip harmless"] <= 10
