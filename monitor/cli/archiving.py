"""The archive's proof and cost: `archive verify`, `archive stats`."""

from dataclasses import asdict
from typing import Annotated

import typer

from monitor.archive import verify as proof
from monitor.cli.app import app, place
from monitor.cli.console import err, out, print_json, print_table, progress
from monitor.standing import Cost, costs

DAMAGED = 4

archive = typer.Typer(help="The archive of snapshots.", no_args_is_help=True)
app.add_typer(archive, name="archive")


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
