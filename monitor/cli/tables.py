"""`export jsonl`, `export csv`: the policies, their versions and their changes, for spreadsheets and for programs."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from monitor import history
from monitor.cli.app import place
from monitor.cli.console import err, progress, stamp
from monitor.cli.contracts import change_json, version_json
from monitor.cli.exporting import export
from monitor.errors import UsageError
from monitor.exporting.tables import write_csv, write_jsonl
from monitor.exporting.whole_file import whole_file
from monitor.models import Policy
from monitor.policies import find
from monitor.types import Progress

Row = dict[str, Any]
FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The folder for the files; made when missing.")]


@export.command("jsonl")
def export_jsonl(
    context: typer.Context,
    folder: Annotated[
        str, typer.Argument(metavar="DIR|-", help="The folder for the files, made when missing; - for standard output.")
    ],
) -> None:
    """Write policies.jsonl, versions.jsonl (with their texts) and changes.jsonl: one JSON object a line."""
    with place(context).read().reading() as session:
        for name, rows in TABLES.items():
            with progress(name) as advance:
                if folder == "-":
                    write_jsonl(sys.stdout.buffer, ({"table": name, **row} for row in rows(session, advance)))
                    continue
                with whole_file(_made(Path(folder)) / f"{name}.jsonl") as file:
                    written = write_jsonl(file, rows(session, advance))
            _say(Path(folder) / f"{name}.jsonl", written)


@export.command("csv")
def export_csv(context: typer.Context, folder: FolderArgument) -> None:
    """Write policies.csv, versions.csv and changes.csv, for spreadsheets; a cell is never a formula."""
    with place(context).read().reading() as session:
        for name, rows in TABLES.items():
            with progress(name) as advance, whole_file(_made(folder) / f"{name}.csv") as file:
                written = write_csv(file, name, rows(session, advance))
            _say(folder / f"{name}.csv", written)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UsageError(f"{folder}: a folder for three files was wanted, a file is there. Name another.") from None
    return folder


def _say(file: Path, rows: int) -> None:
    err.print(f"Written: {file} ({rows:,} {'row' if rows == 1 else 'rows'})", markup=False)


def _policies(session: Session, advance: Progress) -> Iterator[Row]:
    yield from (_policy_json(policy) for policy in _each_policy(session, advance))


def _versions(session: Session, advance: Progress) -> Iterator[Row]:
    for policy in _each_policy(session, advance):
        for version in history.versions(session, policy):
            yield {**version_json(version), "text": version.document.text}


def _changes(session: Session, advance: Progress) -> Iterator[Row]:
    for policy in _each_policy(session, advance):
        yield from map(change_json, history.changes(session, policy, withdrawn=True))


TABLES: Mapping[str, Callable[[Session, Progress], Iterator[Row]]] = {
    "policies": _policies,
    "versions": _versions,
    "changes": _changes,
}


def _each_policy(session: Session, advance: Progress) -> Iterator[Policy]:
    """One after the other; what was read of one is let go before the next."""
    slugs = [policy.slug for policy in history.policies(session)]
    for done, slug in enumerate(slugs, 1):
        session.expunge_all()
        yield find(session, slug)
        advance(done, len(slugs))


def _policy_json(policy: Policy) -> Row:
    return {
        "policy": policy.slug,
        "service": policy.service.name,
        "name": policy.name,
        "terms_type": policy.terms_type,
        "sources": [source.url for source in policy.sources if source.retired_at is None],
        "retired_sources": [source.url for source in policy.sources if source.retired_at is not None],
        "interval_seconds": policy.interval_seconds,
        "cron": policy.cron or None,
        "time_zone": policy.time_zone or None,
        "adaptive": policy.adaptive,
        "browser": policy.browser,
        "tags": policy.tags,
        "created_at": stamp(policy.created_at),
        "paused_at": stamp(policy.paused_at),
        "next_check_at": None if policy.paused_at else stamp(policy.next_check_at),
    }
