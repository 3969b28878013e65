"""`search`: words over all versions of all policies; `search --first`: when a sentence appeared, and when it last stood."""

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Annotated, Any

import typer
from rich.text import Text
from sqlalchemy.orm import Session

from monitor.cli.app import app, place
from monitor.cli.console import day, err, out, print_json, stamp
from monitor.errors import UsageError
from monitor.policies import find
from monitor.rendering.cleaning import clean, one_line, shorten
from monitor.search import sentences
from monitor.search.searching import Found, Hit, policies_of, search
from monitor.search.sought import Snippet, terms, typed
from monitor.search.spans import Span

HIT_STYLE = "bold yellow"
TEXT_CHARACTERS = 2_000


@app.command("search", context_settings={"ignore_unknown_options": True})
def search_versions(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help='Words that must all occur; "words in a row"; a beginning* of a word; -word: must not occur.'
        ),
    ] = None,
    first: Annotated[str, typer.Option("--first", metavar="SENTENCE", help="When was it first seen, when last?")] = "",
    policy: Annotated[str, typer.Option("--policy", help="Only this one: slug, address, or part of the name.")] = "",
    service: Annotated[str, typer.Option("--service", help="Only this service's policies.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many passages.", min=1, max=10_000)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a passage, or a policy.")] = False,
) -> None:
    """Find words in all versions of all policies, with the time that each passage was seen; those of the newest version first."""
    if bool(words) == bool(first):
        raise UsageError("words to look for, or --first and a sentence, were wanted: give the one or the other.")
    with place(context).database().reading() as session:
        among = _among(session, policy, service)
        if first:
            _tell_sentence(session, first, among, limit, as_json=as_json)
            return
        found = search(session, terms(typed(words or [])), among, limit)
        if as_json:
            print_json(_hit_json(hit) for hit in found.hits)
        else:
            _print_found(found)


def _among(session: Session, policy: str, service: str) -> Collection[int] | None:
    if policy and service:
        raise UsageError(
            "--policy or --service was wanted, both came: a policy has one service, so leave --service out."
        )
    if policy:
        return [find(session, policy).id]
    return policies_of(session, service) if service else None


def _print_found(found: Found) -> None:
    if not found.hits:
        out.print("No confirmed version has a passage with these words.")
    for _, group in groupby(found.hits, key=lambda hit: hit.policy.id):
        hits = list(group)
        out.print(Text.assemble((clean(hits[0].policy.name), "bold"), f"  ({hits[0].policy.slug})"))
        for hit in hits:
            out.print(Text(f"  {'; '.join(map(_span_words, hit.spans))}", style="green" if hit.stands else "dim"))
            out.print(Text("    ").append_text(_marked(hit.snippet)))
        out.print()
    if found.total > len(found.hits):
        err.print(f"{len(found.hits)} of {found.total:,} passages; --limit shows more, --policy and --service fewer.")


def _marked(snippet: Snippet) -> Text:
    before, after = ("…" if cut else "" for cut in snippet.cut)
    runs = ((clean(text).replace("\n", " "), HIT_STYLE if hit else "") for text, hit in snippet.runs)
    return Text.assemble(before, *runs, after)


def _span_words(span: Span) -> str:
    """`stood in versions 1 to 3, first seen 2026-03-01 08:00Z, last seen ...; gone in version 4, first seen ...`"""
    first, last = span.first, span.last
    versions = f"version {first.number}" if first == last else f"versions {first.number} to {last.number}"
    seen = f"first seen {day(first.first_seen_at)}, last seen {day(last.last_seen_at)}"
    if span.after is None:
        return f"stands in the newest confirmed version: {versions}, {seen}"
    gone = "not read" if span.after.technical else "gone"
    return f"stood in {versions}, {seen}; {gone} in version {span.after.number}, first seen {day(span.after.first_seen_at)}"


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "policy": hit.policy.slug,
        "snippet": hit.snippet.marked,
        "text": hit.text,
        **_spans_json(hit.spans),
    }


def _spans_json(spans: Sequence[Span]) -> dict[str, Any]:
    return {
        "stands": spans[-1].stands,
        "first_seen_at": stamp(spans[0].first.first_seen_at),
        "last_seen_at": stamp(spans[-1].last.last_seen_at),
        "spans": [_span_json(span) for span in spans],
    }


def _span_json(span: Span) -> dict[str, Any]:
    """`absent_at`: when the page was last seen without it, before it came; `gone_at`: first seen without it, after."""
    return {
        "first_version": span.first.number,
        "last_version": span.last.number,
        "absent_at": stamp(span.absent_at),
        "first_seen_at": stamp(span.first.first_seen_at),
        "last_seen_at": stamp(span.last.last_seen_at),
        "gone_at": stamp(span.gone_at),
    }


def _tell_sentence(
    session: Session, sentence: str, among: Collection[int] | None, limit: int, *, as_json: bool
) -> None:
    found = sentences.stood(session, sentence, among)
    near = sentences.nearest(session, sentence, among) if not found else None
    if as_json:
        print_json(_stood_json(one, None) for one in found[:limit])
        if near is not None:
            print_json([_stood_json(near.stood, near.likeness)])
        return
    for one in found[:limit]:
        _print_stood(one, "The sentence" if one.whole else "A longer sentence, which may say something else")
    if len(found) > limit:
        err.print(f"{limit} of {len(found):,} sentences; --limit shows more, --policy and --service fewer.")
    if near is not None:
        out.print("No confirmed version has these words in a row in one passage.\n")
        _print_stood(near.stood, f"The nearest passage that was found, {near.likeness:.0f} % like it")
    elif not found:
        out.print("No confirmed version has these words in a row in one passage, and no passage like it was found.")


def _stood_json(stood: sentences.Stood, likeness: float | None) -> dict[str, Any]:
    """`likeness` of 100 when the text is only near the sentence, null when it has it word for word; `whole`: and nothing else."""
    return {
        "policy": stood.policy.slug,
        "whole": stood.whole,
        "likeness": None if likeness is None else round(likeness, 1),
        "text": stood.text,
        **_spans_json(stood.spans),
    }


def _print_stood(stood: sentences.Stood, what: str) -> None:
    out.print(Text.assemble((clean(stood.policy.name), "bold"), f"  ({stood.policy.slug})"))
    out.print(f"  {what}:\n    {shorten(one_line(stood.text), TEXT_CHARACTERS)}", markup=False)
    for span in stood.spans:
        for line in _span_lines(span):
            out.print(f"  {line}", markup=False)
    out.print()


def _span_lines(span: Span) -> tuple[str, str]:
    first, last = span.first, span.last
    return (
        f"first seen  {day(first.first_seen_at)}  in version {first.number}{_before(span)}",
        f"last seen   {day(last.last_seen_at)}  in version {last.number}{_after(span)}",
    )


def _before(span: Span) -> str:
    if span.before is None:
        return ", the first that is archived: it may be older"
    if span.first.technical:
        return f", from which on the page is read in another way: it may be older, though version {span.before.number} lacks it"
    return f"; version {span.before.number}, last seen {day(span.before.last_seen_at)}, did not have it"


def _after(span: Span) -> str:
    if span.after is None:
        return ", the newest that is confirmed"
    if span.after.technical:
        return f"; from version {span.after.number} on the page is read in another way: it may have stood longer"
    return f"; version {span.after.number}, first seen {day(span.after.first_seen_at)}, did not have it"
