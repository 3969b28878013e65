"""The archive's doors: `import`, `reprocess`, `archive verify`, `archive stats`."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.archive import verify as proof
from monitor.cli.app import app, place
from monitor.cli.console import err, out, print_json, print_table, progress
from monitor.errors import UsageError
from monitor.history import policies
from monitor.importing.warc import import_warc
from monitor.models import Policy
from monitor.policies import find
from monitor.reprocess import Reprocessed, reprocess
from monitor.standing import Cost, costs

DAMAGED = 4

archive = typer.Typer(help="The archive of snapshots.", no_args_is_help=True)
app.add_typer(archive, name="archive")


class Origin(StrEnum):
    WARC = "warc"


@app.command("import")
def import_history(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A WARC file (.warc or .warc.gz).")],
    origin: Annotated[Origin, typer.Option("--from", help="What the path holds.")] = Origin.WARC,  # noqa: ARG001  one origin so far
    policy: Annotated[str, typer.Option(help="Take every capture as this policy's.")] = "",
) -> None:
    """Bring a history in: captures at their own times, versions and changes as if fetched then. Nobody is alerted."""
    if not path.is_file():
        raise UsageError(f"{path}: a WARC file was wanted, there is none. Check the path.")
    with place(context).open() as home, progress(f"importing {path.name}") as advance:
        imported = import_warc(home, path, policy=policy, on_progress=advance)
    for reason in imported.skipped:
        err.print(f"skipped: {reason}", markup=False)
    for slug in imported.new_policies:
        out.print(f"new policy, paused (`smallprint add URL` watches it): {slug}", markup=False)
    for slug in imported.reprocessed:
        out.print(f"older captures came in, history folded again: {slug}", markup=False)
    out.print(
        f"{imported.captures} captures imported, {imported.known} known already, {len(imported.skipped)} skipped."
    )


@app.command("reprocess")
def reprocess_history(
    context: typer.Context,
    policy: Annotated[str, typer.Argument(help="Only this one: slug, address, or part of the name.")] = "",
) -> None:
    """Read the archive again with today's extractor and decide anew, from the first snapshot on. Nobody is alerted."""
    with place(context).open() as home:
        with home.database.reading() as session:
            ids = [found.id for found in ([find(session, policy)] if policy else policies(session))]
        with progress("reading again") as advance:
            for done, policy_id in enumerate(ids, 1):
                with home.database.writing() as session:
                    found = session.get_one(Policy, policy_id)
                    line = _reprocessed_line(found.slug, reprocess(session, home.reader, found, now=home.clock()))
                out.print(line, markup=False)
                advance(done, len(ids))


def _reprocessed_line(slug: str, done: Reprocessed) -> str:
    counts = (
        f"{done.checks} checks read again; changes: {done.kept} as before, {done.found} found, {done.gone} withdrawn"
    )
    numbers = ", ".join(map(str, done.upgrades))
    return f"{slug}: {counts}" + (f"; technical upgrades: versions {numbers}" if numbers else "")


@archive.command("verify")
def verify(context: typer.Context, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Unpack and re-hash every snapshot; exit code 4 when one is damaged."""
    with place(context).read().reading() as session, progress("verifying") as advance:
        damages = proof.verify(session, advance)
    if as_json:
        print_json(asdict(damage) for damage in damages)
    else:
        for damage in damages:
            err.print(f"{damage.reason} Snapshots that need it: {', '.join(damage.snapshots) or 'none'}", markup=False)
        out.print(
            f"{len(damages)} frames are damaged."
            if damages
            else "The archive is whole: every frame gives back its bytes."
        )
    raise typer.Exit(DAMAGED if damages else 0)


@archive.command("stats")
def stats(context: typer.Context, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """How much is kept, and what it took: the fetches by way, with their time on the network."""
    with place(context).read().reading() as session:
        found, ways = asdict(proof.stats(session)), costs(session)
    if as_json:
        print_json([found | {"fetches": {way.via: _cost_json(way) for way in ways}}])
        return
    rows = [(name.replace("_", " "), f"{value:,}") for name, value in found.items()]
    rows += [(f"fetches by {way.via}", _cost_words(way)) for way in ways]
    print_table(("", ""), rows, empty="")


def _cost_json(way: Cost) -> dict[str, float]:
    return {"fetches": way.fetches, "failed": way.failed, "seconds": round(way.seconds, 3)}


def _cost_words(way: Cost) -> str:
    failed = f", {way.failed:,} of them failed" if way.failed else ""
    return f"{way.fetches:,} in {way.seconds:,.1f} s{failed}"
