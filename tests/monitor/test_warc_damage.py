"""Damage to an exported WARC file is found wherever it falls, and costs no more than the record that holds it."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from monitor.carried import CarriedCapture
from monitor.database import Database
from monitor.errors import UsageError
from monitor.exporting.warc import Wanted, export_warc
from monitor.importing.captures import Found
from monitor.importing.warc_answers import Answers
from monitor.importing.warc_contents import contents
from monitor.importing.warc_opened import OpenedWarc
from monitor.importing.warc_records import Record, records
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
    """An exported file, what it gives undamaged, where its records begin, and which records each capture needs."""

    content: bytes
    suffix: str
    read: Read
    offsets: list[int]
    needs: dict[int, set[int]]

    def holder(self, at: int) -> int:
        """The beginning of the record that a byte is of."""
        return max(offset for offset in self.offsets if offset <= at)


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
            except UsageError as error:
                about = None
                reported.append(str(error))
            try:
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
    needs = {place.offset: {place.offset} for place in there.answers}
    starts = [one for one in records(path) if isinstance(one, Record)]
    for one in starts:
        original = there.originals.get(one.headers.get("warc-payload-digest", ""))
        if one.offset in needs and original is not None:
            needs[one.offset].add(original)
    return Exported(path.read_bytes(), request.param, undamaged, [one.offset for one in starts], needs)


def check_flip(exported: Exported, at: int, bit: int, path: Path, nothing: Database) -> str:
    """Flip one bit; `reported`, or `harmless` when all that was captured is the same without a word."""
    damaged = bytearray(exported.content)
    damaged[at] ^= 1 << bit
    path.write_bytes(damaged)
    got, holder = read(path, nothing), exported.holder(at)
    kept = {core(exported.read.found[place]) for place, needed in exported.needs.items() if holder not in needed}
    assert kept <= got.cores() <= exported.read.cores(), f"byte {at}, bit {bit}"
    if got.reported:
        return "reported"
    assert got == exported.read, f"byte {at}, bit {bit}"
    return "harmless"


def check_cut(exported: Exported, at: int, path: Path, nothing: Database) -> None:
    """Cut the file short."""
    path.write_bytes(exported.content[:at])
    got, ends = read(path, nothing), [*exported.offsets[1:], len(exported.content)]
    whole = {offset for offset, end in zip(exported.offsets, ends, strict=True) if end <= at}
    kept = {core(exported.read.found[place]) for place in exported.needs if place in whole}
    assert kept <= got.cores() <= exported.read.cores(), f"cut at {at}"
    assert got.reported, f"cut at {at}"


def prove(exported: Exported, times: int, path: Path, nothing: Database, *, seed: int) -> Counter[str]:
    dice, size = random.Random(seed), len(exported.content)
    flips: Counter[str] = Counter()
    for _ in range(times):
        flips[check_flip(exported, dice.randrange(size), dice.randrange(8), path, nothing)] += 1
        check_cut(exported, dice.randrange(1, size), path, nothing)
    return flips


def test_a_flipped_bit_or_a_cut_is_reported_and_all_other_records_are_kept(
    exported: Exported, tmp_path: Path, nothing: Database
) -> None:
    prove(exported, 20, tmp_path / f"damaged{exported.suffix}", nothing, seed=7)


@pytest.mark.prove
def test_200_flipped_bits_and_200_cuts_are_found(exported: Exported, tmp_path: Path, nothing: Database) -> None:
    flips = prove(exported, 200, tmp_path / f"damaged{exported.suffix}", nothing, seed=2026)
    print(exported.suffix, dict(flips))
    assert flips["reported"] + flips["harmless"] == 200
    assert exported.suffix == ".warc.gz" or flips["harmless"] == 0
