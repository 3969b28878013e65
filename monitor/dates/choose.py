"""Of all claims on a page, the ones that are the policy's: when it was last changed, and since when it applies."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.dates.labels import Kind
from monitor.dates.sections import ENTRY_KINDS
from monitor.dates.verdict import Claim, Place

_CHANGED = frozenset({Kind.LAST_UPDATED, Kind.UPDATED})
_CHANGED_ONCE = frozenset({Kind.UPDATED})
_MADE = frozenset({Kind.VERSION, Kind.PUBLISHED})
_SAME_RUN_LINES = 40


@dataclass(frozen=True, slots=True)
class Chosen:
    """The claims that won."""

    last_updated: Claim | None
    effective: Claim | None


def choose(claims: Sequence[Claim]) -> Chosen:
    """The page's own dates: the labelled ones; without them, the newest entry of a list of changes; else a bare date."""
    effective = _first([claim for claim in claims if Kind.EFFECTIVE in claim.kinds])
    changed = _first([claim for claim in claims if claim.kinds & _CHANGED])
    made = _first([claim for claim in claims if claim.kinds & _MADE])
    entries = [claim for claim in claims if claim.entry]
    labelled = made if _outranks(made, changed) else changed
    last_updated = _newest_of_its_rows(labelled, claims) or _newest([*entries, made] if made else entries)
    if last_updated is None and effective is None:
        last_updated = _first([claim for claim in claims if claim.bare])
    if last_updated and effective and _is_of_another_section(effective, last_updated):
        return Chosen(last_updated, None)
    if last_updated and effective and _is_of_another_section(last_updated, effective):
        return Chosen(None, effective)
    return Chosen(last_updated, effective)


def _is_of_another_section(claim: Claim, other: Claim) -> bool:
    """A label on its own line deep in the page, below a dated head, dates the section that it stands in."""
    return claim.place is Place.BODY and other.place is Place.HEAD and not claim.names_policy


def _first(claims: Sequence[Claim]) -> Claim | None:
    """The clearest claim in the most telling place; of equals, and of those that use the same words, the first: sections
    and documents further down have dates of their own.
    """
    clearest = min(claims, key=_rank, default=None)
    if clearest is None or clearest.bare:
        return clearest
    alike = (claim for claim in claims if claim.sure and claim.context.before.tokens == clearest.context.before.tokens)
    return min((clearest, *alike), key=lambda claim: claim.context.line.row)


def _rank(claim: Claim) -> tuple[int, int, int]:
    doubts = (not claim.sure) + (claim.place is Place.BODY)
    return doubts, claim.place, claim.context.line.row


def _outranks(made: Claim | None, changed: Claim | None) -> bool:
    """A version named at the head beats an update told somewhere in the body."""
    return made is not None and changed is not None and made.place is Place.HEAD and changed.place is Place.BODY


def _newest(claims: Sequence[Claim]) -> Claim | None:
    return max(claims, key=lambda claim: claim.decided.value, default=None)


def _newest_of_its_rows(chosen: Claim | None, claims: Sequence[Claim]) -> Claim | None:
    """When the claim is one of several dated rows of a table or a list: the newest row's."""
    if chosen is None:
        return None
    if chosen.context.line.kind not in ENTRY_KINDS:
        return _newest_of_its_lines(chosen, claims)
    rows = [claim for claim in claims if claim.kinds & (_CHANGED | _MADE) and _in_same_run(claim, chosen)]
    return _newest(rows)


def _newest_of_its_lines(chosen: Claim, claims: Sequence[Claim]) -> Claim:
    """When several statements in a row say alike when the text was changed, on a line or on lines below each other: the newest."""
    newest, last_row = chosen, chosen.context.line.row
    for claim in claims:
        if claim.kinds == chosen.kinds == _CHANGED_ONCE and 0 <= claim.context.line.row - last_row <= 1:
            last_row = claim.context.line.row
            newest = max(newest, claim, key=lambda claim: claim.decided.value)
    return newest


def _in_same_run(claim: Claim, chosen: Claim) -> bool:
    near = abs(claim.context.line.row - chosen.context.line.row) <= _SAME_RUN_LINES
    return near and claim.context.line.kind is chosen.context.line.kind
