"""The archive's proof and cost: `archive verify`, `archive manifest`, `archive stats`."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.archive import manifest as manifests
from monitor.archive.dependents import Dependents
from monitor.archive.manifest_files import check_kept, write_files
from monitor.archive.stats import stats as count
from monitor.archive.verify import Damage, Proof
from monitor.archive.verify import verify as prove
from monitor.cli.app import app, place
from monitor.cli.console import err, out, print_json, print_table, progress, stamp
from monitor.errors import ArchiveError
from monitor.standing import Cost, costs

DAMAGED = 4

archive = typer.Typer(help="The archive of snapshots.", no_args_is_help=True)
app.add_typer(archive, name="archive")


@archive.command("verify")
def verify(
    context: typer.Context,
    against: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SHA256|FILE|FOLDER", help="A manifest kept elsewhere, that must be in the archive unaltered."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Unpack and hash every snapshot again, and compare every record and manifest; exit code 4 when anything is damaged."""
    database = place(context).read()
    with database.reading() as session:
        differing = [reason for kept in against or [] for reason in check_kept(session, kept)]
    with progress("verifying") as advance:
        proof = prove(database, advance)
    if as_json:
        print_json([*map(_damage_json, proof.damages), _proof_json(proof, differing)])
    else:
        _print_proof(proof)
        if against:
            _print_differing(differing, whole=not proof.damages)
    raise typer.Exit(DAMAGED if proof.damages or differing else 0)


@archive.command("manifest")
def manifest(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="Write each manifest as a file here.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Seal what was archived since the last manifest, and list the chain; exit code 4 when FOLDER holds another one."""
    with place(context).open() as home:
        try:
            with home.database.writing() as session:
                manifests.seal(session, home.clock())
            with home.database.reading() as session, progress("writing") as advance:
                new = write_files(session, folder, advance) if folder is not None else ()
                rows = [_manifest_json(sealed) for sealed in manifests.chain(session)]
        except ArchiveError as error:
            err.print(f"smallprint: {error}", style="red", markup=False)
            raise typer.Exit(DAMAGED) from None
    if as_json:
        print_json(rows)
        return
    for row in rows:
        out.print(f"{row['sha256']}  {row['name']}  {row['snapshots']:,} snapshots", markup=False)
    if not rows:
        out.print("Nothing is archived yet.")
    if folder is not None:
        out.print(
            f"{len(new)} new in {folder}. Keep a copy where nobody who can write to this archive can.", markup=False
        )


@archive.command("stats")
def stats(context: typer.Context, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """How much is kept, and what it took: the fetches by way, with their time on the network."""
    with place(context).read().reading() as session:
        found, ways = count(session), costs(session)
    numbers = asdict(found) | {"bytes_a_snapshot": found.bytes_a_snapshot}
    if as_json:
        print_json([numbers | {"fetches": {way.via: _cost_json(way) for way in ways}}])
        return
    rows = [(name.replace("_", " "), f"{value:,.0f}") for name, value in numbers.items() if value is not None]
    rows += [(f"fetches by {way.via}", _cost_words(way)) for way in ways]
    print_table(("", ""), rows, empty="")


def _print_proof(proof: Proof) -> None:
    for damage in proof.damages:
        err.print(damage.reason, style="red", markup=False)
        for line in _told(damage.depends):
            err.print(f"  {line}", markup=False)
    whole = proof.snapshots - proof.damaged_snapshots
    if proof.damages:
        others = (
            f"All others ({whole:,}) give back every byte."
            if proof.sound
            else "As the database itself is damaged, others may be lost with these."
        )
        out.print(
            f"THE ARCHIVE IS DAMAGED: faults {len(proof.damages):,}, snapshots affected {proof.damaged_snapshots:,}. {others} "
            "Stop smallprint, keep a copy of the database as it is, and go back to a backup."
        )
    else:
        out.print(
            "The archive is whole: every snapshot gives back its bytes, every record and manifest is as it was made."
        )
    out.print(f"Proven: snapshots {proof.snapshots:,}, frames {proof.frames:,}, manifests {proof.manifests:,}.")
    if proof.deleted_frames:
        out.print(f"Frames whose bytes a retention rule deleted: {proof.deleted_frames:,}. Their records stand.")


def _told(depends: Dependents) -> list[str]:
    lines = [
        f"affected: {named.policy or 'unknown policy'} @ {_moment(named.captured_at)}  {named.url}"
        for named in depends.snapshots
    ]
    if depends.versions:
        lines.append("versions read from them: " + ", ".join(f"{slug} {number}" for slug, number in depends.versions))
    if depends.changes:
        lines.append("changes between these: " + ", ".join(map(str, depends.changes)))
    return lines or ["No snapshot is lost by it."]


def _print_differing(differing: Sequence[str], *, whole: bool) -> None:
    for reason in differing:
        err.print(reason, style="red", markup=False)
    if differing:
        out.print("THE ARCHIVE IS NOT THE ONE THAT WAS SEALED: it, or what you kept, was altered since.")
    elif whole:
        out.print("What you kept is in the chain of manifests, and the archive still is as it was sealed then.")
    else:
        out.print("What you kept is in the chain of manifests; but the archive has faults, which are told above.")


def _damage_json(damage: Damage) -> dict[str, Any]:
    snapshots = [asdict(named) | {"captured_at": stamp(named.captured_at)} for named in damage.depends.snapshots]
    versions = [{"policy": slug, "version": number} for slug, number in damage.depends.versions]
    of_it = {"snapshots": snapshots, "versions": versions, "changes": damage.depends.changes}
    return {"damaged": damage.what, "reason": damage.reason, **of_it}


def _proof_json(proof: Proof, differing: Sequence[str]) -> dict[str, Any]:
    counts = {name: getattr(proof, name) for name in ("snapshots", "frames", "deleted_frames", "manifests")}
    affected = {"damages": len(proof.damages), "damaged_snapshots": proof.damaged_snapshots}
    return {"whole": not proof.damages and not differing, **counts, **affected, "differing": list(differing)}


def _manifest_json(sealed: manifests.Sealed) -> dict[str, Any]:
    row = sealed.manifest
    digests = {"sha256": sealed.sha256, "previous_sha256": sealed.previous_sha256}
    return {
        "name": sealed.name,
        "day": row.day,
        "sealed_at": stamp(row.sealed_at),
        "snapshots": row.snapshots,
        **digests,
    }


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z" if at is not None else "unknown moment"


def _cost_json(way: Cost) -> dict[str, float]:
    return {"fetches": way.fetches, "failed": way.failed, "seconds": round(way.seconds, 3)}


def _cost_words(way: Cost) -> str:
    failed = f", {way.failed:,} of them failed" if way.failed else ""
    return f"{way.fetches:,} in {way.seconds:,.1f} s{failed}"
