"""`backup` and `restore`: a home in one file, and a home out of it."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from monitor.archive.verify import Damage
from monitor.backup.making import back_up
from monitor.backup.restoring import Restored, restore
from monitor.cli.app import app, place
from monitor.cli.archiving import DAMAGED
from monitor.cli.console import day, err, out, progress
from monitor.config import SETTINGS_FILE
from monitor.errors import UsageError
from monitor.home import utc_now


@app.command("backup")
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to make, or a folder for one that is named after the moment.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file when there is one already.")] = False,
) -> None:
    """Put the whole home into one file while everything goes on: database, archive, settings, rules. It is verified."""
    here = place(context)
    now = utc_now()
    target = file / f"smallprint-{now:%Y-%m-%dT%H%M%SZ}.zip" if file.is_dir() else file
    with closing(here.database_alone()) as database:
        done = back_up(here.home, database, target, now=now, showing=progress, overwrite=overwrite)
    out.print(
        f"{target}: {_held(done.rows)}, {done.size_bytes / 1e6:,.1f} MB, read again and found whole.", markup=False
    )
    out.print(
        "The file holds the settings with every secret that stands in them: it can be read by your user only. Keep it so."
    )
    _end(done.damages)


@app.command("restore")
def restore_home(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `smallprint backup` made.")],
) -> None:
    """Make a new home out of a backup: name its folder with --home, before `restore`. A home in use is never touched."""
    home = place(context).home
    if not file.is_file():
        raise UsageError(f"{file}: a backup was wanted, there is no such file. Check the path.")
    done = restore(file, home, showing=progress)
    out.print(
        f"{home} holds {_held(done.rows)} as of {day(done.made_at)}, in {done.database}; all of it was verified.",
        markup=False,
    )
    for name in done.kept:
        out.print(f"{home / name} was there already and stays as it is; the backup's own is in the file.", markup=False)
    if done.without_database:
        out.print(NO_OTHER_DATABASE.format(settings=home / SETTINGS_FILE), markup=False)
    out.print(_warning(done), style="yellow", markup=False)
    _end(done.damages)


def _held(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{rows[table]:,} {one if rows[table] == 1 else more}" for table, one, more in HELD)


NO_OTHER_DATABASE = (
    "The settings in the backup name a database, that of the home that was backed up: in {settings} this line is a comment now. "
    "To restore into a database that you name, put a smallprint.toml that names it into a new home first, and restore there."
)
HELD = (
    ("policy", "policy", "policies"),
    ("snapshot", "snapshot", "snapshots"),
    ("version", "version", "versions"),
    ("change", "change", "changes"),
)


def _warning(done: Restored) -> str:
    """Two homes that were one check the same pages, and tell the same people."""
    many = done.messages + done.alerts
    waiting = f"Alerts and messages that still wait to be sent: {many}. " if many else ""
    return f"{waiting}If the home that was backed up is still in use, stop one of the two: else both check the same pages, and people are told twice."


def _end(damages: Sequence[Damage]) -> None:
    if damages:
        err.print(
            f"{len(damages)} parts of the archive are damaged; they are copied as they are. `smallprint archive verify` names them."
        )
        raise typer.Exit(DAMAGED)
