"""A policy over time: `history`, `at`."""

from typing import Annotated

import typer

from monitor import history
from monitor.cli.app import app, place
from monitor.cli.console import day, err, out, print_json, print_table, stamp
from monitor.cli.contracts import shown_date, version_json
from monitor.cli.moments import moment
from monitor.cli.sightings import STATES, seen_beside
from monitor.cli.timemaps import print_timemap
from monitor.cli.volatile import print_volatile, watch_again
from monitor.models import Change, Version
from monitor.policies import find
from monitor.types import DocumentDiff

COLLECTION = "http://localhost:8080/policies"  # pywb's own port, and a name for the collection
PolicyArgument = Annotated[str, typer.Argument(help="Slug, address, or part of the name.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command("history")
def show_history(
    context: typer.Context,
    policy: PolicyArgument,
    volatile: Annotated[bool, typer.Option("--volatile", help="The blocks that differ again and again.")] = False,
    watch: Annotated[str, typer.Option(metavar="BLOCK", help="Take a volatile block back into the watch.")] = "",
    set_apart: Annotated[str, typer.Option(metavar="BLOCK", help="Set a block that was taken back apart again.")] = "",
    timemap: Annotated[
        bool, typer.Option("--timemap", help="The page's snapshots as a Memento TimeMap (RFC 7089).")
    ] = False,
    base: Annotated[
        str, typer.Option("--base", metavar="URL", help="With --timemap: the collection that replays them.")
    ] = COLLECTION,
    as_json: JsonOption = False,
) -> None:
    """A policy's versions: when each was first and last seen, the dates it states, what changed."""
    if watch or set_apart:
        watch_again(place(context), policy, watch=watch, set_apart=set_apart)
        return
    with place(context).read().reading() as session:
        found = find(session, policy)
        if timemap:
            print_timemap(session, found, policy, base, as_json=as_json)
            return
        if volatile:
            print_volatile(found, as_json=as_json)
            return
        told = {change.version_id: change for change in history.changes(session, found)}
        versions = history.versions(session, found)
        if as_json:
            print_json({**version_json(version), **_change_json(told.get(version.id))} for version in versions)
            return
        out.print(f"{found.name}  ({found.slug})", markup=False)
        rows = (_version_row(version, told.get(version.id)) for version in versions)
        print_table(
            ("version", "first seen", "last seen", "last updated", "effective", "words", "change"),
            rows,
            empty="No version yet.",
        )


@app.command("at")
def show_at(
    context: typer.Context,
    policy: PolicyArgument,
    time: Annotated[str, typer.Argument(help="Such as 2026-03-01 or 2026-03-01T12:00Z; UTC when no zone is given.")],
    as_json: JsonOption = False,
) -> None:
    """The text that was last seen of a policy up to a moment, as Markdown, and the sightings on either side of it."""
    asked = moment(time)
    with place(context).read().reading() as session:
        found = find(session, policy)
        version = history.version_at(session, found, asked)
        if as_json:
            beside = history.sightings_beside(session, version, asked)
            sighted = {
                "seen_before_at": stamp(beside.before),
                "seen_after_at": stamp(beside.after),
                "seen_after_version": beside.next_version.number if beside.next_version else None,
            }
            print_json([{**version_json(version), **sighted, "text": version.document.text}])
        else:
            seen = f"first seen {day(version.captured_at)}, last seen {day(version.last_seen_at)}"
            err.print(f"{found.slug}, version {version.number}, as the page was read: {seen}", markup=False)
            err.print(seen_beside(session, version, asked), markup=False, style="yellow")
            typer.echo(version.document.text)


def _version_row(version: Version, change: Change | None) -> tuple[str, ...]:
    stated = version.document.stated
    seen = (day(version.captured_at), day(version.last_seen_at))
    return (
        str(version.number),
        *seen,
        shown_date(stated.last_updated),
        shown_date(stated.effective),
        str(version.document.word_count),
        "; ".join(filter(None, (_told(version, change), STATES[version.state]))),
    )


def _told(version: Version, change: Change | None) -> str:
    """The change that led to a version, and whether the page's date went with it."""
    if change is None:
        return "the page is read in another way" if version.technical else "-"
    return f"{change.id}: {change.significance}; {_with_its_date(change.diff)}"


def _with_its_date(diff: DocumentDiff) -> str:
    if diff.date_only:
        return "only the date moved"
    if diff.silent:
        return "the date did not move"
    if diff.last_updated.rendered:
        return "the date is always today's"
    return "the date moved too" if diff.date_moved else "the date tells nothing"


def _change_json(change: Change | None) -> dict[str, object]:
    if change is None:
        return {"change": None, "significance": None, "silent": None, "date_only": None}
    diff = change.diff
    return {
        "change": change.id,
        "significance": change.significance,
        "silent": diff.silent,
        "date_only": diff.date_only,
    }
