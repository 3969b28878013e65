"""Files read without a home: `extract` and `diff`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.text import Text

from monitor.cli.app import USAGE_ERROR, app
from monitor.cli.console import coloured, err, out, print_json, print_table, progress
from monitor.cli.contracts import diff_json, document_json, explained, shown_date
from monitor.diff.compare import compare
from monitor.errors import ReadingError, SmallprintError, UsageError
from monitor.reading import Reader
from monitor.types import Document, DocumentDiff, Edit, Selection

STYLES = {"insert": "underline green", "delete": "strike red", "equal": ""}
MARKS = {"insert": "{+%s+}", "delete": "[-%s-]", "equal": "%s"}


@app.command()
def extract(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="HTML, PDF, Markdown or text.")],
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
                _print_error({"file": str(file)}, error, as_json=as_json)
                continue
            if as_json:
                print_json(
                    [{**document_json(file, document), **({"rejected": explained(document)} if explain else {})}]
                )
            else:
                _print_document(file, document, explain=explain)
    raise typer.Exit(USAGE_ERROR if failed else 0)


@app.command()
def diff(
    old: Annotated[Path | None, typer.Argument(help="The earlier file.")] = None,
    new: Annotated[Path | None, typer.Argument(help="The later file.")] = None,
    pairs: Annotated[Path | None, typer.Option(help='A file with a line {"id", "old", "new"} a pair.')] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a pair.")] = False,
) -> None:
    """Compare two files as policies: significance, facts, the redline."""
    if pairs is None and (old is None or new is None):
        raise UsageError(
            "two files, OLD and NEW, or --pairs FILE.jsonl were wanted. Example: smallprint diff old.html new.html"
        )
    failed = False
    wanted = list(_pairs(pairs, old, new))
    with Reader() as reader, progress("comparing") as advance:
        for done, (name, old_file, new_file) in enumerate(wanted, 1):
            advance(done, len(wanted))
            try:
                found = compare(read_file(reader, old_file), read_file(reader, new_file))
            except SmallprintError as error:
                failed = True
                _print_error({"id": name}, error, as_json=as_json)
                continue
            if as_json:
                print_json([{"id": name, **diff_json(found)}])
            else:
                _print_diff(found)
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


def _print_error(named: dict[str, str], error: SmallprintError, *, as_json: bool) -> None:
    """A line in the answer's place; the files after it are still read."""
    if as_json:
        print_json([{**named, "error": str(error)}])
    else:
        err.print(f"smallprint: {error}", style="red", markup=False)


def _pairs(pairs: Path | None, old: Path | None, new: Path | None) -> Iterator[tuple[str, Path, Path]]:
    if pairs is None:
        assert old is not None
        assert new is not None
        yield f"{old} {new}", old, new
        return
    try:
        lines = pairs.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{pairs}: a UTF-8 file of pairs was wanted, it cannot be read: {error}.") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _pair(pairs, number, line)


def _pair(pairs: Path, number: int, line: str) -> tuple[str, Path, Path]:
    try:
        pair: dict[str, Any] = json.loads(line)
        return str(pair["id"]), Path(pair["old"]), Path(pair["new"])
    except (ValueError, KeyError, TypeError):
        raise UsageError(
            f'{pairs}, line {number}: {{"id": ..., "old": PATH, "new": PATH}} was wanted, this came: {line[:80]}'
        ) from None


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


def _print_diff(found: DocumentDiff) -> None:
    out.print(f"{coloured(found.significance.word)}  {escape(found.summary)}")
    if found.facts:
        print_table(
            ("fact", "old", "new", "section"),
            ((fact.type, fact.old or "-", fact.new or "-", fact.section) for fact in found.facts),
            empty="",
        )
    for edit in found.edits:
        _print_edit(edit)


def _print_edit(edit: Edit) -> None:
    out.print(f"\n[dim]{escape(edit.section)}[/]  {edit.kind.value}, {edit.significance.word} ({escape(edit.rule)})")
    line = Text()
    for segment in edit.segments:
        line.append(MARKS[segment.op] % segment.text, style=STYLES[segment.op])
    out.print(line)
