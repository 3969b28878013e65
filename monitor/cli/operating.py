"""Is everything in place? `doctor`, `channels list`, `channels test`."""

import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import text

from monitor.cli.app import Place, app, place
from monitor.cli.console import out, print_json, print_table
from monitor.config import MachineTextSettings, Settings
from monitor.diff.own_rules import take_rules_of
from monitor.errors import SmallprintError, UsageError
from monitor.home import utc_now
from monitor.model_client import refusal, shown
from notifier.channels import check, masked, send
from notifier.render import render
from notifier.sample import sample_letter

ENOUGH_DISK_BYTES = 1024**3
NOT_WELL = 1

channels = typer.Typer(help="Where alerts go.", no_args_is_help=True)
app.add_typer(channels, name="channels")


@channels.command("list")
def list_channels(context: typer.Context, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """The channels declared, their secrets masked."""
    declared = place(context).settings().channels
    rows = [(name, masked(channel.url), check(channel.url) or "ok") for name, channel in sorted(declared.items())]
    if as_json:
        print_json({"channel": name, "url": url, "state": state} for name, url, state in rows)
    else:
        print_table(
            ("channel", "address", "state"),
            rows,
            empty="No channel is declared. Add [channels.NAME] with a url to smallprint.toml.",
        )


@channels.command("test")
def test_channel(context: typer.Context, name: Annotated[str, typer.Argument(help="The channel's name.")]) -> None:
    """Send a sample message to a channel."""
    declared = place(context).settings().channels
    if name not in declared:
        raise UsageError(f"no channel is called {name!r}; declared: {', '.join(sorted(declared)) or 'none'}.")
    send(name, declared[name].url, render(str(uuid.uuid4()), [sample_letter()], at=utc_now()))
    out.print(f"{name}: the sample was accepted.", markup=False)


@app.command()
def doctor(context: typer.Context, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Check settings, database, disk, browser and channels, and say how to mend what is not well."""
    findings = list(_examine(place(context)))
    if as_json:
        print_json({"what": what, "ok": not mend, "found": found, "mend": mend} for what, found, mend in findings)
    else:
        print_table(("what", "found", "to mend"), findings, empty="")
    raise typer.Exit(NOT_WELL if any(mend for _, _, mend in findings) else 0)


def _examine(here: Place) -> Iterator[tuple[str, str, str]]:
    """(what, what was found, how to mend it or "") a line."""
    try:
        settings = here.settings()
    except SmallprintError as error:
        yield "settings", str(error), "correct smallprint.toml"
        return
    yield "settings", f"{len(settings.channels)} channels, {len(settings.rules)} rules", ""
    yield _rules(here.home)
    yield _database(here)
    yield _disk(here.home)
    yield _browser(settings)
    if settings.machine_text is not None:
        yield _model(settings.machine_text)
    for name, channel in sorted(settings.channels.items()):
        reason = check(channel.url)
        yield f"channel {name}", masked(channel.url), reason or ""


def _rules(home: Path) -> tuple[str, str, str]:
    try:
        files = take_rules_of(home)
    except SmallprintError as error:
        return "rules", str(error), f"correct the file in {home / 'rules'}"
    return "rules", f"the package's own, and {files} files of this home" if files else "the package's own", ""


def _database(here: Place) -> tuple[str, str, str]:
    try:
        database = here.database()
        with database.reading() as session:
            session.execute(text("SELECT 1"))
    except SmallprintError as error:
        return "database", str(error), "run `smallprint init`, or correct `database` in smallprint.toml"
    kind = (
        f"SQLite {sqlite3.sqlite_version}" if database.engine.dialect.name == "sqlite" else database.engine.dialect.name
    )
    return "database", f"{kind}: {database.shown}", ""


def _disk(home: Path) -> tuple[str, str, str]:
    place_on_disk = next(folder for folder in (home.resolve(), *home.resolve().parents) if folder.exists())
    free = shutil.disk_usage(place_on_disk).free
    return (
        "disk",
        f"{free / 1024**3:.1f} GiB free",
        "" if free >= ENOUGH_DISK_BYTES else "less than 1 GiB is free: make room",
    )


def _model(settings: MachineTextSettings) -> tuple[str, str, str]:
    return "machine text", f"{settings.model} at {shown(settings)}", refusal(settings) or ""


def _browser(settings: Settings) -> tuple[str, str, str]:
    if not settings.crawl.browser:
        return "browser", "switched off (crawl.browser = false)", ""
    executable = settings.crawl.browser_executable
    if not Path(executable).exists():
        return (
            "browser",
            f"{executable} is not there",
            "install it (Debian: apt-get install chromium), or set crawl.browser_executable",
        )
    done = subprocess.run([executable, "--version"], capture_output=True, text=True, timeout=30, check=False)
    return (
        "browser",
        done.stdout.strip() or done.stderr.strip()[:100],
        "" if done.returncode == 0 else "it does not start: reinstall it",
    )
