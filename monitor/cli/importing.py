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
from monitor.importing.ota import import_ota
from monitor.importing.ota_declarations import Declared, import_declarations
from monitor.importing.warc import import_warc
from monitor.types import Progress

WAYBACK_MACHINE = "https://web.archive.org"


class Origin(StrEnum):
    WARC = "warc"
    DECLARATIONS = "declarations"
    OTA = "ota"
    WAYBACK = "wayback"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says of an import."""

    path: str
    policy: str = ""
    declarations: Path | None = None
    url: str = ""
    since: str = ""
    until: str = ""
    archive: str = WAYBACK_MACHINE


def _from_warc(home: Home, asked: Asked, advance: Progress) -> Imported:
    file = Path(asked.path)
    if not file.is_file():
        raise UsageError(f"{asked.path}: a WARC file was wanted, there is none. Check the path.")
    return import_warc(home, file, policy=asked.policy, on_progress=advance)


def _from_declarations(home: Home, asked: Asked, _advance: Progress) -> Declared:
    _check_names_no_policy(asked)
    return import_declarations(home, Path(asked.path))


def _from_ota(home: Home, asked: Asked, advance: Progress) -> Imported:
    _check_names_no_policy(asked)
    return import_ota(home, Path(asked.path), declarations=asked.declarations, on_progress=advance)


def _check_names_no_policy(asked: Asked) -> None:
    if asked.policy:
        raise UsageError("--policy was given: a collection says itself which policies its pages are of. Leave it out.")


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


DOORS: dict[Origin, Callable[[Home, Asked, Progress], Imported | Declared]] = {
    Origin.WARC: _from_warc,
    Origin.DECLARATIONS: _from_declarations,
    Origin.OTA: _from_ota,
    Origin.WAYBACK: _from_wayback,
    Origin.FILES: _from_files,
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
    policy: Annotated[str, typer.Option(help="Take every capture as this policy's.")] = "",
    declarations: Annotated[
        Path | None,
        typer.Option(help="With ota: the collection's declarations, which name services and addresses."),
    ] = None,
    url: Annotated[str, typer.Option(help="With files: the address that the pages were saved from.")] = "",
    since: Annotated[str, typer.Option(help="With wayback: no captures before this day, such as 2020-01-01.")] = "",
    until: Annotated[str, typer.Option(help="With wayback: no captures after this day.")] = "",
    archive: Annotated[
        str, typer.Option(help="With wayback: another web archive with the same interface.")
    ] = WAYBACK_MACHINE,
) -> None:
    """Bring a history in: captures at their own times, versions and changes as if fetched then. Nobody is alerted."""
    if declarations is not None and origin is not Origin.OTA:
        raise UsageError("--declarations was given: it goes with `--from ota`. Leave it out.")
    with place(context).open() as home, progress(f"importing {path}") as advance:
        came = DOORS[origin](home, Asked(path, policy, declarations, url, since, until, archive), advance)
    if isinstance(came, Declared):
        tell_declared(came)
        return
    tell(came)
    if came.ended:
        raise UsageError(came.ended)


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
