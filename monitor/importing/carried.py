"""What another home knew of its policies and changes is restored here."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.interchange.carried import CarriedChange, CarriedPolicy
from monitor.models import Change, Policy, Service, Version
from monitor.versions import seen_by_import


def restore_policy(session: Session, policy: Policy, carried: CarriedPolicy) -> None:
    """Give a policy that was just made from `carried` what a declaration does not say of it."""
    if session.scalar(select(Policy.id).where(Policy.slug == carried.slug)) is None:
        policy.slug = carried.slug
    policy.tags, policy.watched_blocks = list(carried.tags), list(carried.watched_blocks)
    known = {source.url: source for source in carried.sources}
    for source in policy.sources:
        was = known[source.url]
        source.position, source.declared_at, source.retired_at = was.position, was.declared_at, was.retired_at
    session.flush()
    session.refresh(policy, ["sources"])


def restore_change(session: Session, carried: CarriedChange) -> None:
    """Give a change that an import brought back when it was confirmed, and its machine-written text. What this home saw
    first itself has its own.
    """
    wanted = select(Change).join(Version, Version.id == Change.version_id).join(Policy, Policy.id == Change.policy_id)
    wanted = wanted.join(Service).where(Service.name == carried.service, Policy.terms_type == carried.type)
    wanted = wanted.where(Version.captured_at == carried.captured_at, Version.fingerprint == carried.fingerprint)
    for change in session.scalars(wanted):
        if not seen_by_import(session, change):
            continue
        if change.confirmed_at is not None:
            change.confirmed_at = carried.confirmed_at or change.confirmed_at
        change.machine_text = carried.machine_text or change.machine_text
