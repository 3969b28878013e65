"""`export`: what is known, in forms that other tools read."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.app import app, place
from monitor.cli.console import out, progress
from monitor.exporting.git import export_git

export = typer.Typer(help="Give out what is known, in forms that other tools read.", no_args_is_help=True)
app.add_typer(export, name="export")


@export.callback()
def forms() -> None:
    """Each form is a command of its own."""


@export.command("git")
def to_git(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
) -> None:
    """Git repositories of all snapshots and versions, and the declarations, laid out as Open Terms Archive does."""
    with place(context).read().reading() as session, progress("exporting") as advance:
        done = export_git(session, folder, advance)
    out.print(f"{done.snapshots} snapshots: {folder / 'snapshots'}", markup=False)
    out.print(f"{done.versions} versions: {folder / 'versions'}", markup=False)
    out.print(f"{done.services} services declared: {folder / 'declarations'}", markup=False)
