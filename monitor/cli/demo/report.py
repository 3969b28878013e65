"""The demo's HTML report: the baseline, the changes as they were told, and what was kept quiet."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor import history
from monitor.cli.contracts import shown_date
from monitor.database import Database
from notifier.letter import write_letter
from notifier.render import letter_html, style_html

TEMPLATES = Environment(loader=PackageLoader("monitor.cli.demo", "."), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """A policy after its first check, as shown."""

    policy: str
    title: str
    words: str
    last_updated: str
    effective: str
    via: str
    not_read: str


@dataclass(frozen=True, slots=True)
class QuietRow:
    """A policy whose page differed and that nobody was told of: what was done to the page, what the check says."""

    policy: str
    meant: str
    reason: str


def read_baseline(database: Database) -> list[BaselineRow]:
    with database.reading() as session:
        return [_baseline_row(history.baseline(session, policy)) for policy in history.policies(session)]


def write_report(
    database: Database, file: Path, baselines: Sequence[BaselineRow], quiet: Sequence[QuietRow], told: Sequence[str]
) -> None:
    with database.reading() as session:
        letters = [write_letter(change) for change in history.changes(session)]
        shown = [
            letter_html(letter) for letter in letters if letter.significance not in ("none", "cosmetic", "editorial")
        ]
        page = TEMPLATES.get_template("report.html.jinja").render(
            title="smallprint demo: five policies, two generations",
            style=style_html(),
            baselines=baselines,
            letters=shown,
            quiet=quiet,
            told=told,
        )
    file.write_text(page, encoding="utf-8")


def _baseline_row(row: history.Baseline) -> BaselineRow:
    document = row.version.document if row.version is not None else None
    return BaselineRow(
        policy=row.policy.name,
        title=document.title if document else "-",
        words=str(document.word_count) if document else "-",
        last_updated=shown_date(document.stated.last_updated) if document else "-",
        effective=shown_date(document.stated.effective) if document else "-",
        via=(row.check.via or "-") if row.check else "-",
        not_read="; ".join(row.unreadable) or "-",
    )
