"""`smallprint demo`: the whole path on this machine, without the internet.

A local website of five invented services is checked, changed, and checked again; what is told goes through a real SMTP
server and a Slack-style webhook. The demo judges itself: exit code 1 unless exactly the meant changes were told, once.
"""

import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from slugify import slugify

from monitor.cli.app import app
from monitor.cli.console import out, print_table
from monitor.cli.demo.receivers import Mailbox, SlackReceiver
from monitor.cli.demo.report import QuietRow, read_baseline, write_report
from monitor.cli.demo.site import SERVICES, DemoSite, Service
from monitor.config import SETTINGS_FILE, load
from monitor.database import Database
from monitor.errors import SmallprintError, UsageError

TERMS_TYPE = "Privacy Policy"
MADE_BY_US = "demo-declarations.yaml"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo plays."""

    folder: Path
    home: Path
    site: DemoSite
    mailbox: Mailbox
    slack: SlackReceiver


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--into", help="Where to leave the report; made anew each time.")] = Path(
        "demo-report"
    ),
) -> None:
    """Watch the whole thing work: a local website, two generations of five policies, a mail server, a webhook."""
    started = time.monotonic()
    with _stage(folder) as stage:
        _say("Five invented services stand on a local website. Declaring them, and checking them a first time:")
        _declare(stage)
        _smallprint(stage, "add", "--from", str(stage.folder / MADE_BY_US))
        _smallprint(stage, "run")
        _smallprint(stage, "list", "--baseline")
        database = Database(load(stage.home, {}).database_url(stage.home))
        baselines = read_baseline(database)
        _say("The services publish a second generation. Checking again, and telling:")
        stage.site.generation = 2
        _smallprint(stage, "run")
        changes, quiet = _changes(stage), _quiet(stage)
        _print_told(stage)
        _say("Nobody was bothered with these:")
        print_table(
            ("policy", "what happened on the page", "what smallprint says"),
            ((row.policy, row.meant, row.reason) for row in quiet),
            empty="",
        )
        report = stage.folder / "report.html"
        write_report(database, report, baselines, quiet, ("e-mail", "Slack message"))
        database.close()
        _say(f"The report: {report.resolve()}  ({time.monotonic() - started:.0f} seconds in all)")
        told, false = judge(changes, stage)
    out.print(f"demo: {told} changes told, {false} false")
    raise typer.Exit(0 if told == sum(bool(service.told) for service in SERVICES) and not false else 1)


def judge(changes: list[dict[str, Any]], stage: Stage) -> tuple[int, int]:
    """How many of the meant changes were told once by each channel, and how many tellings were not meant."""
    meant = {_slug(service): service.told for service in SERVICES if service.told}
    found = {change["policy"]: change["significance"] for change in changes}
    mails = Counter(_policy_named_in(str(mail["Subject"])) for mail in stage.mailbox.mails)
    posts = Counter(_policy_named_in(message["text"]) for message in stage.slack.messages)
    right = [slug for slug, worth in meant.items() if found.get(slug) == worth and mails[slug] == posts[slug] == 1]
    tellings = sum(mails.values()) + sum(posts.values())
    return len(right), tellings - 2 * len(right)


@contextmanager
def _stage(folder: Path) -> Iterator[Stage]:
    home = folder / "home"
    if folder.exists():
        if not (folder / MADE_BY_US).exists():
            raise UsageError(
                f"{folder}: an empty place for the demo's report was wanted, something else is there. Choose another with --into."
            )
        shutil.rmtree(folder)
    home.mkdir(parents=True)
    stage = Stage(folder, home, DemoSite(), Mailbox(folder / "mail"), SlackReceiver(folder / "slack"))
    try:
        yield stage
    finally:
        stage.site.close()
        stage.mailbox.close()
        stage.slack.close()


def _declare(stage: Stage) -> None:
    """The settings and the declarations, as a user would write them."""
    (stage.home / SETTINGS_FILE).write_text(
        f"""interval = "1s"   # so that the second run finds everything due

[crawl]
allow_private = true   # the website is on this machine
delay_seconds = 0.2

[channels.legal-team]
url = "mailto://127.0.0.1:{stage.mailbox.port}/?from=smallprint@example.org&to=legal@example.org"

[channels.slack]
url = "slackhook://127.0.0.1:{stage.slack.port}/services/T000/B000/demo"
""",
        encoding="utf-8",
    )
    declarations = [
        {"service": service.name, "policies": [{"type": TERMS_TYPE, "sources": [stage.site.url + service.path]}]}
        for service in SERVICES
    ]
    (stage.folder / MADE_BY_US).write_text(yaml.safe_dump_all(declarations, sort_keys=False), encoding="utf-8")


def _smallprint(stage: Stage, *arguments: str, quiet: bool = False) -> str:
    """Run the command line as a user would; show the command and what it prints."""
    command = [sys.executable, "-m", "monitor.cli", "--home", str(stage.home), *arguments]
    if not quiet:
        out.print(f"[bold]$ smallprint {' '.join(arguments)}[/]")
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE if quiet else None, text=True, check=False
    )
    if done.returncode not in (0, 2):
        raise SmallprintError(
            f"`smallprint {' '.join(arguments)}` ended with exit code {done.returncode}: {done.stderr or ''}"
        )
    if not quiet:
        out.print(done.stdout, markup=False)
    return done.stdout


def _changes(stage: Stage) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _smallprint(stage, "changes", "--json", quiet=True).splitlines()]


def _quiet(stage: Stage) -> list[QuietRow]:
    checks = [json.loads(line) for line in _smallprint(stage, "checks", "--json", quiet=True).splitlines()]
    last = {check["policy"]: f"{check['outcome']}: {check['reason']}" for check in checks}
    return [
        QuietRow(f"{service.name} {TERMS_TYPE}", service.meant, last[_slug(service)])
        for service in SERVICES
        if not service.told
    ]


def _print_told(stage: Stage) -> None:
    _say(f"{len(stage.mailbox.mails)} e-mails came in at the mail server. The first, as text:")
    for mail in stage.mailbox.mails[:1]:
        out.print(_text_of(mail), markup=False)
    _say("All subjects, and all Slack messages:")
    for mail in stage.mailbox.mails:
        out.print(f"  mail   {mail['Subject']}", markup=False)
    for message in stage.slack.messages:
        out.print(f"  slack  {unescape(message['text'])}", markup=False)


def _text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return f"Subject: {mail['Subject']}\n\n{part.get_content() if part is not None else ''}"


def _slug(service: Service) -> str:
    return f"{slugify(service.name)}/{slugify(TERMS_TYPE)}"


def _policy_named_in(subject: str) -> str:
    return next((_slug(service) for service in SERVICES if service.name in subject), "?")


def _say(sentence: str) -> None:
    out.print(f"\n[bold cyan]{sentence}[/]")
