"""The JSON forms that programs rely on: what `extract`, `diff`, `changes` and `checks` print with --json."""

from pathlib import Path
from typing import Any

from monitor.cli.console import stamp
from monitor.models import Change, Check, Fetch, Policy, Version
from monitor.policies import sources_at
from monitor.types import DateMove, Document, DocumentDiff, Edit, MachineText, StatedDate


def document_json(file: Path, document: Document) -> dict[str, Any]:
    return {
        "file": str(file),
        "title": document.title,
        "language": document.language,
        "page_state": document.page_state.value,
        "page_evidence": document.page_evidence,
        "selection_missed": document.selection_missed,
        "words": document.word_count,
        "stated": stated_json(document),
        "text": document.text,
        "blocks": [
            {
                "kind": block.kind.value,
                "text": block.text,
                "level": block.level,
                "number": block.number,
                "links": list(block.links),
            }
            for block in document.blocks
        ],
    }


def stated_json(document: Document) -> dict[str, Any]:
    """A date is `YYYY-MM-DD`, `YYYY-MM`, `YYYY` or null; what else is to be said of it stands under the field's name.

    `markup` are the dates of the page's markup, which are not the policy's.
    """
    dates = {"last_updated": document.stated.last_updated, "effective": document.stated.effective}
    return {
        **{field: date.value if date else None for field, date in dates.items()},
        "evidence": {field: date.evidence for field, date in dates.items() if date},
        "block": {field: date.block for field, date in dates.items() if date},
        "precision": {field: date.precision for field, date in dates.items() if date},
        "confidence": {field: date.confidence for field, date in dates.items() if date},
        "alternatives": {field: list(date.alternatives) for field, date in dates.items() if date and date.alternatives},
        "markup": [{"source": date.source, "value": date.value} for date in document.markup_dates],
    }


def explained(document: Document) -> list[dict[str, Any]]:
    """Every date seen that is not the policy's, and why not."""
    return [
        {
            "value": date.value,
            "precision": date.precision,
            "evidence": date.evidence,
            "block": date.block,
            "reason": date.reason,
        }
        for date in document.stated.rejected
    ]


def shown_date(date: StatedDate | None) -> str:
    """For people: both readings when day and month could not be told apart."""
    if date is None:
        return "-"
    return " or ".join(dict.fromkeys((date.value, *date.alternatives))) + (
        "" if date.confidence == "high" else " (unsure)"
    )


def diff_json(diff: DocumentDiff) -> dict[str, Any]:
    return {
        "capture": diff.capture,
        "significance": diff.significance.word,
        "topics": list(diff.topics),
        "direction": diff.direction.value,
        "confidence": diff.confidence,
        "facts": [
            {"type": fact.type, "old": fact.old, "new": fact.new, "section": fact.section} for fact in diff.facts
        ],
        "moved": list(diff.moved),
        "stated": {"last_updated": _move_json(diff.last_updated), "effective": _move_json(diff.effective)},
        "silent": diff.silent,
        "date_only": diff.date_only,
        "marked_characters": diff.marked_characters,
        "summary": diff.summary,
        "edits": [_edit_json(edit) for edit in diff.edits],
    }


def change_json(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "policy": change.policy.slug,
        "url": _url(change.policy),
        "sources": [source.url for source in sources_at(change.policy, change.captured_at)],
        "captured_at": stamp(change.captured_at),
        "previous_captured_at": stamp(change.previous_captured_at),
        "status": change.status,
        "confirmed_at": stamp(change.confirmed_at),
        "version": change.version.number,
        "previous_version": change.previous_version.number,
        "return_of": change.return_of,
        "machine_text": _machine_text_json(change.machine_text),
        **diff_json(change.diff),
    }


def version_json(version: Version) -> dict[str, Any]:
    return {
        "policy": version.policy.slug,
        "version": version.number,
        "state": version.state,
        "technical": version.technical,
        "captured_at": stamp(version.captured_at),
        "last_seen_at": stamp(version.last_seen_at),
        "extractor_version": version.extractor_version,
        "title": version.document.title,
        "language": version.document.language,
        "words": version.document.word_count,
        "stated": stated_json(version.document),
        "snapshots": [part.snapshot.frame.sha256 for part in version.sources],
    }


def check_json(check: Check) -> dict[str, Any]:
    """`final_url` and `canonical_url` are those of the first source; `pages` has all that were fetched, in their order."""
    places = {source.id: source for source in check.policy.sources}
    final = sorted(
        (fetch for fetch in check.fetches if fetch.final), key=lambda fetch: places[fetch.source_id].position
    )
    pages = [_page_json(places[fetch.source_id].url, fetch) for fetch in final]
    return {
        "policy": check.policy.slug,
        "url": _url(check.policy),
        "captured_at": stamp(check.captured_at),
        "outcome": check.outcome,
        "page_state": check.page_state,
        "reason": check.reason,
        "via": check.via,
        "final_url": pages[0]["final_url"] if pages else None,
        "canonical_url": pages[0]["canonical_url"] if pages else None,
        "pages": pages,
    }


def _page_json(url: str, fetch: Fetch) -> dict[str, Any]:
    return {
        "url": url,
        "final_url": fetch.snapshot.final_url if fetch.snapshot is not None else None,
        "canonical_url": fetch.canonical_url or None,
        "moved_to": fetch.moved_to or None,
        "page_state": fetch.page_state,
        "via": fetch.via,
    }


def _url(policy: Policy) -> str | None:
    return next((source.url for source in policy.sources if source.retired_at is None), None)


def _machine_text_json(text: MachineText | None) -> dict[str, str] | None:
    return None if text is None else {"model": text.model, "text": text.text}


def _move_json(move: DateMove) -> dict[str, Any]:
    """`alternatives` holds all readings of a side that could be read in two ways; `rendered` when the date is always today's."""
    undecided = {"old": list(move.old_alternatives), "new": list(move.new_alternatives)}
    alternatives = {side: readings for side, readings in undecided.items() if readings}
    return {
        "old": move.old,
        "new": move.new,
        **({"alternatives": alternatives} if alternatives else {}),
        **({"rendered": True} if move.rendered else {}),
    }


def _edit_json(edit: Edit) -> dict[str, Any]:
    return {
        "kind": edit.kind.value,
        "section": edit.section,
        "old": edit.old,
        "new": edit.new,
        "segments": [[segment.op, segment.text] for segment in edit.segments],
        "significance": edit.significance.word,
        "rule": edit.rule,
        "topics": list(edit.topics),
        "direction": edit.direction.value,
        "moved_from": edit.moved_from,
    }
