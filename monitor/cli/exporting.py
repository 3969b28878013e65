"""`export`: what is known, in forms that other tools read."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.app import app, place
from monitor.cli.archiving import DAMAGED
from monitor.cli.console import err, out, print_json, progress
from monitor.cli.moments import moment
from monitor.exporting import git, warc
from monitor.home import utc_now

export = typer.Typer(help="Give out what is known, in forms that other tools read.", no_args_is_help=True)
app.add_typer(export, name="export")


@export.callback()
def forms() -> None:
    """Each form is a command of its own."""


@export.command("warc")
def to_warc(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write: NAME.warc.gz, or NAME.warc without packing.")],
    policy: Annotated[str, typer.Option(help="Only this policy: slug, address, or part of the name.")] = "",
    since: Annotated[str, typer.Option(metavar="TIME", help="Only answers from this time or day on.")] = "",
    until: Annotated[
        str, typer.Option(metavar="TIME", help="Only answers until this time, or the end of this day.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Every archived answer, as web archives keep pages: pywb replays it, `smallprint import` takes it in. Exit code 4: some are damaged."""
    wanted = warc.Wanted(policy, moment(since, ends=False) if since else None, moment(until) if until else None)
    with progress(f"exporting {file}") as advance:
        exported = warc.export_warc(place(context).read(), file, wanted, now=utc_now(), on_progress=advance)
    for damage in exported.damaged:
        err.print(f"damaged, left out: {damage}", markup=False)
    if as_json:
        print_json([{"file": str(file), **asdict(exported)}])
    else:
        out.print(f"{file}  {'; '.join(_told(exported))}", markup=False)
    raise typer.Exit(DAMAGED if exported.damaged else 0)


def _told(exported: warc.Exported) -> Iterator[str]:
    yield f"policies: {exported.policies:,}"
    yield f"captures: {exported.responses + exported.revisits:,} ({exported.revisits:,} with the bytes of an earlier one)"
    if exported.not_modified:
        yield f'answers "not modified": {exported.not_modified:,}'
    if exported.deleted:
        yield f"left out, as a retention rule deleted their bytes: {exported.deleted:,}"
    if exported.damaged:
        yield f"left out, as they are damaged: {len(exported.damaged):,}"


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
        exported = git.export_git(session, folder, advance)
    for damage in exported.damaged:
        err.print(f"damaged, left out: {damage}", markup=False)
    if as_json:
        print_json([{"folder": str(folder), **asdict(exported)}])
    else:
        _tell_of_git(folder, exported)
    raise typer.Exit(DAMAGED if exported.damaged else 0)


def _tell_of_git(folder: Path, exported: git.Exported) -> None:
    out.print(f"{folder / 'snapshots'}: {exported.snapshots:,} commits, one for each page that differed", markup=False)
    out.print(f"{folder / 'versions'}: {exported.versions:,} commits, one for each version", markup=False)
    out.print(f"{folder / 'declarations'}: {exported.services:,} services", markup=False)
    if exported.deleted:
        out.print(f"{exported.deleted:,} captures left out whose bytes a retention rule deleted")
    if exported.damaged:
        out.print(f"{len(exported.damaged):,} damaged captures left out")
