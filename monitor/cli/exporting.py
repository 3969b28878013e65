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
from monitor.exporting.warc import Exported, Wanted, export_warc
from monitor.home import utc_now

export = typer.Typer(help="Give out what is known, in forms that other tools read.", no_args_is_help=True)
app.add_typer(export, name="export")


@export.callback()
def forms() -> None:
    """Each form is a command of its own."""


@export.command("warc")
def warc(
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
    wanted = Wanted(policy, moment(since, ends=False) if since else None, moment(until) if until else None)
    with progress(f"exporting {file}") as advance:
        exported = export_warc(place(context).read(), file, wanted, now=utc_now(), on_progress=advance)
    for damage in exported.damaged:
        err.print(f"damaged, left out: {damage}", markup=False)
    if as_json:
        print_json([{"file": str(file), **asdict(exported)}])
    else:
        out.print(f"{file}  {'; '.join(_told(exported))}", markup=False)
    raise typer.Exit(DAMAGED if exported.damaged else 0)


def _told(exported: Exported) -> Iterator[str]:
    yield f"policies: {exported.policies:,}"
    yield f"captures: {exported.responses + exported.revisits:,} ({exported.revisits:,} with the bytes of an earlier one)"
    if exported.not_modified:
        yield f'answers "not modified": {exported.not_modified:,}'
    if exported.deleted:
        yield f"left out, as a retention rule deleted their bytes: {exported.deleted:,}"
    if exported.damaged:
        yield f"left out, as they are damaged: {len(exported.damaged):,}"
