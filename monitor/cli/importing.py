"""`import`: a history from elsewhere, through the door of its form."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.app import app, place
from monitor.cli.archiving import DAMAGED
from monitor.cli.console import err, out, progress
from monitor.errors import UsageError
from monitor.home import Home
from monitor.importing.captures import Imported
from monitor.importing.files import import_files
from monitor.importing.ota import import_ota
from monitor.importing.ota_declarations import Declared, import_declarations
from monitor.importing.warc import import_warc
from monitor.types import Progress


class Origin(StrEnum):
    WARC = "warc"
    DECLARATIONS = "declarations"
    OTA = "ota"
    WAYBACK = "wayback"
    FILES = "files"


def _declarations(home: Home, folder: Path, *, on_progress: Progress) -> Declared:  # noqa: ARG001  they are few
    return import_declarations(home, folder)


def _wayback(home: Home, path: str, **options: Any) -> Imported:
    from monitor.cli.wayback import import_wayback  # noqa: PLC0415  the crawler takes its time

    return import_wayback(home, path, **options)


@dataclass(frozen=True, slots=True)
class Door:
    """Who takes a history of one form, by what its place is named, and the options that belong to it."""

    takes: Callable[..., Imported | Declared]
    place: type[Path | str]
    options: tuple[str, ...] = ()


DOORS = {
    Origin.WARC: Door(import_warc, Path, ("policy",)),
    Origin.DECLARATIONS: Door(_declarations, Path),
    Origin.OTA: Door(import_ota, Path, ("declarations",)),
    Origin.WAYBACK: Door(_wayback, str, ("policy", "since", "until", "archive")),
    Origin.FILES: Door(import_files, Path, ("policy", "url")),
}


@app.command("import")
def import_history(
    context: typer.Context,
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH|URL",
            help="A WARC file (.warc, .warc.gz, .warc.zst); a folder of Open Terms Archive's declarations, or a git repository of its snapshots or versions; a folder of files; for wayback an address.",
        ),
    ],
    origin: Annotated[
        Origin, typer.Option("--from", help="What the path holds, or where it is asked for.")
    ] = Origin.WARC,
    policy: Annotated[str, typer.Option(help="With warc, wayback, files: take every capture as this policy's.")] = "",
    declarations: Annotated[
        Path | None,
        typer.Option(help="With ota: the collection's declarations, which name services and addresses."),
    ] = None,
    url: Annotated[str, typer.Option(help="With files: the address that the pages were saved from.")] = "",
    since: Annotated[str, typer.Option(help="With wayback: no captures before this day, such as 2020-01-01.")] = "",
    until: Annotated[str, typer.Option(help="With wayback: no captures after this day.")] = "",
    archive: Annotated[
        str, typer.Option(help="With wayback: the address of another web archive with the same interface.")
    ] = "",
) -> None:
    """Bring a history in: captures at their own times, versions and changes as if fetched then. Nobody is alerted. Exit code 4:
    part of it is torn or damaged, the rest was taken; 1: nothing could be read, or it ended early.
    """
    door = DOORS[origin]
    options = {"policy": policy, "declarations": declarations, "url": url}
    options |= {"since": since, "until": until, "archive": archive}
    given = {name: value for name, value in options.items() if value}
    _check_belong(origin, given)
    with place(context).open() as home, progress(f"importing {path}") as advance:
        came = door.takes(home, door.place(path), **given, on_progress=advance)
    if isinstance(came, Declared):
        tell_declared(came)
        return
    tell(came)
    if came.ended:
        raise UsageError(came.ended)
    raise typer.Exit(DAMAGED if came.damaged else 0)


def _check_belong(origin: Origin, given: Iterable[str]) -> None:
    """An option that would say nothing was meant to say something."""
    for name in given:
        if name not in DOORS[origin].options:
            others = " or ".join(f"`--from {other}`" for other, door in DOORS.items() if name in door.options)
            raise UsageError(f"--{name} was given: it goes with {others}, this is `--from {origin}`. Leave it out.")


def tell(imported: Imported) -> None:
    """What was not taken and why, then what was."""
    for reason in imported.skipped:
        err.print(f"skipped: {reason}", markup=False)
    for slug in imported.new_policies:
        out.print(f"new policy, paused (`smallprint add URL` watches it): {slug}", markup=False)
    for slug in imported.reprocessed:
        out.print(f"older captures came in, history folded again: {slug}", markup=False)
    if imported.unaddressed:
        out.print(
            f"No address is known of {', '.join(imported.unaddressed)}. Before {'they' if imported.unaddressed[1:] else 'it'} can be watched, declare one: "
            "`smallprint import --from declarations PATH`, or `smallprint add --from FILE`.",
            markup=False,
        )
    if imported.damaged:
        err.print(
            f"{imported.damaged} of what was skipped is torn or damaged. A whole copy of the file or clone, imported later, completes it."
        )
    out.print(
        f"{imported.captures} captures imported, {imported.known} known already, {len(imported.skipped)} skipped."
    )


def tell_declared(declared: Declared) -> None:
    """What could not be brought in and why, each policy that was, then how many."""
    for reason in declared.listed:
        err.print(f"listed: {reason}", markup=False)
    for slug, what in declared.policies:
        if what != "unchanged":
            out.print(f"{what}: {slug}", markup=False)
    added = sum(what == "added" for _, what in declared.policies)
    out.print(
        f"{len(declared.policies)} policies of {declared.services} services imported, {len(declared.listed)} listed."
    )
    if added:
        out.print(f"The first checks of the {added} new ones are due at the next `smallprint run`.")
