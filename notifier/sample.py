"""An invented letter: what `smallprint channels test` sends."""

from datetime import UTC, datetime

from monitor.rendering.folding import fold
from monitor.rendering.telling import ToldEdit, ToldFact
from monitor.rendering.words import FOR_THE_READER
from monitor.types import Direction, Segment
from notifier.letter import Letter, subject

SUMMARY = "This is a test of the channel: the service and the change are invented."


def sample_letter() -> Letter:
    """A letter with something in every place."""
    return Letter(
        change=0,
        service="Example Service",
        policy="Example Service Privacy Policy",
        slug="example-service/privacy-policy",
        significance="substantive",
        direction="worse",
        for_the_reader=FOR_THE_READER[Direction.WORSE],
        subject=subject("substantive", "worse", "Example Service Privacy Policy", SUMMARY),
        summary=SUMMARY,
        dates=("The page still says 21 November 2021, though its words changed.",),
        silent=True,
        remarks=(),
        previous_captured_at=datetime(2026, 3, 3, 8, 0, tzinfo=UTC),
        captured_at=datetime(2026, 3, 4, 8, 0, tzinfo=UTC),
        inserted_words=7,
        deleted_words=1,
        facts=(ToldFact("Duration", "30 days", "60 days", "How long we keep it"),),
        edits=_edits(),
        edits_left_out=0,
        cosmetic_edits=1,
        rules=("a longer retention",),
        links=("https://example.com/privacy",),
    )


def _edits() -> tuple[ToldEdit, ...]:
    redline = (
        Segment("equal", "When you close your account we keep what you gave us for "),
        Segment("delete", "30"),
        Segment("insert", "60"),
        Segment("equal", " days"),
        Segment("insert", ", and share it with our partners"),
        Segment("equal", "."),
    )
    return (
        ToldEdit(
            number=1,
            section="How long we keep it",
            significance="substantive",
            direction="worse",
            topics=("retention", "sharing"),
            moved_from="",
            rule="a longer retention",
            redline=fold(redline),
        ),
    )
