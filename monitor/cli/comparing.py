"""Two states of a policy side by side: `diff`, of files without a home or of versions in one."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor import history
from monitor.cli.app import USAGE_ERROR, Place, app, place
from monitor.cli.console import err, print_json, progress
from monitor.cli.contracts import diff_json
from monitor.cli.documents import print_error, read_file
from monitor.cli.moments import moment
from monitor.cli.redlines import DocxOption, Form, HtmlOption, MarkdownOption, SideBySideOption
from monitor.cli.sightings import STATES, seen_beside
from monitor.diff.compare import compare
from monitor.diff.own_rules import take_rules_of
from monitor.errors import SmallprintError, UsageError
from monitor.policies import find
from monitor.reading import Reader
from monitor.rendering.comparison import Comparison
from monitor.rendering.words import moment_in_words
from monitor.types import Document

_VERSION = re.compile(r"(.+)@(\d{1,9}|\d{4}-\d\d-\d\d.*)")
_EXAMPLES = (
    "Examples: smallprint diff old.html new.html, smallprint diff acme/privacy-policy@2 acme/privacy-policy@2026-03-01"
)


@dataclass(frozen=True, slots=True)
class State:
    """One side of a comparison. `policy` is the policy's name, empty for a file; `whole`: known to be the whole policy."""

    document: Document
    name: str
    policy: str = ""
    seen_at: datetime | None = None
    whole: bool = False


@app.command()
def diff(
    context: typer.Context,
    old: Annotated[
        str, typer.Argument(help="The earlier file, or a version in the home: POLICY@NUMBER or POLICY@DAY.")
    ] = "",
    new: Annotated[str, typer.Argument(help="The later one.")] = "",
    pairs: Annotated[Path | None, typer.Option(help='A file with a line {"id", "old", "new"} a pair.')] = None,
    html: HtmlOption = None,
    word: DocxOption = None,
    as_markdown: MarkdownOption = False,
    side_by_side: SideBySideOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a pair.")] = False,
) -> None:
    """Compare two files, or two versions of a policy: significance, facts, the redline."""
    form = Form(html=html, docx=word, markdown=as_markdown, json=as_json, side_by_side=side_by_side)
    form.check()
    take_rules_of(place(context).home)
    if pairs is None and not (old and new):
        raise UsageError(f"two files, OLD and NEW, or --pairs FILE.jsonl were wanted. {_EXAMPLES}")
    if pairs is not None and form.is_redline:
        raise UsageError("--pairs compares many pairs, a redline is of one: leave --pairs out, or use --json.")
    wanted = [(f"{old} {new}", old, new)] if pairs is None else list(_pairs(pairs))
    with Reader() as reader:
        failed = _tell_all(
            wanted, lambda asked: _state(reader, place(context), asked, files_only=pairs is not None), form
        )
    raise typer.Exit(USAGE_ERROR if failed else 0)


def _tell_all(wanted: list[tuple[str, str, str]], state: Callable[[str], State], form: Form) -> bool:
    """Whether any pair failed; the pairs after it are still compared."""
    failed = False
    with progress("comparing") as advance:
        for done, (name, old, new) in enumerate(wanted, 1):
            advance(done, len(wanted))
            try:
                _tell(name, state(old), state(new), form)
            except SmallprintError as error:
                failed = True
                print_error({"id": name}, error, as_json=form.json)
    return failed


def _tell(name: str, old: State, new: State, form: Form) -> None:
    found = compare(old.document, new.document, whole=old.whole and new.whole)
    if form.json:
        print_json([{"id": name, **diff_json(found)}])
        return
    policy = new.policy or old.policy or new.document.title
    form.tell(Comparison(policy, old.name, new.name, old.document, new.document, found, new.seen_at))


def _state(reader: Reader, where: Place, asked: str, *, files_only: bool) -> State:
    """A file where there is one of this name, else a version."""
    version = None if files_only or Path(asked).exists() else _VERSION.fullmatch(asked)
    if version is not None:
        return _version(where, version[1], version[2])
    return State(read_file(reader, Path(asked)), Path(asked).name)


def _version(where: Place, policy: str, which: str) -> State:
    """The version of this number, or the one that was last seen up to this moment, a day's end, with what is known of it."""
    with where.read().reading() as session:
        found = find(session, policy)
        if which.isdecimal():
            version, last = history.version(session, found, int(which)), ""
        else:
            version = history.version_at(session, found, moment(which))
            last = f", last seen {moment_in_words(version.last_seen_at)}"
            err.print(f"{policy}@{which}: {seen_beside(session, version, moment(which))}", markup=False, style="yellow")
        name = f"version {version.number}, first seen {moment_in_words(version.captured_at)}{last}"
        named = "; ".join(filter(None, (name, STATES[version.state])))
        return State(version.document, named, found.name, version.captured_at, whole=version.state == "confirmed")


def _pairs(pairs: Path) -> Iterator[tuple[str, str, str]]:
    try:
        lines = pairs.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{pairs}: a UTF-8 file of pairs was wanted, it cannot be read: {error}.") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _pair(pairs, number, line)


def _pair(pairs: Path, number: int, line: str) -> tuple[str, str, str]:
    try:
        pair: dict[str, Any] = json.loads(line)
        return str(pair["id"]), str(Path(pair["old"])), str(Path(pair["new"]))
    except (ValueError, KeyError, TypeError):
        raise UsageError(
            f'{pairs}, line {number}: {{"id": ..., "old": PATH, "new": PATH}} was wanted, this came: {line[:80]}'
        ) from None
