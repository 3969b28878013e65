"""What a reading means for its policy: the decision, and by what the page is read from now on."""

from dataclasses import replace

from monitor.checks import CheckReading
from monitor.decide.lost import SourceAnswer, followed, with_lost
from monitor.decide.selections import noted, took_page
from monitor.decide.state import PolicyState, Wording, with_version
from monitor.decide.step import step
from monitor.decide.wording import fingerprint
from monitor.reading import Reader
from monitor.types import Outcome
from monitor.versions import Judgement


def judge(reader: Reader, reading: CheckReading) -> Judgement:
    """Decide what a reading means. Documents are compared within the reader's limits: two hostile ones take long."""
    before, evidence = reading.state, reading.evidence
    if reading.base_upgrade is not None and fingerprint(reading.base_upgrade) != reading.base_fingerprint:
        before = with_version(before, fingerprint(reading.base_upgrade))
        evidence = replace(evidence, base_number=before.version)
    if evidence.document is None:  # there is nothing to compare
        decision, after = step(before, evidence)
    else:
        decision, after = reader.run(step, _known_as_read(before, reading), evidence)
    return _judge_sources(_judge_selections(Judgement(reading, decision, before, after)))


def _judge_sources(judgement: Judgement) -> Judgement:
    """Keep and tell which sources of several are lost."""
    reading, known = judgement.reading, judgement.reading.state.lost
    answers = [
        SourceAnswer(source.source_id, source.url, source.fetch_id is not None, source.problem, source.text_at)
        for source in reading.asked
    ]
    lost = followed(known, answers, reading.captured_at)
    decision, lost = with_lost(judgement.decision, known, lost, some_read=reading.evidence.in_part)
    return replace(judgement, decision=decision, after=replace(judgement.after, lost=lost))


def _known_as_read(state: PolicyState, reading: CheckReading) -> PolicyState:
    """The wording in force, read as the new page has to be read, is no other wording."""
    alike, base = reading.alike, reading.evidence.base
    if alike is None or base is None or alike.ways == alike.base_ways or state.version_of(fingerprint(base)):
        return state
    return replace(state, wordings=(*state.wordings, Wording(fingerprint(base), reading.evidence.base_number)))


def _judge_selections(judgement: Judgement) -> Judgement:
    """Keep and tell which selections miss. A page that its selection matches again is read by it from now on."""
    reading, decision, after, alike = judgement.reading, judgement.decision, judgement.after, judgement.reading.alike
    known = reading.state.missed
    missed = reading.missed if alike is not None and took_page(decision) else known
    after = replace(after, missed=missed)
    decision = noted(decision, known, missed)
    same = decision.outcome is Outcome.UNCHANGED and decision.return_of is None and not decision.technical
    if alike is not None and same and alike.own != alike.ways:
        evidence = replace(reading.evidence, document=alike.own_document)
        reading = replace(reading, evidence=evidence, alike=replace(alike, ways=alike.own))
        decision, after = replace(decision, technical=True), with_version(after, fingerprint(alike.own_document))
    return Judgement(reading, decision, judgement.before, after)
