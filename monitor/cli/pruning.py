"""`archive prune`: the rules of retention applied, or only told what they would come to."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from monitor import pruning
from monitor.cli.app import place
from monitor.cli.archiving import archive
from monitor.cli.console import day, out, print_json, progress, stamp
from monitor.pruning import Pruned
from monitor.retention import Protection

WHY = {
    Protection.VERSION: "a version was read from them",
    Protection.CHANGE: "they show when a wording was first or last seen",
    Protection.NEWEST_GOOD: "the newest good capture of a page",
    Protection.NEWEST: "the newest capture of a page",
    Protection.OPEN: "their check is still to be read",
    Protection.FOUND: "their check found a change, another page than the policy, or news for you",
    Protection.CHECK: "captured at one check with such a one",
    Protection.UNSEALED: "in no sealed manifest yet",
    Protection.SHARED: "the same bytes as a capture that is kept",
}


@archive.command("prune")
def prune(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Delete the bytes of captures that the rules of retention let go. Without rules in smallprint.toml, nothing goes."""
    with place(context).open() as home:
        rules, now = home.settings.retention, home.clock()
        with progress("looking" if dry_run else "deleting") as advance:
            if dry_run:
                with home.database.reading() as session:
                    rows = pruning.plan(session, rules, now=now, on_progress=advance)
            else:
                rows = pruning.prune(home.database, rules, now=now, on_progress=advance)
    if as_json:
        print_json(_json(row, dry_run=dry_run) for row in rows)
    elif not rules:
        out.print(
            "Everything is kept: smallprint.toml has no rule of retention. docs/retention.md says how to write one."
        )
    else:
        _print(rows, dry_run=dry_run)


def _json(row: Pruned, *, dry_run: bool) -> dict[str, Any]:
    return {
        "policy": row.policy,
        "keep_days": row.keep_days,
        "before": stamp(row.before),
        "captures": row.captures,
        "packed_bytes": row.packed_bytes,
        "protected": {why.value: count for why, count in row.protected.items()},
        "dry_run": dry_run,
    }


def _print(rows: Iterable[Pruned], *, dry_run: bool) -> None:
    """A line a policy that has a rule, and one for each reason why older captures stay."""
    went = "would be deleted" if dry_run else "deleted"
    captures = packed = kept_for_ever = 0
    for row in rows:
        if row.keep_days is None:
            kept_for_ever += 1
            continue
        captures, packed = captures + row.captures, packed + row.packed_bytes
        out.print(
            f"{row.policy}  {_captures(row.captures)} from before {day(row.before)} {went}, {row.packed_bytes:,} bytes",
            markup=False,
        )
        for why, count in row.protected.items():
            out.print(f"    {_captures(count)} kept: {WHY[why]}", markup=False)
    out.print(
        f"{_captures(captures)} {went}, {packed:,} bytes. Policies without a rule, which keep all: {kept_for_ever}."
    )


def _captures(count: int) -> str:
    return f"{count:,} {'capture' if count == 1 else 'captures'}"
