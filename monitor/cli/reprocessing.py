"""`reprocess`: the archive read again with today's extractor, and decided anew."""

from typing import Annotated

import typer

from monitor.cli.app import app, place
from monitor.cli.console import out, progress
from monitor.history import policies
from monitor.models import Policy
from monitor.policies import find
from monitor.reprocess import Reprocessed, reprocess


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
