"""What a WARC file holds and where: its answers by date, and what smallprint's own files say of them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel

from monitor.errors import UsageError
from monitor.importing.warc_opened import OpenedWarc
from monitor.importing.warc_records import Damage, Record, records
from monitor.interchange.warc_form import KIND, Kind

ANSWERS = ("response", "revisit")
TYPES = (*ANSWERS, "warcinfo", "request", "metadata", "resource", "conversion", "continuation")


@dataclass(slots=True)
class Place:
    """Where an answer stands, and where what smallprint tells about it does: None when nothing is told."""

    at: datetime
    offset: int
    loose: bool
    about: int | None = None


@dataclass(slots=True)
class Contents:
    """`originals`: payload digest -> offset of the first response that has it. `damages`: in words, with their places."""

    answers: list[Place] = field(default_factory=list)
    policies: list[int] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)
    originals: dict[str, int] = field(default_factory=dict)
    damages: list[str] = field(default_factory=list)
    records: int = 0


class Ending(BaseModel):
    """What the last record of a file of ours states: the digest of all before it."""

    sha256: str


def contents(path: Path, name: str) -> Contents:
    """Go through the file once; `name` is what its damages are told under. OSError when it cannot be read."""
    with OpenedWarc(path, name) as warc:
        reading = _Reading(warc, name)
        for one in records(path):
            reading.take(one)
        reading.end()
    reading.found.answers.sort(key=lambda place: (place.at, place.offset))
    return reading.found


class _Reading:
    """The way through a file: what was found so far, whether it is in a file of ours, and the answer that was met last."""

    def __init__(self, warc: OpenedWarc, name: str) -> None:
        self.found = Contents()
        self._warc, self._name = warc, name
        self._is_ours = False
        self._last: tuple[str, Place] | None = None

    def take(self, one: Record | Damage) -> None:
        if isinstance(one, Damage):
            self._say(f"bytes {one.offset} to {one.end} are torn or damaged: {one.reason}")
            return
        self.found.records += 1
        try:
            self._take(one)
        except UsageError as error:
            self.found.damages.append(str(error))

    def end(self) -> None:
        """The end of the file, or of one of ours in it."""
        self._check_told()
        if self._is_ours:
            self._say("torn: its last record was wanted, which says that all is there; it did not come")

    def _say(self, words: str) -> None:
        self.found.damages.append(f"{self._name}: {words}")

    def _take(self, record: Record) -> None:
        match record.headers.get(KIND.lower()):
            case Kind.BEGIN:
                self.end()
                self._is_ours = True
            case Kind.POLICY:
                self._is_ours = True  # also where its beginning is damaged
                self.found.policies.append(record.offset)
            case Kind.CHANGE:
                self.found.changes.append(record.offset)
            case Kind.CAPTURE:
                self._take_about(record)
            case Kind.END:
                self._take_ending(record)
            case _:
                self._take_answer(record)

    def _take_about(self, record: Record) -> None:
        """What smallprint tells about an answer stands behind it."""
        identity, place = self._last or ("", None)
        if place is None or record.headers.get("warc-concurrent-to") != identity:
            self._say(f"record at {record.offset}: what it tells is about no answer before it")
            return
        place.about, self._last = record.offset, None

    def _take_ending(self, record: Record) -> None:
        self._check_told()
        self._is_ours = False
        stated = self._warc.told(record.offset, Ending).sha256
        if stated != record.before_sha256 and not self.found.damages:
            self._say("torn or damaged: its records do not have the digest that its last one states")

    def _take_answer(self, record: Record) -> None:
        kind, url = (record.headers.get(f"warc-{name}") for name in ("type", "target-uri"))
        if kind not in TYPES:
            raise UsageError(
                f"{self._warc.place(record.offset)}: damaged: the type of a record was wanted, {kind} came"
            )
        if kind not in ANSWERS:
            return
        self._check_told()
        if url is None:
            raise UsageError(f"{self._warc.place(record.offset)}: damaged: a WARC-Target-URI was wanted, none came")
        if url.strip("<>").startswith(("http:", "https:")):
            self._add(record, kind)

    def _add(self, record: Record, kind: str) -> None:
        place = Place(self._date(record), record.offset, record.loose)
        self.found.answers.append(place)
        self._last = (record.headers.get("warc-record-id", ""), place)
        digest = record.headers.get("warc-payload-digest")
        if kind == "response" and digest is not None:
            self.found.originals.setdefault(digest, record.offset)

    def _check_told(self) -> None:
        """In a file of ours, something is told about every answer. One that lacks it is not taken: it would be a check of
        its own, and a whole file imported later could not complete it.
        """
        if self._last is not None and self._is_ours:
            _, place = self._last
            self._say(f"record at {place.offset}: not taken: what smallprint told about it is damaged or missing")
            self.found.answers.remove(place)
        self._last = None

    def _date(self, record: Record) -> datetime:
        date = record.headers.get("warc-date", "")
        try:
            return moment(date)
        except (ValueError, OverflowError):
            raise UsageError(f"{self._warc.place(record.offset)}: a WARC-Date was wanted, {date!r} came") from None


def moment(date: str) -> datetime:
    """A WARC-Date, which is in UTC when it does not say; ValueError when it is none."""
    at = datetime.fromisoformat(date)
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
