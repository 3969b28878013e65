"""`export`: what is known, in forms that other tools read."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.app import app, place
from monitor.cli.archiving import DAMAGED
from monitor.cli.console import err, out, print_json, progress
from monitor.exporting.git import Exported, export_git

export = typer.Typer(help="Give out what is known, in forms that other tools read.", no_args_is_help=True)
app.add_typer(export, name="export")


@export.callback()
def forms() -> None:
    """Each form is a command of its own."""


@export.command("git")
def to_git(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Git repositories of all snapshots and versions, and the declarations, laid out as Open Terms Archive does; `smallprint
    import --from ota` takes them in again. Exit code 4 when the archive does not give a snapshot back.
    """
    with place(context).read().reading() as session, progress(f"exporting {folder}") as advance:
        exported = export_git(session, folder, advance)
    for damage in exported.damaged:
        err.print(f"damaged, left out: {damage}", markup=False)
    if as_json:
        print_json([{"folder": str(folder), **asdict(exported)}])
    else:
        _tell_of_git(folder, exported)
    raise typer.Exit(DAMAGED if exported.damaged else 0)


def _tell_of_git(folder: Path, exported: Exported) -> None:
    out.print(f"{folder / 'snapshots'}: {exported.snapshots:,} commits, one for each page that differed", markup=False)
    out.print(f"{folder / 'versions'}: {exported.versions:,} commits, one for each version", markup=False)
    out.print(f"{folder / 'declarations'}: {exported.services:,} services", markup=False)
    if exported.deleted:
        out.print(f"{exported.deleted:,} captures left out whose bytes a retention rule deleted")
    if exported.damaged:
        out.print(f"{len(exported.damaged):,} damaged captures left out")
