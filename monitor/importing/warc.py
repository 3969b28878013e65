"""WARC files in: each answer is a capture of its WARC-Date, taken in date order. Nobody is alerted.

What smallprint's own files tell besides (see `monitor.interchange.warc_form`) is restored: policies, checks, languages, and when changes
were confirmed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import DamageError, UsageError
from monitor.home import Home
from monitor.importing.captures import Imported, Intake
from monitor.importing.carried import restore_change
from monitor.importing.warc_answers import Answers
from monitor.importing.warc_contents import Contents, contents
from monitor.importing.warc_opened import OpenedWarc
from monitor.importing.warc_unpacking import readable
from monitor.interchange.carried import CarriedCapture, CarriedChange, CarriedPolicy
from monitor.types import Progress, unheard


def import_warc(home: Home, path: Path, *, policy: str = "", on_progress: Progress = unheard) -> Imported:
    """Take every answer of a WARC file, however it is packed. With `policy`, they all belong to that one, whatever their URL.

    Idempotent by (URL, date, digest). A capture older than the policy's newest check folds that policy again.
    """
    intake = Intake(home, policy=policy)
    damaged = intake.imported.skip_damaged
    _check_readable(path)
    with readable(path, home.path, lambda words: damaged(f"{path}: {words}")) as plain:
        name = str(path) if plain == path else f"{path} (unpacked)"
        found = contents(plain, name)
        for words in found.damages:
            damaged(words)
        if not found.records:
            raise UsageError(f"{path}: a WARC file was wanted, a file without a whole WARC record came.")
        with OpenedWarc(plain, name) as warc:
            with intake:
                if not policy:
                    _declare(intake, warc, found)
                _take(intake, warc, found, Answers(warc, found, home.database), on_progress)
            _restore_changes(home, intake, warc, found)
    return intake.imported


def _check_readable(path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise UsageError(f"{path}: a WARC file was wanted, it cannot be read: {error.strerror}.") from None


def _declare(intake: Intake, warc: OpenedWarc, found: Contents) -> None:
    for offset in found.policies:
        with _or_skipped(intake):
            intake.declare(warc.told(offset, CarriedPolicy))


def _take(intake: Intake, warc: OpenedWarc, found: Contents, answers: Answers, on_progress: Progress) -> None:
    for done, place in enumerate(found.answers, 1):
        with _or_skipped(intake):
            about = warc.told(place.about, CarriedCapture) if place.about is not None else None
            intake.take(answers.read(place, about))
        on_progress(done, len(found.answers))


def _restore_changes(home: Home, intake: Intake, warc: OpenedWarc, found: Contents) -> None:
    for offset in found.changes:
        with _or_skipped(intake):
            change = warc.told(offset, CarriedChange)
            with home.database.writing() as session:
                restore_change(session, change)


@contextmanager
def _or_skipped(intake: Intake) -> Iterator[None]:
    try:
        yield
    except DamageError as error:
        intake.imported.skip_damaged(str(error))
    except UsageError as error:
        intake.imported.skipped.append(str(error))
