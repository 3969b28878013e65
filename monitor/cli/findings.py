"""What `doctor` says of what it was handed: pure. A finding that is not well says how to mend it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.cli.console import day
from monitor.cli.runs import fetches_by_way, in_one_line
from monitor.failures import FailureName
from monitor.models import Host, Run
from monitor.standing import Cost, Standing
from monitor.timing import lasting
from monitor.types import Via

ENOUGH_DISK_BYTES = 1024**3  # a day of 20,000 policies takes some 50 MB, and SQLite needs room to work in
CLOCKS_APART = timedelta(seconds=5)  # more is no NTP's doing; leases and back-offs are kept by these clocks
MANY_REFUSALS = 5  # in a row: the host means it
SHOWN_HOSTS = 5
CUT_OFF = (FailureName.DNS, FailureName.CONNECTION, FailureName.CONNECTION_REFUSED, FailureName.TIMEOUT)
NO_NETWORK = "nothing is reached: check this machine's network and DNS, and whether a firewall holds it back"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was found, and how to mend it: empty when all is well."""

    what: str
    found: str
    mend: str = ""


def disk(what: str, free_bytes: int) -> Finding:
    enough = free_bytes >= ENOUGH_DISK_BYTES
    return Finding(what, f"{free_bytes / 1024**3:.1f} GiB free", "" if enough else "less than 1 GiB is free: make room")


def clock(now: datetime, *, newest: datetime | None, on_disk: datetime | None, in_database: datetime | None) -> Finding:
    """The system's clock beside the newest moment recorded, the file system's clock and the database server's."""
    mend = "let NTP set the clock (`timedatectl set-ntp true`), on this machine and on the other"
    faults = []
    if newest is not None and newest > now + CLOCKS_APART:
        faults.append(f"it stands at {day(now)}, {lasting(newest - now)} before the newest fetch or crawl recorded")
    for name, moment in (("file system", on_disk), ("database server", in_database)):
        if moment is not None and abs(moment - now) > CLOCKS_APART:
            faults.append(f"the {name}'s stands at {day(moment)}, {_apart(moment - now)} it")
    if faults:
        return Finding("clock", "; ".join(faults), mend)
    return Finding("clock", f"{day(now)}, and agrees with what it can be held against")


def _apart(difference: timedelta) -> str:
    return f"{abs(difference.total_seconds()):,.0f} s {'after' if difference > timedelta() else 'before'}"


def checks(stands: Standing, now: datetime) -> Iterator[Finding]:
    """Whether checks are made when they are due, and how the policies stand."""
    found, mend = f"{stands.watched} watched, {stands.paused} paused, {stands.due} due", ""
    if stands.overdue_since is not None:
        found += f", {stands.overdue} of them overdue, the first for {lasting(now - stands.overdue_since)}"
        mend = "see that `smallprint watch` or the cron job of `smallprint run` runs; `smallprint run` checks them now"
    since = stands.reached_at
    reached = f"the last good check was {lasting(now - since)} ago" if since is not None else "no good check yet"
    yield Finding("checks", f"{found}; {reached}", mend)
    away = stands.inaccessible + stands.failing
    if away:
        found = f"{stands.inaccessible} show another page, {stands.failing} do not answer; `smallprint list` says which"
        all_away = stands.watched > 1 and away == stands.watched
        yield Finding("away", found, NO_NETWORK if all_away else "")


def hosts(backing_off: Sequence[Host]) -> Finding:
    """Who asked to be left alone; that alone is no fault."""
    if not backing_off:
        return Finding("hosts", "none asks to be left alone")
    shown = ", ".join(f"{host.name} until {day(host.backoff_until)}" for host in backing_off[:SHOWN_HOSTS])
    more = f" and {len(backing_off) - SHOWN_HOSTS} more" if len(backing_off) > SHOWN_HOSTS else ""
    found = f"{len(backing_off)} asked to be left alone: {shown}{more}"
    meant = next((host.name for host in backing_off if host.refusals >= MANY_REFUSALS), None)
    if meant is None:
        return Finding("hosts", found)
    mend = f"{meant} refused {MANY_REFUSALS} times in a row or more: raise crawl.delay_seconds, or write to its owner"
    return Finding("hosts", found, mend)


def last_crawl(run: Run | None) -> Finding:
    if run is None:
        return Finding("last crawl", "none yet")
    fetches, failures = fetches_by_way(run.stats), run.stats.get("failures", {})
    ended = f"ended {day(run.ended_at)}{', when it was stopped' if run.stats.get('stopped') else ''}"
    found = f"{ended}: {fetches or 'nothing fetched'}; failures: {in_one_line(failures) or 'none'}"
    total = sum(sum(endings.values()) for endings in run.stats.get("fetches", {}).values())
    cut_off = total > 1 and sum(failures.get(name, 0) for name in CUT_OFF) == total
    return Finding("last crawl", found, NO_NETWORK if cut_off else "")


def cost(found: Sequence[Cost], days: int) -> Finding:
    """The fetches by way, and the browser's time, which costs some two hundred times a plain fetch."""
    ways = ", ".join(f"{way.fetches:,} {way.via} ({way.seconds:,.0f} s)" for way in found if way.via != Via.IMPORT)
    return Finding("cost", f"in {days} days: {ways or 'no fetches'}")


def messages(counts: Mapping[str, int], exhausted_lately: int, days: int) -> Finding:
    found = f"{counts.get('pending', 0)} wait to be sent, {counts.get('exhausted', 0)} were given up"
    lost = f"{exhausted_lately} were given up in the last {days} days: `smallprint channels test NAME` says why"
    return Finding("messages", found, lost if exhausted_lately else "")


def as_json(finding: Finding) -> dict[str, Any]:
    return {"what": finding.what, "ok": not finding.mend, "found": finding.found, "mend": finding.mend}
