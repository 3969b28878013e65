"""What each crawl did: `runs`."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from monitor import runs as record
from monitor.cli.app import app, place
from monitor.cli.console import day, print_json, print_table, stamp
from monitor.models import Run


@app.command()
def runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option(help="The newest so many.", min=1, max=record.KEPT)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """The crawls made, oldest first: when, how long, fetches by way, failures by name, bytes."""
    with place(context).read().reading() as session:
        found = record.newest(session, limit)
    if as_json:
        print_json(_run_json(run) for run in found)
    else:
        headings = ("began", "took", "fetches", "failures", "bytes", "")
        print_table(headings, map(_row, found), empty="No crawl was made yet. Start with `smallprint run`.")


def _run_json(run: Run) -> dict[str, Any]:
    return {"run": run.id, "began_at": stamp(run.began_at), "ended_at": stamp(run.ended_at)} | run.stats


def _row(run: Run) -> tuple[str, ...]:
    stats = run.stats
    return (
        day(run.began_at),
        f"{(run.ended_at - run.began_at).total_seconds():,.1f} s",
        fetches_by_way(stats) or "none",
        in_one_line(stats.get("failures", {})) or "none",
        f"{stats.get('bytes', 0):,}",
        "stopped" if stats.get("stopped") else "",
    )


def fetches_by_way(stats: Mapping[str, Any]) -> str:
    return in_one_line({via: sum(endings.values()) for via, endings in stats.get("fetches", {}).items()})


def in_one_line(counts: Mapping[str, int]) -> str:
    """`120 http, 3 browser`: the most first."""
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1]))
