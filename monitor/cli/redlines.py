"""The forms of a redline that `diff` and `show` give: files for a browser or for Word, Markdown, the terminal."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.console import err, out
from monitor.diff.compare import compare
from monitor.errors import UsageError
from monitor.models import Change
from monitor.rendering.comparison import Comparison
from monitor.rendering.whole import are_of
from monitor.rendering.words import moment_in_words
from notifier.letter import machine_text, remarks

HtmlOption = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page for the browser.")]
DocxOption = Annotated[Path | None, typer.Option("--docx", metavar="FILE", help="Write tracked changes for Word.")]
MarkdownOption = Annotated[bool, typer.Option("--md", help="Print Markdown.")]
SideBySideOption = Annotated[bool, typer.Option("--side-by-side", help="With --html: old and new in two columns.")]


@dataclass(frozen=True, slots=True)
class Form:
    """The form that was asked for; the terminal's when none was."""

    html: Path | None
    docx: Path | None
    markdown: bool
    json: bool
    side_by_side: bool

    @property
    def is_redline(self) -> bool:
        """Whether it is a file or Markdown."""
        return self.html is not None or self.docx is not None or self.markdown

    def check(self) -> None:
        """UsageError unless the options go together."""
        asked = {"--html": self.html, "--docx": self.docx, "--md": self.markdown, "--json": self.json}
        given = [name for name, value in asked.items() if value]
        if len(given) > 1:
            raise UsageError(f"one form was wanted, {' and '.join(given)} came: run the command once for each.")
        if self.side_by_side and self.html is None:
            raise UsageError("--side-by-side lays out the page of --html FILE, and there is no --html: add it.")

    def tell(self, comparison: Comparison) -> None:
        """Write the file and say so on standard error, or print."""
        if self.html is not None:
            from monitor.rendering.html import html_page  # noqa: PLC0415  only what is asked for is loaded

            _write(self.html, html_page(comparison, side_by_side=self.side_by_side).encode())
        elif self.docx is not None:
            from monitor.rendering.docx import docx_bytes  # noqa: PLC0415  the library is slow to load

            _write(self.docx, docx_bytes(comparison))
        elif self.markdown:
            from monitor.rendering.markdown import markdown  # noqa: PLC0415  only what is asked for is loaded

            sys.stdout.write(markdown(comparison))
        else:
            from monitor.rendering.terminal import terminal  # noqa: PLC0415  only what is asked for is loaded

            out.print(terminal(comparison))


def comparison_of(change: Change) -> Comparison:
    """The change beside the documents of its two versions.

    Where its edits have no places in them (blocks were set apart, or an older smallprint recorded it), the two are compared
    again: what the change is worth stays as it was recorded.
    """
    old, new, found = change.previous_version, change.version, change.diff
    if not are_of(found.edits, old.document, new.document):
        found = replace(found, edits=compare(old.document, new.document, whole=True).edits)
    return Comparison(
        name=change.policy.name,
        old_name=f"version {old.number}, last seen {moment_in_words(change.previous_captured_at)}",
        new_name=f"version {new.number}, first seen {moment_in_words(change.captured_at)}",
        old=old.document,
        new=new.document,
        diff=found,
        seen_at=change.captured_at,
        remarks=tuple(filter(None, (*remarks(change), machine_text(change)))),
    )


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(
            f"{file}: a file to write was wanted, it cannot be written: {error.strerror}. Name one in a folder that exists and that you may write to."
        ) from None
    err.print(f"Written: {file}", markup=False)
