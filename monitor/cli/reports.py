"""What happened: `checks`, `changes`, `show`, `history`, `at`."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape

from monitor import history
from monitor.cli.app import app, place
from monitor.cli.console import coloured, day, err, out, print_json, print_table, stamp
from monitor.cli.contracts import change_json, check_json, shown_date, stated_json
from monitor.errors import UsageError
from monitor.models import Change, Version
from monitor.policies import find
from notifier.letter import write_letter
from notifier.text import letter_text

PolicyOption = Annotated[str, typer.Option("--policy", help="Only this one: slug, address, or part of the name.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command()
def checks(
    context: typer.Context,
    policy: PolicyOption = "",
    limit: Annotated[int | None, typer.Option(help="The newest so many.", min=1, max=2**31 - 1)] = None,
    as_json: JsonOption = False,
) -> None:
    """The checks made, oldest first, and what each came to."""
    with place(context).read().reading() as session:
        wanted = find(session, policy) if policy else None
        found = history.checks(session, wanted, limit)
        if as_json:
            print_json(check_json(check) for check in found)
            return
        shown = list(found)
        if not shown:
            out.print("No check was made yet. Start with `smallprint run`.")
        for check in shown:
            out.print(
                f"{day(check.captured_at)}  {check.outcome:<12}  {check.policy.slug}  ({check.via}) {check.reason}",
                markup=False,
            )


@app.command()
def changes(
    context: typer.Context,
    policy: PolicyOption = "",
    withdrawn: Annotated[bool, typer.Option("--all", help="Withdrawn ones too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """The changes found, oldest first."""
    with place(context).read().reading() as session:
        found = history.changes(session, find(session, policy) if policy else None, withdrawn=withdrawn)
        if as_json:
            print_json(change_json(change) for change in found)
            return
        if not found:
            out.print("No change was found yet.")
        for change in found:
            _print_change_line(change)


@app.command()
def show(
    context: typer.Context,
    change: Annotated[int, typer.Argument(help="The change's number.")],
    as_json: JsonOption = False,
) -> None:
    """One change in full: what it is worth, the dates, the facts, the redline."""
    with place(context).read().reading() as session:
        found = history.change(session, change)
        if as_json:
            print_json([change_json(found)])
        else:
            out.print(letter_text(write_letter(found, complete=True)), markup=False)


@app.command("history")
def show_history(
    context: typer.Context,
    policy: Annotated[str, typer.Argument(help="Slug, address, or part of the name.")],
    as_json: JsonOption = False,
) -> None:
    """A policy's versions: when each was first and last seen, the dates it states, what changed."""
    with place(context).read().reading() as session:
        found = find(session, policy)
        told = {change.version_id: change for change in history.changes(session, found)}
        versions = history.versions(session, found)
        if as_json:
            print_json(
                {**_version_json(version), "change": told[version.id].id if version.id in told else None}
                for version in versions
            )
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
    policy: Annotated[str, typer.Argument(help="Slug, address, or part of the name.")],
    time: Annotated[str, typer.Argument(help="Such as 2026-03-01 or 2026-03-01T12:00Z; UTC when no zone is given.")],
    as_json: JsonOption = False,
) -> None:
    """The text of a policy that was in force at a moment, as Markdown."""
    moment = _moment(time)
    with place(context).read().reading() as session:
        found = find(session, policy)
        version = history.version_at(session, found, moment)
        if as_json:
            print_json([{**_version_json(version), "text": version.document.text}])
        else:
            seen = f"first seen {day(version.captured_at)}, last seen {day(version.last_seen_at)}"
            err.print(f"{found.slug}, version {version.number}, as the page showed it: {seen}", markup=False)
            typer.echo(version.document.text)


def _moment(text: str) -> datetime:
    """A day means its end: the text in force when it was over."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"a time such as 2026-03-01 or 2026-03-01T12:00Z was wanted, {text!r} came") from None
    if len(text) <= len("2026-03-01"):
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999999)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _print_change_line(change: Change) -> None:
    heading = (
        f"{change.id:>4}  {day(change.captured_at)}  {coloured(change.significance)}"
        f"{'  silent' if change.diff.silent else ''}{'' if change.status == 'confirmed' else f'  {change.status}'}  {escape(change.policy.slug)}"
    )
    out.print(heading)
    out.print(f"      {change.diff.summary}", markup=False)


def _version_row(version: Version, change: Change | None) -> tuple[str, ...]:
    stated = version.document.stated
    told = (
        f"{change.id}: {change.significance}"
        if change is not None
        else "technical upgrade"
        if version.technical
        else "-"
    )
    seen = (day(version.captured_at), day(version.last_seen_at))
    return (
        str(version.number),
        *seen,
        shown_date(stated.last_updated),
        shown_date(stated.effective),
        str(version.document.word_count),
        told,
    )


def _version_json(version: Version) -> dict[str, object]:
    return {
        "policy": version.policy.slug,
        "version": version.number,
        "state": version.state,
        "technical": version.technical,
        "captured_at": stamp(version.captured_at),
        "last_seen_at": stamp(version.last_seen_at),
        "extractor_version": version.extractor_version,
        "title": version.document.title,
        "language": version.document.language,
        "words": version.document.word_count,
        "stated": stated_json(version.document),
        "snapshots": [part.snapshot.frame.sha256 for part in version.sources],
    }
