"""Rows and values to tell about, invented."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select

from monitor.database import Database
from monitor.models import Alert, Change, Message, Policy, Service, Source, Version
from monitor.types import (
    Block,
    BlockKind,
    DateMove,
    Direction,
    Document,
    DocumentDiff,
    Edit,
    EditKind,
    Fact,
    Segment,
    Significance,
)

START = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
_NUMBERS = count(1)

KEPT_LONGER = Edit(
    kind=EditKind.REPLACE,
    section="Your account > How long we keep it",
    old="We keep your files for 30 days after you close your account.",
    new="We keep your files for 60 days after you close your account.",
    segments=(
        Segment("equal", "We keep your files for "),
        Segment("delete", "30"),
        Segment("insert", "60"),
        Segment("equal", " days after you close your account."),
    ),
    significance=Significance.SUBSTANTIVE,
    rule="longer retention",
    topics=("retention",),
    direction=Direction.WORSE,
)
STRAIGHT_QUOTES = Edit(
    EditKind.REPLACE,
    "Words",
    "“us”",
    '"us"',
    (Segment("delete", "“us”"), Segment("insert", '"us"')),
    Significance.COSMETIC,
    "typography",
)


def edit(*runs: tuple[str, str], section: str = "Terms", significance: Significance = Significance.MINOR) -> Edit:
    segments = tuple(Segment(op, text) for op, text in runs)
    old = "".join(text for op, text in runs if op != "insert")
    new = "".join(text for op, text in runs if op != "delete")
    return Edit(EditKind.REPLACE, section, old, new, segments, significance, "a rule")


def a_diff(**parts: object) -> DocumentDiff:
    """A silent substantive change; `parts` replace what is given."""
    usual = DocumentDiff(
        capture="ok",
        significance=Significance.SUBSTANTIVE,
        topics=("retention",),
        direction=Direction.WORSE,
        facts=(Fact("duration", "30 days", "60 days", "How long we keep it"),),
        moved=(),
        last_updated=DateMove("2021-11-21", "2021-11-21"),
        effective=DateMove(None, None),
        silent=True,
        marked_characters=4,
        summary="files are kept for 60 days instead of 30",
        edits=(KEPT_LONGER, STRAIGHT_QUOTES),
    )
    return replace(usual, **parts)


def a_change(
    diff: DocumentDiff | None = None, *, service: str = "Acme", terms_type: str = "Privacy Policy", number: int = 7
) -> Change:
    """A change that is in no database."""
    slug = f"{service.lower().replace(' ', '-')}/{terms_type.lower().replace(' ', '-')}"
    policy = Policy(
        slug=slug,
        terms_type=terms_type,
        interval_seconds=86400,
        created_at=START,
        next_check_at=START,
        state={},
        browser="auto",
    )
    policy.service = Service(slug=slug.split("/", maxsplit=1)[0], name=service)
    policy.sources = [
        Source(position=0, url="https://acme.example/privacy?a=1&b=2"),
        Source(position=1, url="https://acme.example/old", retired_at=START),
    ]
    content = diff or a_diff()
    return Change(
        id=number,
        policy=policy,
        status="confirmed",
        captured_at=START,
        previous_captured_at=START - timedelta(days=1),
        confirmed_at=START,
        significance=content.significance.word,
        diff=content,
    )


def add_alerts(
    database: Database, *channels: str, changes: int = 1, diff: DocumentDiff | None = None, service: str = "Acme"
) -> None:
    """Changes of a policy of their own, each with an alert for each channel."""
    for _ in range(changes):
        number = next(_NUMBERS)
        change = a_change(diff, service=service, number=number)
        change.policy.slug = f"{change.policy.slug}-{number}"
        change.policy.service.slug = f"{change.policy.service.slug}-{number}"
        change.version, change.previous_version = _version(change.policy, 2), _version(change.policy, 1)
        with database.writing() as session:
            session.add(change)
            session.add_all(Alert(change=change, channel=channel, created_at=START) for channel in channels)


def _version(policy: Policy, number: int) -> Version:
    document = Document("Terms", "en", (Block(BlockKind.PARAGRAPH, "words"),), "words")
    return Version(
        policy=policy,
        number=number,
        state="confirmed",
        captured_at=START,
        last_seen_at=START,
        extractor_version="1",
        fingerprint=str(number),
        document=document,
    )


def messages(database: Database) -> list[Message]:
    with database.reading() as session:
        found = list(session.scalars(select(Message).order_by(Message.created_at, Message.id)))
        for message in found:
            assert message.deliveries is not None
        return found
