"""`edit`: another schedule, another way of fetching, other tags, the address that a source moved to."""

from collections.abc import Iterator
from typing import Annotated

import typer

from monitor.cli.app import app, place
from monitor.cli.console import out
from monitor.cli.declaring import asked_tags, following
from monitor.declarations import declare_schedule
from monitor.due import When
from monitor.editing import Browser, Robots, edit_schedule, edit_tags, edit_way, follow_moves
from monitor.errors import UsageError
from monitor.home import Home
from monitor.policies import find


@app.command()
def edit(
    context: typer.Context,
    policy: Annotated[str, typer.Argument(help="Slug, address, or part of the name.")],
    interval: Annotated[str, typer.Option(help='How often to check, such as "6h" or "7d".')] = "",
    cron: Annotated[str, typer.Option(help='When to check, as a cron expression such as "0 9 * * 1".')] = "",
    time_zone: Annotated[str, typer.Option(help="Where the cron expression counts, such as Europe/Berlin.")] = "",
    adaptive: Annotated[
        bool | None,
        typer.Option("--adaptive/--no-adaptive", help="Check more often after changes, less often when quiet."),
    ] = None,
    browser: Annotated[Browser | None, typer.Option(help="When to fetch through the browser.")] = None,
    robots: Annotated[Robots | None, typer.Option(help="Whether robots.txt is obeyed.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Give it this tag; may be named several times.")] = None,
    untag: Annotated[list[str] | None, typer.Option(help="Take this tag away; may be named several times.")] = None,
    moved: Annotated[bool, typer.Option("--moved", help="Read it where its sources moved to for good.")] = False,
) -> None:
    """Change how a policy is watched. A later `add --from` of a file that declares it wins over what is set here."""
    schedule = declare_schedule(interval=interval, cron=cron, time_zone=time_zone, adaptive=adaptive)
    added, removed = asked_tags(tag, "--tag"), asked_tags(untag, "--untag")
    if not (schedule.model_dump(exclude_none=True) or browser or robots or moved or added or removed):
        raise UsageError(
            "something to change was wanted, nothing came. Example: smallprint edit acme/privacy-policy --interval 12h"
        )
    with place(context).open() as home, home.database.writing() as session:
        found, now = find(session, policy), home.clock()
        changed = edit_schedule(found, schedule, usual=_usual(home), now=now)
        changed |= edit_way(found, browser=browser, robots=robots, now=now)
        changed |= edit_tags(found, added=added, removed=removed)
        moves = follow_moves(session, found, now) if moved else []
        lines = [
            f"{'updated' if changed or moves else 'unchanged'}: {found.slug}  {following(found, now)}",
            *_moves(moves),
        ]
    for line in lines:
        out.print(line, markup=False)


def _usual(home: Home) -> When:
    return When(home.settings.interval, time_zone=home.settings.time_zone, adaptive=home.settings.adaptive)


def _moves(moves: list[tuple[str, str]]) -> Iterator[str]:
    for old, new in moves:
        yield f"    now read from {new}, instead of {old}"
