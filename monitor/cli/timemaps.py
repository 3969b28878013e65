"""`history --timemap`: a page's snapshots as Memento's TimeMap, for tools that read web archives."""

import sys
from typing import Any

from sqlalchemy.orm import Session

from monitor import history
from monitor.cli.console import print_json, stamp
from monitor.errors import UsageError
from monitor.mementos import memento, timemap
from monitor.models import Policy, Snapshot, Source


def print_timemap(session: Session, policy: Policy, asked: str, base: str, *, as_json: bool) -> None:
    """Of the source that was asked for by its address, or of the policy's only one."""
    source = _source(policy, asked)
    snapshots = {f"{snapshot.captured_at:%Y%m%d%H%M%S}": snapshot for snapshot in history.snapshots(session, source)}
    if as_json:
        print_json(_memento_json(source, snapshot, base) for snapshot in snapshots.values())
        return
    sys.stdout.write(timemap(base, source.url, [snapshot.captured_at for snapshot in snapshots.values()]))


def _source(policy: Policy, asked: str) -> Source:
    named = [source for source in policy.sources if source.url == asked]
    sources = named or [source for source in policy.sources if source.retired_at is None]
    if len(sources) != 1:
        addresses = ", ".join(source.url for source in policy.sources)
        raise UsageError(
            f"a TimeMap is of one page, {policy.slug} is read from {len(sources)}. Name one of them instead: {addresses}"
        )
    return sources[0]


def _memento_json(source: Source, snapshot: Snapshot, base: str) -> dict[str, Any]:
    return {
        "original": source.url,
        "memento": memento(base, source.url, snapshot.captured_at),
        "captured_at": stamp(snapshot.captured_at),
        "status": snapshot.status,
        "sha256": snapshot.frame.sha256,
    }
