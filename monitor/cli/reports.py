"""What happened: `checks`, `changes`, `show`."""

from typing import Annotated

import typer
from rich.markup import escape

from monitor import history
from monitor.cli.app import app, place
from monitor.cli.console import coloured, day, out, print_json
from monitor.cli.contracts import change_json, check_json
from monitor.cli.redlines import DocxOption, Form, HtmlOption, MarkdownOption, SideBySideOption, comparison_of
from monitor.models import Change
from monitor.policies import find
from monitor.rendering.words import date_sentences
from notifier.letter import write_letter
from notifier.text import letter_text

PolicyOption = Annotated[str, typer.Option("--policy", help="Only this one: slug, address, or part of the name.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command()
def checks(
    context: typer.Context,
    policy: PolicyOption = "",
    limit: Annotated[int | None, typer.Option(help="The newest so many.", min=1, max=2**31 - 1)] = None,
    as_json: JsonOption = False,
) -> None:
    """The checks made, oldest first, and what each came to."""
    with place(context).read().reading() as session:
        wanted = find(session, policy) if policy else None
        found = history.checks(session, wanted, limit, fetches=as_json)
        if as_json:
            print_json(check_json(check) for check in found)
            return
        shown = list(found)
        if not shown:
            out.print("No check was made yet. Start with `smallprint run`.")
        for check in shown:
            out.print(
                f"{day(check.captured_at)}  {check.outcome:<12}  {check.policy.slug}  ({check.via}) {check.reason}",
                markup=False,
            )


@app.command()
def changes(
    context: typer.Context,
    policy: PolicyOption = "",
    withdrawn: Annotated[bool, typer.Option("--all", help="Withdrawn ones too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """The changes found, oldest first."""
    with place(context).read().reading() as session:
        found = history.changes(session, find(session, policy) if policy else None, withdrawn=withdrawn)
        if as_json:
            print_json(change_json(change) for change in found)
            return
        if not found:
            out.print("No change was found yet.")
        for change in found:
            _print_change_line(change)


@app.command()
def show(
    context: typer.Context,
    change: Annotated[int, typer.Argument(help="The change's number.")],
    html: HtmlOption = None,
    word: DocxOption = None,
    as_markdown: MarkdownOption = False,
    side_by_side: SideBySideOption = False,
    as_json: JsonOption = False,
) -> None:
    """One change in full: what it is worth, the dates, the facts, the redline."""
    form = Form(html=html, docx=word, markdown=as_markdown, json=as_json, side_by_side=side_by_side)
    form.check()
    with place(context).read().reading() as session:
        found = history.change(session, change)
        if as_json:
            print_json([{**change_json(found), "not_read": history.not_read(session, found)}])
        elif form.is_redline:
            form.tell(comparison_of(found))
        else:
            out.print(letter_text(write_letter(found, complete=True)), markup=False)
            for words in history.not_read(session, found):
                out.print(f"Not read at this check, its earlier text stands: {words}", markup=False, style="yellow")


def _print_change_line(change: Change) -> None:
    heading = (
        f"{change.id:>4}  {day(change.captured_at)}  {coloured(change.significance)}"
        f"{'  silent' if change.diff.silent else ''}{'' if change.status == 'confirmed' else f'  {change.status}'}  {escape(change.policy.slug)}"
    )
    out.print(heading)
    out.print(f"      {change.diff.summary}", markup=False)
    for sentence in date_sentences(change.diff):
        out.print(f"      {sentence}", markup=False, style="dim")
