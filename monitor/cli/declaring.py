"""What is watched: `init`, `add`, `list`, `pause`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from monitor import history
from monitor.cli.app import app, place
from monitor.cli.console import day, out, print_json, stamp
from monitor.cli.contracts import shown_date, stated_json
from monitor.cli.source_states import lost_json, lost_lines, moved_json, moved_lines
from monitor.config import SETTINGS_FILE, seconds
from monitor.declarations import Declaration, bare_site, declare_url, read_declarations
from monitor.editing import edit_tags
from monitor.errors import UsageError
from monitor.home import Home, utc_now
from monitor.models import Policy
from monitor.policies import add_url, find, sync
from monitor.tags import tag_names
from monitor.timing import lasting
from monitor.types import Outcome
from monitor.vendors import is_vendor_list, read_vendors

NOTHING_WATCHED = "Nothing is watched yet. Add a policy with `smallprint add URL`."
STARTING_SETTINGS = """\
# The settings of smallprint. All of it is optional; docs/settings.md explains each line.

# interval = "24h"                 # how often a policy is checked
# adaptive = false                 # true to check more often after changes, less often when quiet
# database = "postgresql://..."    # instead of the SQLite file in this folder

[crawl]
# contact = "you@example.org"      # stands in the user agent, so that sites can reach you
# delay_seconds = 2.0              # between two requests to one host
# allow_private = false            # true to watch pages inside your own network

# [channels.legal]
# url = "mailto://user:password@smtp.example.org?from=smallprint@example.org&to=legal@example.org"
# [channels.slack]
# url = "env:SLACK_URL"            # a secret may stay in the environment, or in a file: "file:/run/secrets/slack"

# [[rules]]                        # without rules, every channel hears of substantive, minor, date-only and silent changes
# channels = ["legal"]
# policies = ["acme/*"]
# significance = ["substantive", "minor", "date"]

# [[retention]]                    # without rules, every capture is kept; docs/retention.md says what never goes
# keep_days = 730
# tags = ["vendor"]
"""


@app.command()
def init(context: typer.Context) -> None:
    """Make a home folder: the database and a commented settings file."""
    here = place(context)
    with here.open():
        settings = here.home / SETTINGS_FILE
        if settings.exists():
            out.print(f"{here.home} is a smallprint home already; nothing was changed.")
            return
        settings.write_text(STARTING_SETTINGS, encoding="utf-8")
    out.print(
        f"Made {here.home}. Next: `smallprint --home {here.home} add URL`, then `smallprint --home {here.home} run`."
    )


@app.command()
def add(
    context: typer.Context,
    urls: Annotated[
        list[str] | None,
        typer.Argument(metavar="URL|SITE...", help="Addresses of policy pages, or sites such as acme.example."),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="A declaration file, a folder of them, or a vendor list (.csv, .xlsx)."),
    ] = None,
    service: Annotated[str, typer.Option(help="The service's name; after the address when left out.")] = "",
    terms_type: Annotated[
        str, typer.Option("--type", help='Such as "Privacy Policy"; after the address when left out.')
    ] = "",
    interval: Annotated[str, typer.Option(help='How often to check, such as "6h" or "7d".')] = "",
    tag: Annotated[
        list[str] | None, typer.Option(help="Give each policy this tag; may be named several times.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Add the sure ones of what a site has without asking.")] = False,
    doubtful: Annotated[bool, typer.Option("--doubtful", help="With --yes: the doubtful ones as well.")] = False,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write what sites have, and lack, to this CSV file.")
    ] = None,
) -> None:
    """Watch policies: by their address, by declarations, or by searching a site or a whole list of vendors for them."""
    if not urls and source is None:
        raise UsageError(
            "an address, a site or --from FILE was wanted, nothing came. Examples: smallprint add https://acme.example/privacy; smallprint add acme.example"
        )
    vendors = read_vendors(source) if source is not None and is_vendor_list(source) else None
    declarations = read_declarations(source) if source is not None and vendors is None else []
    every, tags = _interval(interval), asked_tags(tag, "--tag")
    sites = [url for url in urls or [] if bare_site(url) is not None]
    pages = [url for url in urls or [] if url not in sites]
    if vendors is not None:
        _check_goes_with_vendors(sites, named=bool(service or terms_type))
    for url in pages:
        declare_url(url)  # a bad address makes no home
    with place(context).open() as home:
        if pages or declarations:
            _add_pages(home, pages, declarations, service=service, terms_type=terms_type, every=every, tags=tags)
        if sites or vendors is not None:
            from monitor.cli.discovering import Wish, add_sites, add_vendors  # noqa: PLC0415  the crawler takes its time

            wish = Wish(yes, doubtful, every, report, tags)
            if vendors is not None:
                add_vendors(home, vendors, wish)
            if sites:
                add_sites(home, sites, service=service, terms_type=terms_type, wish=wish)


def _check_goes_with_vendors(sites: Sequence[str], *, named: bool) -> None:
    if sites:
        raise UsageError("sites, or a vendor list by --from, were wanted, both came. Add one after the other.")
    if named:
        raise UsageError("--service and --type go with addresses; a vendor list says both in columns of its own.")


def _add_pages(
    home: Home,
    urls: Sequence[str],
    declarations: Sequence[Declaration],
    *,
    service: str,
    terms_type: str,
    every: int | None,
    tags: Sequence[str],
) -> None:
    """All of them, or none when one is refused."""
    with home.database.writing() as session:
        now, interval_seconds = home.clock(), every or home.settings.interval
        add_one = partial(
            add_url,
            session,
            service=service,
            terms_type=terms_type,
            interval_seconds=interval_seconds,
            now=now,
            set_interval=every is not None,
            adaptive=home.settings.adaptive,
        )
        added = sync(
            session,
            declarations,
            interval_seconds=interval_seconds,
            now=now,
            adaptive=home.settings.adaptive,
            time_zone=home.settings.time_zone,
        )
        added += map(add_one, urls)
        for policy, _ in added:
            edit_tags(policy, added=tags)
        lines = [_added_line(policy, what) for policy, what in added]
    for line in lines:
        out.print(line, markup=False)
    if any(line.startswith("added") for line in lines):
        out.print("The first check of a new policy is due at the next `smallprint run`.")


@app.command("list")
def list_policies(
    context: typer.Context,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="Title, words, dates, page state, what could not be read.")
    ] = False,
    tag: Annotated[
        list[str] | None, typer.Option(help="Only policies with this tag; with all of them when several are named.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """The policies watched, and how each stands."""
    wanted = set(asked_tags(tag, "--tag"))
    with place(context).read().reading() as session:
        tagged = [policy for policy in history.policies(session) if wanted <= set(policy.tags)]
        rows = [history.baseline(session, policy) for policy in tagged]
        empty = (
            f"No policy has the tag {' and '.join(sorted(wanted))}; see `smallprint list`."
            if wanted
            else NOTHING_WATCHED
        )
        if as_json:
            print_json(_baseline_json(row) for row in rows)
        elif baseline:
            print_baseline(rows, empty)
        else:
            _print_list(rows, empty)


@app.command()
def pause(
    context: typer.Context, policy: Annotated[str, typer.Argument(help="Slug, address, or part of the name.")]
) -> None:
    """Stop checking a policy; its history stays, and `add URL` resumes it."""
    with place(context).open() as home, home.database.writing() as session:
        found = find(session, policy)
        found.paused_at = found.paused_at or home.clock()
        out.print(f"paused: {found.slug}", markup=False)


def print_baseline(rows: list[history.Baseline], empty: str = NOTHING_WATCHED) -> None:
    """What the first checks found, a few lines a policy."""
    if not rows:
        out.print(empty)
    for row in rows:
        out.print(f"[bold]{escape(row.policy.slug)}[/]  {_state(row)}")
        for name, words in _found(row):
            out.print(f"    {name:<13} {words}", markup=False)


def following(policy: Policy, now: datetime) -> str:
    """`next check in 3 hours because it changed 2 days ago`: when a policy is checked again, and why then."""
    if policy.paused_at is not None:
        return "paused"
    reason = policy.next_check_reason
    why = f"{' ' if reason.startswith('because ') else ', '}{reason}" if reason else ""
    if policy.next_check_at <= now:
        return f"check due{why}"
    return f"next check in {lasting(policy.next_check_at - now)}{why}"


def _added_line(policy: Policy, what: str) -> str:
    addresses = " ".join(source.url for source in policy.sources if source.retired_at is None)
    return f"{what}: {policy.slug}  {addresses}"


def asked_tags(words: list[str] | None, option: str) -> tuple[str, ...]:
    """The tags of a command line."""
    try:
        return tag_names(words or ())
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None


def _interval(text: str) -> int | None:
    try:
        return seconds(text) if text else None
    except ValueError as error:
        raise UsageError(f"--interval: {error}") from None


def _state(row: history.Baseline) -> str:
    if row.check is None:
        return "not checked yet"
    state = (row.check.page_state or row.check.outcome or "-").replace("_", " ")
    return f"[green]{state}[/]" if state == "ok" else f"[yellow]{state}[/]"


def _found(row: history.Baseline) -> Iterator[tuple[str, str]]:
    if row.version is not None:
        document = row.version.document
        yield "title", document.title or "-"
        yield "words", f"{document.word_count:,} ({document.language or 'language unknown'})"
        yield "last updated", shown_date(document.stated.last_updated)
        yield "effective", shown_date(document.stated.effective)
    for reason in row.unreadable:
        yield "not read", reason
    for words in lost_lines(row.policy):
        yield "stands", words
    if row.policy.tags:
        yield "tags", ", ".join(row.policy.tags)
    if row.apart:
        blocks = "1 volatile block" if row.apart == 1 else f"{row.apart} volatile blocks"
        yield "set apart", f"{blocks}; see smallprint history {row.policy.slug} --volatile"
    if notice := _notice(row):
        yield "notice", notice


def _baseline_json(row: history.Baseline) -> dict[str, Any]:
    document = row.version.document if row.version is not None else None
    return {
        "policy": row.policy.slug,
        "name": row.policy.name,
        "tags": row.policy.tags,
        "sources": [source.url for source in row.policy.sources if source.retired_at is None],
        "title": document.title if document else None,
        "language": document.language if document else None,
        "words": document.word_count if document else None,
        "stated": stated_json(document) if document else None,
        "version": row.version.number if row.version else None,
        "captured_at": stamp(row.check.captured_at) if row.check else None,
        "outcome": row.check.outcome if row.check else None,
        "page_state": row.check.page_state if row.check else None,
        "not_read": list(row.unreadable),
        "inaccessible_since": stamp(row.away_since),
        "notice": row.notice.text if row.notice else None,
        "selection_missed": list(row.missed),
        "lost": lost_json(row.policy),
        "moved": moved_json(row.policy),
        "set_apart": row.apart,
        "next_check_at": None if row.policy.paused_at else stamp(row.policy.next_check_at),
        "next_check_reason": None if row.policy.paused_at else row.policy.next_check_reason,
        "paused": row.policy.paused_at is not None,
    }


def _print_list(rows: list[history.Baseline], empty: str) -> None:
    """A line a policy, and one more for what is wrong with it."""
    if not rows:
        out.print(empty)
    now = utc_now()
    for row in rows:
        checked = f"checked {day(row.check.captured_at)}" if row.check is not None else "not checked yet"
        outcome = f"[bold]{row.check.outcome}[/]" if row.check is not None else ""
        tags = f"  [{', '.join(row.policy.tags)}]" if row.policy.tags else ""
        out.print(f"{escape(row.policy.slug)}  {outcome}  {checked}  {escape(following(row.policy, now) + tags)}")
        wrong = row.check.reason if row.check is not None and row.unreadable else ""
        for words in filter(None, (wrong, _notice(row))):
            out.print(f"    {words}", style="yellow", markup=False)


def _notice(row: history.Baseline) -> str:
    """For how long the policy could not be had, the news that still holds, the selections that do not match, the sources that moved."""
    told = [*([row.notice.text] if row.notice is not None else []), *row.missed, *moved_lines(row.policy)]
    if row.away_since is not None and row.check is not None:
        what = "no answer" if row.check.outcome == Outcome.FAILED.value else "not the policy's page"
        told.insert(0, f"{what} for {lasting(utc_now() - row.away_since)}")
    return "; ".join(told)
