"""`reprocess`: the archive read again with today's extractor, and decided anew."""

import os
from typing import Annotated

import typer

from monitor.cli.app import app, place
from monitor.cli.console import day, err, out, progress
from monitor.home import Home
from monitor.policies import find
from monitor.reading import Reader
from monitor.reprocess.folding import Reprocessed
from monitor.reprocess.many import Begun, Reprocessing, begin, end

LEFT_AS_IT_WAS = 1


@app.command("reprocess")
def reprocess_history(
    context: typer.Context,
    policy: Annotated[str, typer.Argument(help="Only this one: slug, address, or part of the name.")] = "",
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin with the first policy, also when it was interrupted.")
    ] = False,
) -> None:
    """Read the archive again with today's extractor and decide anew, from the first snapshot on. Nobody is alerted.

    When it is interrupted, the next time it goes on where it was.
    """
    children = os.cpu_count() or 1
    with place(context).open() as home, Reader(children=children, home=home.path) as reader:
        begun = _one(home, policy) if policy else _all(home, anew=anew)
        work = Reprocessing(home.database, reader, home.clock, at_a_time=children, resumable=not policy)
        faults = _reprocess(work, begun)
        if not policy:
            with home.database.writing() as session:
                end(session)
    raise typer.Exit(LEFT_AS_IT_WAS if faults else 0)


def _one(home: Home, name: str) -> Begun:
    with home.database.reading() as session:
        return Begun((find(session, name).id,))


def _all(home: Home, *, anew: bool) -> Begun:
    with home.database.writing() as session:
        begun = begin(session, anew=anew, now=home.clock())
    if begun.since is not None:
        err.print(
            f"Going on with what was begun on {day(begun.since)}: {begun.done} policies are done. `smallprint reprocess --anew` begins anew."
        )
    elif begun.anew:
        err.print(f"It was interrupted the last time, and begins anew: {begun.anew}.")
    return begun


def _reprocess(work: Reprocessing, begun: Begun) -> int:
    """How many policies' histories could not be folded again, and stay as they were."""
    faults, total = 0, begun.done + len(begun.policies)
    with progress("reading again") as advance:
        advance(begun.done, total)
        for number, done in enumerate(work.run(begun.policies), begun.done + 1):
            if done.reprocessed is not None:
                out.print(_line(done.slug, done.reprocessed), markup=False)
            else:
                faults += 1
                err.print(f"{done.slug}: its history stays as it was: {done.fault}", markup=False)
            advance(number, total)
    return faults


def _line(slug: str, done: Reprocessed) -> str:
    counts = (
        f"{done.checks} checks read again; changes: {done.kept} as before, {done.found} found, {done.gone} withdrawn"
    )
    numbers = ", ".join(map(str, done.upgrades))
    deleted = f"; {done.deleted} checks kept as they are: their bytes were deleted by a retention rule"
    upgrades = f"; technical upgrades: versions {numbers}"
    return f"{slug}: {counts}" + (deleted if done.deleted else "") + (upgrades if numbers else "")
