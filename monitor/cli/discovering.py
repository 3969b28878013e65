"""`add` of sites and of vendor lists: their policies are searched for, shown, and added after a yes."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import typer
from slugify import slugify

from crawler.discovering import discover
from crawler.discovery.judging import Confidence, Finding
from crawler.discovery.searching import Discovery
from crawler.discovery.words import terms_types, types_said
from crawler.run import in_reactor
from crawler.spiders.discovery import Place
from monitor.cli.app import INTERRUPTED, USAGE_ERROR
from monitor.cli.console import out, progress
from monitor.cli.discovered import Entry, full_lines, short_line, write_report
from monitor.declarations import guess_service
from monitor.editing import edit_tags
from monitor.errors import UsageError
from monitor.home import Home
from monitor.policies import add_url, watched_already, watched_services
from monitor.types import Progress
from monitor.vendors import Vendor, VendorList


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with what is found: `yes` adds the sure ones without asking, `doubtful` the others as well."""

    yes: bool = False
    doubtful: bool = False
    interval_seconds: int | None = None
    report: Path | None = None
    tags: tuple[str, ...] = ()


def add_sites(home: Home, sites: Sequence[str], *, service: str, terms_type: str, wish: Wish) -> None:
    """Search sites, show what is there, add it after a yes. Exits 1 when nothing was found, or nothing added for want of a yes."""
    if terms_type and terms_type not in terms_types():
        raise UsageError(f"--type: one of {', '.join(terms_types())} was wanted for a site, {terms_type!r} came.")
    only = frozenset([terms_type]) if terms_type else frozenset()
    entries = {site: Entry(service or service_of(site), site) for site in dict.fromkeys(sites)}
    places = {Place(site, service, only): entry for site, entry in entries.items()}
    _search(home, places, wish, on_entry=lambda entry: _print(full_lines(entry)))
    _settle(home, list(entries.values()), wish)
    if not any(entry.discovery and entry.discovery.findings for entry in entries.values()):
        out.print("No policy was found. Name its page itself: `smallprint add https://acme.example/privacy`.")
        raise typer.Exit(USAGE_ERROR)


def add_vendors(home: Home, vendors: VendorList, wish: Wish) -> None:
    """The same for a whole list: rows watched already are left out, and a bad row stops no other."""
    entries = [Entry("", "", fault.row, words=fault.words, result="failed") for fault in vendors.faults]
    places: dict[Place, Entry] = {}
    with home.database.reading() as session:
        watched = watched_services(session)
    names = Counter(slugify(vendor.name) for vendor in vendors.vendors)
    for vendor in vendors.vendors:
        entry = Entry(
            vendor.name or service_of(vendor.website or vendor.policy_url),
            vendor.website or vendor.policy_url,
            vendor.row,
        )
        entries.append(entry)
        place = _place(home, vendor, entry, watched if names[slugify(vendor.name)] == 1 else {}, wish)
        if place is not None:
            places[place] = entry
    _print(short_line(entry) for entry in entries if entry.words)
    _search(home, places, wish, on_entry=lambda entry: _print([short_line(entry)]))
    _settle(home, entries, wish)


def service_of(site: str) -> str:
    return guess_service(site if "://" in site else f"https://{site}")


def _place(home: Home, vendor: Vendor, entry: Entry, watched: dict[str, str], wish: Wish) -> Place | None:
    """Where this row is to be searched; None when there is nothing to search for, and the entry says why."""
    if vendor.policy_url:
        _add_named(home, vendor, entry, wish)
        return None
    types = types_said(vendor.terms_type) if vendor.terms_type else frozenset()
    if vendor.terms_type and not types:
        entry.words = f"a terms type such as Privacy Policy was wanted, {vendor.terms_type[:60]!r} came"
        entry.result = "failed"
        return None
    host = vendor.website.partition("://")[2] or vendor.website
    slug = watched.get(slugify(entry.name)) or watched.get(host.rstrip("/").removeprefix("www."))
    if slug is not None and not types:
        entry.words, entry.result = f"watched already: {slug}", "watched"
        return None
    return Place(vendor.website, entry.name, types)


def _add_named(home: Home, vendor: Vendor, entry: Entry, wish: Wish) -> None:
    """The list names the policy's own address: it is added as `add URL` would."""
    terms_type = next(iter(types_said(vendor.terms_type)), "") if vendor.terms_type else ""
    try:
        with home.database.writing() as session:
            policy, what = add_url(
                session,
                vendor.policy_url,
                service=entry.name,
                terms_type=terms_type,
                interval_seconds=wish.interval_seconds or home.settings.interval,
                now=home.clock(),
            )
            edit_tags(policy, added=wish.tags)
            entry.words, entry.result = f"{what}: {policy.slug}, at the address that the list names", what
    except UsageError as error:
        entry.words, entry.result = str(error), "failed"


def _search(home: Home, places: dict[Place, Entry], wish: Wish, *, on_entry: Callable[[Entry], None]) -> None:
    """Search all places; each is told, and with a yes added, as soon as it is done: what was added stays when the run ends early."""
    if not places:
        return
    with progress("searching") as advance:

        def on_found(place: Place, discovery: Discovery) -> None:
            entry = places[place]
            entry.discovery = discovery
            on_entry(entry)
            if wish.yes:
                _add(home, entry, wish, doubtful=wish.doubtful)
            _count(places.values(), advance)

        reader = home.reader
        with suppress(KeyboardInterrupt):  # `_settle` still reports what was found
            in_reactor(
                lambda: discover(list(places), home.settings.crawl, reader=reader, on_found=on_found, serve=home.turns)
            )


def _count(entries: Iterable[Entry], advance: Progress) -> None:
    done = [entry.discovery is not None for entry in entries]
    advance(sum(done), len(done))


def _settle(home: Home, entries: Sequence[Entry], wish: Wish) -> None:
    """Mark what is watched already, ask what may be asked, add, report; exit 1 when a yes was wanted and could not be had.

    A search that was ended early is reported as far as it came; nothing is asked then.
    """
    for entry in entries:
        _mark_watched(home, entry)
    left = sum(entry.discovery is None and not entry.words for entry in entries)
    waiting = {level: sum(len(entry.findings(level)) for entry in entries) for level in Confidence}
    unasked = False
    if not wish.yes and not left and any(waiting.values()):
        if sys.stdin.isatty():
            _ask(home, entries, wish, waiting)
        else:
            unasked = True
    if wish.report is not None:
        write_report(wish.report, entries)
        out.print(f"The report: {wish.report}", markup=False)
    _tell_sum(entries)
    if left:
        out.print(f"It was ended early, {left} not searched. Run it again to go on.")
        raise typer.Exit(INTERRUPTED)
    if unasked:
        out.print(
            "Nothing was added: there is no terminal to ask at. Add the sure ones with --yes, the doubtful ones as well with --yes --doubtful."
        )
        raise typer.Exit(USAGE_ERROR)


def _ask(home: Home, entries: Sequence[Entry], wish: Wish, waiting: dict[Confidence, int]) -> None:
    sure = waiting[Confidence.SURE] and typer.confirm(
        f"Add {_policies(waiting[Confidence.SURE], 'sure')}?", default=True
    )
    doubtful = waiting[Confidence.DOUBTFUL] and typer.confirm(
        f"Add {_policies(waiting[Confidence.DOUBTFUL], 'doubtful')} as well?", default=wish.doubtful
    )
    for entry in entries:
        _add(home, entry, wish, sure=bool(sure), doubtful=bool(doubtful))


def _policies(number: int, level: str) -> str:
    return f"the {level} policy" if number == 1 else f"the {number} {level} policies"


def _mark_watched(home: Home, entry: Entry) -> None:
    with home.database.reading() as session:
        for finding in entry.discovery.findings if entry.discovery else ():
            why = watched_already(session, service=entry.name, terms_type=finding.terms_type, url=finding.url)
            if why and finding.terms_type not in entry.outcomes:
                entry.outcomes[finding.terms_type] = why
                out.print(why, markup=False)


def _add(home: Home, entry: Entry, wish: Wish, *, sure: bool = True, doubtful: bool) -> None:
    """Add one site's findings, in one transaction."""
    _mark_watched(home, entry)
    wanted: list[Finding] = []
    wanted += entry.findings(Confidence.SURE) if sure else []
    wanted += entry.findings(Confidence.DOUBTFUL) if doubtful else []
    with home.database.writing() as session:
        for finding in wanted:
            policy, what = add_url(
                session,
                finding.url,
                service=entry.name,
                terms_type=finding.terms_type,
                interval_seconds=wish.interval_seconds or home.settings.interval,
                now=home.clock(),
            )
            edit_tags(policy, added=wish.tags)
            entry.outcomes[finding.terms_type] = what
            out.print(f"{what}: {policy.slug}  {finding.url}", markup=False)


def _tell_sum(entries: Sequence[Entry]) -> None:
    """What was found, doubtful and missing, in numbers."""
    levels = Counter(finding.confidence for entry in entries if entry.discovery for finding in entry.discovery.findings)
    missing = sum(len(entry.discovery.missing) for entry in entries if entry.discovery and not entry.discovery.error)
    added = sum(outcome == "added" for entry in entries for outcome in [*entry.outcomes.values(), entry.result])
    failed = sum(entry.result == "failed" or bool(entry.discovery and entry.discovery.error) for entry in entries)
    watched = sum(entry.result == "watched" for entry in entries)
    parts = [
        f"{levels[Confidence.SURE]} sure",
        f"{levels[Confidence.DOUBTFUL]} doubtful",
        f"{missing} missing",
        f"{added} added",
    ]
    parts += [f"{watched} watched already"] if watched else []
    parts += [f"{failed} that could not be searched"] if failed else []
    out.print(f"{len(entries)} {'site' if len(entries) == 1 else 'sites'}: {', '.join(parts)}.")
    if added:
        out.print("The first check of a new policy is due at the next `smallprint run`.")


def _print(lines: Iterable[str]) -> None:
    """The lines without what would move a terminal's cursor: parts of them are a stranger's words."""
    for line in lines:
        out.print("".join(sign if sign.isprintable() else " " for sign in line), markup=False)
