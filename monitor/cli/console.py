"""How the command line speaks: tables for people, JSON lines for programs, progress and logs on standard error."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from monitor.rendering.cleaning import clean_lines
from monitor.rendering.colours import COLOURS


class PatientConsole(Console):
    """A console whose reader may leave, as `| head` does: the work goes on, unheard. Rich would end the process, from any thread.

    What it prints may come from strangers (a file's name, a header): it has no say over the terminal.
    """

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(clean_lines(text), **options)

    def on_broken_pipe(self) -> None:
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())  # else Python complains of it at its end


out = PatientConsole(highlight=False, soft_wrap=True, emoji=False)  # what a page says is shown as it is
err = PatientConsole(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def print_json(rows: Iterable[Mapping[str, Any]]) -> None:
    """One JSON object a line on standard output."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def print_table(headings: Iterable[str], rows: Iterable[Iterable[str]], *, empty: str) -> None:
    """A table for people, or the sentence `empty` when there is nothing to show. Cells are plain text."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=place == 0)  # the first names the row: it stays whole
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    out.print(table if table.row_count else escape(empty))


def coloured(significance: str) -> str:
    return f"[{COLOURS.get(significance, 'default')}]{significance.upper()}[/]"


def day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z" if moment is not None else "-"


def stamp(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, with the fraction that it has."""
    return moment.isoformat().replace("+00:00", "Z") if moment is not None else None


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while the block runs; call what it gives with (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        task = bars.add_task(what, total=None)

        def advance(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield advance
