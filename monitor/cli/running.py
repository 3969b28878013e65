"""The work itself: `run` does all of it once, `watch` again and again; `crawl`, `process` and `deliver` do parts."""

import asyncio
from collections.abc import Callable
from contextlib import closing, nullcontext, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from monitor.cli.app import app, place
from monitor.cli.console import err, out, progress
from monitor.due import make_due
from monitor.home import Home
from monitor.policies import find
from monitor.process import ClosedCheck
from monitor.schedule import count_due, next_due_at
from monitor.timing import WAS_ASKED_FOR
from monitor.types import Outcome
from notifier.outbox import DeliveryReport, deliver_pending

if TYPE_CHECKING:
    from crawler.run import CrawlStats  # Scrapy and Playwright take a second to load
    from monitor.metrics import Metrics

INACCESSIBLE = 2
EXHAUSTED = 3
NOTHING_SENT = DeliveryReport(())
LONGEST_SLEEP = timedelta(minutes=1)  # so that policies added meanwhile and retries of messages do not wait long

StrictOption = Annotated[
    bool,
    typer.Option(
        "--strict", help="Exit code 2 for any inaccessible or failed policy, not only newly inaccessible ones."
    ),
]


@app.command()
def run(
    context: typer.Context,
    policies: Annotated[
        list[str] | None, typer.Argument(metavar="POLICY...", help="Check these now, due or not.")
    ] = None,
    strict: StrictOption = False,
) -> None:
    """Check every due policy once, and tell what is to be told. Made for cron."""
    with place(context).open() as home:
        _make_due(home, policies or [])
        ended = False
        try:
            ended = _crawl(home)
            if ended:
                home.write_machine_texts()
        finally:  # what was found before a fault is told all the same
            report = _deliver(home)
        if ended:
            _apply_retention(home)
        _print_summary(home, report)
        raise typer.Exit(exit_code(home, report, strict=strict))


@app.command()
def watch(
    context: typer.Context,
    metrics_port: Annotated[
        int | None, typer.Option(help="Answer Prometheus at this port, under /metrics.", min=1, max=65535)
    ] = None,
    metrics_address: Annotated[
        str, typer.Option(help="The address for it: by default only this machine can ask.")
    ] = "127.0.0.1",
) -> None:
    """Run again and again, whenever a policy is due, until stopped. Made for a container."""
    from monitor.metrics import Metrics  # noqa: PLC0415  only this command counts for others

    metrics = Metrics()
    served = closing(metrics.serve(metrics_address, metrics_port)) if metrics_port is not None else nullcontext()
    with served, place(context).open() as home:
        from crawler.run import in_reactor  # noqa: PLC0415

        metrics.watch(home.database, home.clock)
        home.on_closed = _counting_in(metrics)
        in_reactor(lambda: _watch(home, metrics))


def _counting_in(metrics: "Metrics") -> Callable[[ClosedCheck], None]:
    def count(closed: ClosedCheck) -> None:
        metrics.count_check(closed)
        _print_closed(closed)

    return count


@app.command("crawl")
def crawl_only(context: typer.Context) -> None:
    """Fetch and archive what is due; read nothing yet."""
    with place(context).open() as home:
        home.reading_on_keep = False
        _crawl(home)
        out.print("Archived what was due. Next: `smallprint process`.")


@app.command()
def process(context: typer.Context, strict: StrictOption = False) -> None:
    """Read and compare what is archived and waiting."""
    with place(context).open() as home:
        _close_waiting(home)
        home.write_machine_texts()
        _print_summary(home, NOTHING_SENT)
        raise typer.Exit(exit_code(home, NOTHING_SENT, strict=strict))


@app.command()
def deliver(context: typer.Context) -> None:
    """Send what waits to be told."""
    with place(context).open() as home:
        report = _deliver(home)
        out.print(f"{report.sent} sent, {report.failed} to be tried again, {report.exhausted} given up.")
        raise typer.Exit(EXHAUSTED if report.exhausted else 0)


def exit_code(home: Home, report: DeliveryReport, *, strict: bool) -> int:
    """0 fine, 2 a policy newly inaccessible (strict: any), 3 a message exhausted; the highest wins."""
    if report.exhausted:
        return EXHAUSTED
    bad = any(
        closed.newly_inaccessible or (strict and closed.outcome in (Outcome.INACCESSIBLE, Outcome.FAILED))
        for closed in home.closed
    )
    return INACCESSIBLE if bad else 0


def _make_due(home: Home, names: list[str]) -> None:
    with home.database.writing() as session:
        for policy in [find(session, name) for name in names]:
            make_due(policy, home.clock(), WAS_ASKED_FOR)


def _crawl(home: Home) -> bool:
    """Whether it came to its end: False when the process was asked to end before."""
    home.mend_schedule()
    home.seal_day()
    if home.reading_on_keep:
        _close_waiting(home)
    with home.database.reading() as session:
        due = count_due(session, home.clock())
    if not due:
        return True
    from crawler.run import crawl, in_reactor  # noqa: PLC0415  Scrapy and Playwright take a second to load

    with progress("checking") as advance:
        home.on_closed = _counting(advance, due)
        ended = _recording(home)
        return not in_reactor(
            lambda: crawl(home.claim, home.keep_all, home.settings.crawl, serve=home.turns, on_end=ended)
        ).stopped


def _recording(home: Home) -> "Callable[[CrawlStats], None]":
    """Called when a crawl that begins now has ended: records it, if it asked for anything."""
    began_at = home.clock()

    def record(stats: "CrawlStats") -> None:
        if not stats.idle:
            home.record_run(began_at, stats.as_json())

    return record


def _counting(advance: Callable[[int, int], None], due: int) -> Callable[[ClosedCheck], None]:
    done = 0
    advance(done, due)

    def count(closed: ClosedCheck) -> None:
        nonlocal done
        done += 1
        _print_closed(closed)
        advance(done, max(done, due))

    return count


def _close_waiting(home: Home) -> None:
    with progress("reading what waits") as advance:
        home.close_complete_checks(advance)


def _apply_retention(home: Home) -> None:
    with progress("applying the rules of retention") as advance:
        home.apply_retention(advance)


def _deliver(home: Home) -> DeliveryReport:
    return deliver_pending(home.database, home.settings.channels, now=home.clock)


async def _watch(home: Home, metrics: "Metrics") -> None:
    """Round after round, until a signal ends the crawl or the sleep."""
    from crawler.run import crawl  # noqa: PLC0415

    with suppress(asyncio.CancelledError):
        while True:
            await asyncio.to_thread(home.mend_schedule)
            await asyncio.to_thread(home.seal_day)
            await asyncio.to_thread(home.close_complete_checks)
            stats = await crawl(
                home.claim,
                home.keep_all,
                home.settings.crawl,
                serve=home.turns,
                on_progress=metrics.count_fetch,
                on_end=_recording(home),
            )
            metrics.count_pages(stats.scrapy)
            if not stats.stopped:
                await asyncio.to_thread(home.write_machine_texts)
            await asyncio.to_thread(_deliver, home)
            if stats.stopped:
                return
            await asyncio.to_thread(home.apply_retention)
            home.closed.clear()
            await asyncio.sleep(await asyncio.to_thread(_sleep_seconds, home))


def _sleep_seconds(home: Home) -> float:
    with home.database.reading() as session:
        now = home.clock()
        due_at = next_due_at(session, now)
    wait = min(due_at - now, LONGEST_SLEEP) if due_at is not None else LONGEST_SLEEP
    return max(1.0, wait.total_seconds())


def _print_closed(closed: ClosedCheck) -> None:
    colour = {Outcome.CHANGED: "bold", Outcome.INACCESSIBLE: "yellow", Outcome.FAILED: "red"}.get(closed.outcome, "dim")
    err.print(f"[{colour}]{closed.outcome.value:>12}[/]  {escape(closed.policy)}  {escape(closed.reason)}")
    for notice in closed.notices:
        err.print(f"      notice  {escape(closed.policy)}: {escape(notice)}")


def _print_summary(home: Home, report: DeliveryReport) -> None:
    counts = {outcome: sum(closed.outcome is outcome for closed in home.closed) for outcome in Outcome}
    told = ", ".join(f"{count} {outcome.value}" for outcome, count in counts.items() if count) or "nothing was due"
    out.print(
        f"checks: {told}; messages: {report.sent} sent, {report.failed} to be tried again, {report.exhausted} given up."
    )
    for detail in report.details:
        err.print(f"message: {detail}", markup=False)
