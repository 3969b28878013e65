"""Two documents -> everything there is to say about their difference."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.diff import direction, topics
from monitor.diff.align import Pairing, align
from monitor.diff.capture import capture_state
from monitor.diff.facts import find_facts
from monitor.diff.furniture import is_set_aside
from monitor.diff.page import Page
from monitor.diff.redline import marked_characters, redline
from monitor.diff.revision import Revision, kind_of, revise, section_of, text_of
from monitor.diff.significance import Verdict, judge
from monitor.diff.stated import date_verdict, effective_move, is_silent, last_updated_move
from monitor.diff.summary import summarize, summarize_capture
from monitor.types import Direction, Document, DocumentDiff, Edit, EditKind, Significance

READ_LANGUAGES = frozenset({"en", "fr", "de", "es", "it"})
"""Languages whose words the rules know; of others they know figures, dates, addresses and what is the same."""

# All words of the page in their old order, only cut into blocks in another way.
_REWRAPPED = Verdict("rewrapped", Significance.COSMETIC)


@dataclass(frozen=True, slots=True)
class Judged:
    """A revision with its verdict and, from editorial on, with the evidence for topics and direction."""

    revision: Revision
    verdict: Verdict
    topics: topics.Weights
    direction: Counter[Direction]

    @property
    def size(self) -> int:
        return len(self.revision.changed_words)


def compare(old: Document, new: Document, *, whole: bool = False) -> DocumentDiff:
    """The difference of two documents. Deterministic; `compare(a, a)` has significance none and no edits.

    `whole`: both are known to be whole pages of the policy, so that even a cut by half is judged and not called broken.
    """
    before, after = Page(old, new), Page(new, old)
    pairings = align(before.side, after.side)
    changed = [pairing for pairing in pairings if _differs(pairing, before, after)]
    capture = "ok" if whole else capture_state(before, after)
    if capture != "ok":
        return _failed(capture, changed, before, after)
    redressed = any(_is_redressed(pairing, before, after) for pairing in set(pairings).difference(changed))
    return _told(changed, before, after, Significance.COSMETIC if redressed else Significance.NONE)


def _differs(pairing: Pairing, old: Page, new: Page) -> bool:
    return pairing.moved or text_of(old, pairing.old) != text_of(new, pairing.new)


def _is_redressed(pairing: Pairing, old: Page, new: Page) -> bool:
    """The same text with another number, kind, level or link."""
    return [old.blocks[k] for k in pairing.old] != [new.blocks[k] for k in pairing.new]


def _told(pairings: Sequence[Pairing], old: Page, new: Page, least: Significance) -> DocumentDiff:
    revisions = [revise(pairing, old, new) for pairing in pairings]
    if old.flat_words == new.flat_words:
        judged = [Judged(revision, _REWRAPPED, {}, Counter()) for revision in revisions]
    else:
        judged = [_judged(revision, old.document, new.document) for revision in revisions]
    edits = tuple(map(_edit, judged))
    significance = max([least, *(one.verdict.level for one in judged)])
    telling = [one for one in judged if one.verdict.level >= Significance.MINOR]
    facts = find_facts([(one.revision, one.verdict.level) for one in judged], old, new)
    named = topics.name_topics(topics.overall(one.topics for one in telling), sum(one.size for one in telling))
    silent = is_silent(significance, old.document, new.document)
    last_updated, effective = last_updated_move(old.document, new.document), effective_move(old.document, new.document)
    return DocumentDiff(
        capture="chrome" if edits and significance is Significance.NONE else "ok",
        significance=significance,
        topics=named,
        direction=direction.overall(one.direction for one in telling),
        facts=facts,
        moved=tuple(edit.new or "" for edit in edits if edit.kind is EditKind.MOVE),
        last_updated=last_updated,
        effective=effective,
        silent=silent,
        marked_characters=sum(marked_characters(edit.segments) for edit in edits),
        summary=summarize(significance, edits, facts, named, (last_updated, effective), silent=silent),
        edits=edits,
        hardly_read=_hardly_read(new.document.language),
    )


def _hardly_read(language: str | None) -> str:
    base = (language or "").partition("-")[0]
    return base if base and base not in READ_LANGUAGES else ""


def _judged(revision: Revision, old: Document, new: Document) -> Judged:
    verdict = judge(revision) if is_set_aside(revision) else date_verdict(revision, old, new) or judge(revision)
    if verdict.level < Significance.EDITORIAL:
        return Judged(revision, verdict, {}, Counter())
    return Judged(revision, verdict, topics.weigh(revision), direction.weigh(revision))


def _edit(judged: Judged) -> Edit:
    revision = judged.revision
    return Edit(
        kind=revision.kind,
        section=revision.section,
        old=revision.old or None,
        new=revision.new or None,
        segments=revision.segments,
        significance=judged.verdict.level,
        rule=judged.verdict.rule,
        topics=topics.name_topics(judged.topics, judged.size),
        direction=direction.direction_of(judged.direction),
        moved_from=revision.old_section if revision.kind is EditKind.MOVE else None,
        old_at=revision.pairing.old,
        new_at=revision.pairing.new,
    )


def _failed(capture: str, pairings: Sequence[Pairing], old: Page, new: Page) -> DocumentDiff:
    """A page that broke or came back: every edit is still there, none is a change of the policy."""
    edits = tuple(_unjudged(capture, pairing, old, new) for pairing in pairings)
    return DocumentDiff(
        capture=capture,
        significance=Significance.NONE,
        topics=(),
        direction=Direction.NEUTRAL,
        facts=(),
        moved=(),
        last_updated=last_updated_move(old.document, new.document),
        effective=effective_move(old.document, new.document),
        silent=False,
        marked_characters=sum(marked_characters(edit.segments) for edit in edits),
        summary=summarize_capture(capture, old.document.word_count, new.document.word_count),
        edits=edits,
    )


def _unjudged(capture: str, pairing: Pairing, old: Page, new: Page) -> Edit:
    before, after = text_of(old, pairing.old), text_of(new, pairing.new)
    return Edit(
        kind=kind_of(pairing),
        section=section_of(pairing, old, new),
        old=before or None,
        new=after or None,
        segments=redline(before, after),
        significance=Significance.NONE,
        rule=f"capture {capture}",
        moved_from=section_of(Pairing(pairing.old, ()), old, new) if pairing.moved else None,
        old_at=pairing.old,
        new_at=pairing.new,
    )
