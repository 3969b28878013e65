"""What leaves one home and is taken in by another beside the bytes themselves: policies, captures and changes as JSON.

A carried policy is a declaration with what a home adds to it: every source that it ever had, and since when.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from monitor.archive.records import record_digest
from monitor.declarations import PolicyDeclaration, SourceDeclaration
from monitor.models import Change, Check, Fetch, Frame, Policy, Snapshot, Source
from monitor.types import Capture, MachineText, Range, Selection, Via

_OPEN = ConfigDict(extra="ignore", frozen=True)  # a later smallprint may say more


class CarriedSource(SourceDeclaration):
    """A source with its place, and when it came and went by declarations, as `models.Source` has them."""

    model_config = _OPEN
    position: int
    declared_at: AwareDatetime | None = None
    retired_at: AwareDatetime | None = None


class CarriedPolicy(PolicyDeclaration):
    """A policy with all its sources, also those that are not declared any more."""

    model_config = _OPEN
    service: str
    slug: str
    sources: tuple[CarriedSource, ...]
    tags: tuple[str, ...] = ()
    watched_blocks: tuple[str, ...] = ()


class CarriedName(BaseModel):
    """Which policy something belongs to."""

    model_config = _OPEN
    service: str
    type: str


class CarriedCapture(CarriedName):
    """What is known of an answer beside its URL, time, status, headers and bytes.

    `due_at` is the moment of its check, `language` what was asked for. `final` is False when the browser was asked next.
    `record_sha256` is the digest of its line in the manifest. `headers` are its exact ones where an HTTP header cannot
    hold them. The digests are empty for an answer "not modified", which has no bytes.
    """

    policy: str
    url: str
    final_url: str
    moved_to: str = ""
    via: Literal["http", "browser", "import", "not_modified"]
    due_at: AwareDatetime
    final: bool
    language: str = ""
    sha256: str = ""
    record_sha256: str = ""
    headers: dict[str, str] | None = None


class CarriedChange(CarriedName):
    """What a home adds to a change, which is found again by the first sighting and the fingerprint of its wording."""

    captured_at: AwareDatetime
    fingerprint: str
    confirmed_at: AwareDatetime | None = None
    machine_text: MachineText | None = None


def carried_policy(policy: Policy) -> dict[str, Any]:
    """A policy as `CarriedPolicy` reads it."""
    return {
        "service": policy.service.name,
        "type": policy.terms_type,
        "slug": policy.slug,
        **_schedule(policy),
        "browser": policy.browser,
        "robots": "obey" if policy.obey_robots else "ignore",
        "tags": policy.tags,
        "watched_blocks": policy.watched_blocks,
        "sources": [_source(source) for source in policy.sources],
    }


def carried_capture(policy: Policy, check: Check, fetch: Fetch, url: str) -> CarriedCapture:
    snapshot = fetch.snapshot
    return CarriedCapture(
        service=policy.service.name,
        type=policy.terms_type,
        policy=policy.slug,
        url=url,
        final_url=snapshot.final_url if snapshot is not None else url,
        moved_to=fetch.moved_to,
        via=Via(snapshot.via if snapshot is not None else fetch.via).value,
        due_at=check.due_at,
        final=fetch.final,
        language=fetch.language,
        sha256=snapshot.frame.sha256 if snapshot is not None else "",
        record_sha256=snapshot.record_sha256.hex() if snapshot is not None else "",
    )


def carried_change(change: Change) -> CarriedChange:
    return CarriedChange(
        service=change.policy.service.name,
        type=change.policy.terms_type,
        captured_at=change.version.captured_at,
        fingerprint=change.version.fingerprint,
        confirmed_at=change.confirmed_at,
        machine_text=change.machine_text,
    )


def record_sha256(capture: Capture, sha256: str) -> str:
    """The digest of the line that stands for a capture in the manifest; `sha256` is that of its bytes."""
    snapshot = Snapshot(
        captured_at=capture.captured_at,
        url=capture.url,
        final_url=capture.final_url,
        status=capture.status,
        via=capture.via.value,
    )
    return record_digest(snapshot, Frame(sha256=sha256, size_bytes=len(capture.body)), capture.headers).hex()


def _schedule(policy: Policy) -> dict[str, Any]:
    if policy.cron:
        return {"cron": policy.cron, "time_zone": policy.time_zone or None}
    return {"interval": policy.interval_seconds, "adaptive": policy.adaptive}


def _source(source: Source) -> dict[str, Any]:
    selection = source.selection or Selection()
    told = {
        "url": source.url,
        "position": source.position,
        "declared_at": _stamp(source.declared_at),
        "retired_at": _stamp(source.retired_at),
        "select": [written_selector(one) for one in selection.select],
        "remove": [written_selector(one) for one in selection.remove],
        "language": source.language,
    }
    return {name: value for name, value in told.items() if value not in (None, [], "")}


def written_selector(selector: str | Range) -> str | dict[str, str]:
    """As a declaration writes it, which is as Open Terms Archive does."""
    if isinstance(selector, str):
        return selector
    start = "startAfter" if selector.after_start else "startBefore"
    end = "endAfter" if selector.after_end else "endBefore"
    return {start: selector.start, end: selector.end}


def _stamp(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
