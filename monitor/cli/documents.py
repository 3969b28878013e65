"""Files read without a home: `extract`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from monitor.cli.app import USAGE_ERROR, app
from monitor.cli.console import err, out, print_json, print_table, progress
from monitor.cli.contracts import document_json, explained, shown_date
from monitor.errors import ReadingError, SmallprintError, UsageError
from monitor.reading import Reader
from monitor.types import Document, Selection


@app.command()
def extract(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="HTML, PDF, Word, Markdown or text.")],
    url: Annotated[str, typer.Option(help="The address the page came from.")] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="All other dates seen, and why each is not the policy's.")
    ] = False,
    select: Annotated[
        list[str] | None, typer.Option(help="A CSS selector of what is the policy; as often as needed.")
    ] = None,
    remove: Annotated[list[str] | None, typer.Option(help="A CSS selector of what to leave out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a file.")] = False,
) -> None:
    """Read files as policies: title, language, stated dates, typed blocks, text."""
    failed, selection = False, _selection(select, remove)
    with Reader() as reader, progress("reading") as advance:
        for done, file in enumerate(files, 1):
            advance(done, len(files))
            try:
                document = read_file(reader, file, url, selection)
            except SmallprintError as error:
                failed = True
                print_error({"file": str(file)}, error, as_json=as_json)
                continue
            if as_json:
                print_json(
                    [{**document_json(file, document), **({"rejected": explained(document)} if explain else {})}]
                )
            else:
                _print_document(file, document, explain=explain)
    raise typer.Exit(USAGE_ERROR if failed else 0)


def read_file(reader: Reader, file: Path, url: str = "", selection: Selection | None = None) -> Document:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: a file to read was wanted, it cannot be read: {error.strerror}.") from None
    try:
        return reader.read(body, url=url or file.name, selection=selection)
    except ReadingError as error:
        raise ReadingError(f"{file}: {error}") from None


def _selection(select: list[str] | None, remove: list[str] | None) -> Selection | None:
    from monitor.extract.selectors import read_selectors  # noqa: PLC0415  the parser is slow to load

    try:
        return Selection(read_selectors(select or ()), read_selectors(remove or ())) if select or remove else None
    except ValueError as error:
        raise UsageError(str(error)) from None


def print_error(named: dict[str, str], error: SmallprintError, *, as_json: bool) -> None:
    """A line in the answer's place; the files after it are still read."""
    if as_json:
        print_json([{**named, "error": str(error)}])
    else:
        err.print(f"smallprint: {error}", style="red", markup=False)


def _print_document(file: Path, document: Document, *, explain: bool) -> None:
    out.print(f"[bold]{escape(str(file))}[/]")
    rows = [
        ("title", document.title or "-"),
        ("language", document.language or "-"),
        (
            "page",
            document.page_state.value.replace("_", " ")
            + (f": {document.page_evidence}" if document.page_evidence else ""),
        ),
        ("words", str(document.word_count)),
        ("last updated", _dated(document, "last_updated")),
        ("effective", _dated(document, "effective")),
    ]
    if document.selection_missed:
        rows.append(("selection", f"{document.selection_missed}: read automatically"))
    if explain:
        rows += [("in the markup", f"{date.value}: {date.source}") for date in document.markup_dates]
        rows += [
            ("not the date", f"{date['value']}: {date['reason']} ({date['evidence']})") for date in explained(document)
        ]
    print_table(("", ""), rows, empty="")
    typer.echo(document.text)


def _dated(document: Document, field: str) -> str:
    date = getattr(document.stated, field)
    return shown_date(date) + (f'  from "{date.evidence}"' if date is not None else "")
