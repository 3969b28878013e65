"""`import`: a history from elsewhere, through the door of its form."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.app import app, place
from monitor.cli.console import err, out, progress
from monitor.errors import UsageError
from monitor.home import Home
from monitor.importing.captures import Imported
from monitor.importing.files import import_files
from monitor.importing.warc import import_warc
from monitor.types import Progress

WAYBACK_MACHINE = "https://web.archive.org"


class Origin(StrEnum):
    WARC = "warc"
    WAYBACK = "wayback"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says of an import."""

    path: str
    policy: str = ""
    url: str = ""
    since: str = ""
    until: str = ""
    archive: str = WAYBACK_MACHINE


def _from_warc(home: Home, asked: Asked, advance: Progress) -> Imported:
    file = Path(asked.path)
    if not file.is_file():
        raise UsageError(f"{asked.path}: a WARC file was wanted, there is none. Check the path.")
    return import_warc(home, file, policy=asked.policy, on_progress=advance)


def _from_files(home: Home, asked: Asked, advance: Progress) -> Imported:
    return import_files(home, Path(asked.path), policy=asked.policy, url=asked.url, on_progress=advance)


def _from_wayback(home: Home, asked: Asked, advance: Progress) -> Imported:
    from monitor.cli.wayback import import_wayback  # noqa: PLC0415  the crawler takes its time

    return import_wayback(
        home,
        asked.path,
        policy=asked.policy,
        archive=asked.archive,
        since=asked.since,
        until=asked.until,
        on_progress=advance,
    )


DOORS: dict[Origin, Callable[[Home, Asked, Progress], Imported]] = {
    Origin.WARC: _from_warc,
    Origin.WAYBACK: _from_wayback,
    Origin.FILES: _from_files,
}


@app.command("import")
def import_history(
    context: typer.Context,
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH|URL", help="A WARC file (.warc or .warc.gz), a folder of files, or for wayback an address."
        ),
    ],
    origin: Annotated[
        Origin, typer.Option("--from", help="What the path holds, or where it is asked for.")
    ] = Origin.WARC,
    policy: Annotated[str, typer.Option(help="Take every capture as this policy's.")] = "",
    url: Annotated[str, typer.Option(help="With files: the address that the pages were saved from.")] = "",
    since: Annotated[str, typer.Option(help="With wayback: no captures before this day, such as 2020-01-01.")] = "",
    until: Annotated[str, typer.Option(help="With wayback: no captures after this day.")] = "",
    archive: Annotated[
        str, typer.Option(help="With wayback: another web archive with the same interface.")
    ] = WAYBACK_MACHINE,
) -> None:
    """Bring a history in: captures at their own times, versions and changes as if fetched then. Nobody is alerted."""
    with place(context).open() as home, progress(f"importing {path}") as advance:
        imported = DOORS[origin](home, Asked(path, policy, url, since, until, archive), advance)
    tell(imported)
    if imported.ended:
        raise UsageError(imported.ended)


def tell(imported: Imported) -> None:
    """What was not taken and why, then what was."""
    for reason in imported.skipped:
        err.print(f"skipped: {reason}", markup=False)
    for slug in imported.new_policies:
        out.print(f"new policy, paused (`smallprint add URL` watches it): {slug}", markup=False)
    for slug in imported.reprocessed:
        out.print(f"older captures came in, history folded again: {slug}", markup=False)
    out.print(
        f"{imported.captures} captures imported, {imported.known} known already, {len(imported.skipped)} skipped."
    )
