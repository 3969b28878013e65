"""What of a policy may be changed by hand, without a declaration: when and how it is checked, where it is read, its tags."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from monitor.declarations import ScheduleDeclaration
from monitor.due import When, declared_when, make_due, set_schedule
from monitor.errors import UsageError
from monitor.models import Policy, Source
from monitor.tags import merged
from monitor.timing import UTC_NAME, WAS_REDECLARED

Browser = Literal["auto", "always", "never"]
Robots = Literal["obey", "ignore"]


def edit_schedule(policy: Policy, wanted: ScheduleDeclaration, *, usual: When, now: datetime) -> bool:
    """Take what `wanted` says of when, and leave the rest as it is. True when anything differs from before.

    A cron expression takes the interval's place, an interval the cron expression's. `usual` says the time zone of an
    expression that comes with none. UsageError when the two would contradict each other.
    """
    return set_schedule(policy, _edited(declared_when(policy), wanted, usual), now)


def edit_way(policy: Policy, *, browser: Browser | None, robots: Robots | None, now: datetime) -> bool:
    """How its pages are asked for; the policy is due when that differs from before, which is what True says."""
    before = policy.browser, policy.obey_robots
    if browser is not None:
        policy.browser = browser
    if robots is not None:
        policy.obey_robots = robots == "obey"
    changed = before != (policy.browser, policy.obey_robots)
    if changed:
        make_due(policy, now, WAS_REDECLARED)
    return changed


def edit_tags(policy: Policy, *, added: Collection[str], removed: Collection[str] = ()) -> bool:
    """Give the policy tags and take others away. True when any differs from before; UsageError when one is not there to take."""
    before = policy.tags
    missing = sorted(set(removed) - set(before))
    if missing:
        raise UsageError(
            f"{policy.slug}: a tag to take away was wanted, {', '.join(missing)} came, which it does not have (it has: {', '.join(before) or 'none'})."
        )
    policy.tags = [tag for tag in merged(before, added) if tag not in removed]
    return policy.tags != before


def follow_moves(session: Session, policy: Policy, now: datetime) -> list[tuple[str, str]]:
    """Read the policy at the addresses its sources moved to for good: each old address with its new one.

    A new source takes the old one's place, selection and language; the old one is retired with its history. UsageError
    when no source moved, or when a new address is a source of the policy already.
    """
    moved = [source for source in policy.sources if source.retired_at is None and source.moved_to]
    if not moved:
        raise UsageError(
            f"a source of {policy.slug} that moved for good was wanted, none is known to have moved. "
            "A move is noticed by a check; see `smallprint list`."
        )
    for source in moved:
        _follow(policy, source, now)
    policy.next_check_at, policy.next_check_reason = now, WAS_REDECLARED  # an open check asks the sources of before
    session.flush()
    return [(source.url, source.moved_to) for source in moved]


def _follow(policy: Policy, source: Source, now: datetime) -> None:
    known = {other.url: other for other in policy.sources}
    new = known.get(source.moved_to)
    if new is not None and new.retired_at is None:
        raise UsageError(
            f"{source.url} moved to {new.url}, which {policy.slug} is read from already. "
            "Take the old address out of its declaration and bring it in with `smallprint add --from FILE`."
        )
    if new is None:
        new = Source(url=source.moved_to, declared_at=now, etag="", last_modified="", browser_reason="")
        policy.sources.append(new)
    new.position, new.selection, new.language = source.position, source.selection, source.language
    new.retired_at, new.moved_to = None, ""
    source.retired_at = now


def _edited(before: When, wanted: ScheduleDeclaration, usual: When) -> When:
    cron = wanted.cron or ("" if wanted.interval else before.cron)
    if wanted.time_zone and not cron:
        raise UsageError("--time-zone says where a cron expression counts, and there is none. Give --cron as well.")
    if wanted.adaptive and cron:
        raise UsageError("--adaptive goes with an interval, the policy has a cron expression. Give --interval as well.")
    return When(
        interval_seconds=wanted.interval or before.interval_seconds,
        cron=cron,
        time_zone=(wanted.time_zone or before.time_zone or usual.time_zone or UTC_NAME) if cron else "",
        adaptive=not cron and (before.adaptive if wanted.adaptive is None else wanted.adaptive),
    )
