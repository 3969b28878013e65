"""The outbox: alerts become messages, messages are sent and sent again until they are taken or out of attempts.

Every step is committed before the next: a process that dies leaves its message to whoever comes after the lease. Each
alert is delivered at least once; it is repeated only when we die between the channel's "yes" and our own commit, and
then under the same message id.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from monitor.config import ChannelSettings
from monitor.database import Database
from monitor.errors import DeliveryError
from monitor.models import Alert, Delivery, Message
from notifier.channels import send
from notifier.letter import write_letter
from notifier.render import RenderedMessage, render
from notifier.retry import next_attempt_at

LEASE_SECONDS = 120  # longer than any attempt, short enough for the run after a crash
ATTEMPT_SECONDS = 30  # when a channel keeps the connection alive but never ends
CHANNELS_AT_ONCE = 32

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message's attempt. `result` is `sent`, `failed` (tried again at `next_attempt_at`) or `exhausted`."""

    message_id: str
    channel: str
    result: str
    detail: str
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of the messages that were due."""

    attempts: tuple[Attempt, ...]

    @property
    def sent(self) -> int:
        return self._count("sent")

    @property
    def failed(self) -> int:
        """Messages that will be tried again."""
        return self._count("failed")

    @property
    def exhausted(self) -> int:
        """Messages that will not be tried again."""
        return self._count("exhausted")

    @property
    def details(self) -> tuple[str, ...]:
        """One line for every message that was not sent."""
        return tuple(attempt.detail for attempt in self.attempts if attempt.result != "sent")

    def _count(self, result: str) -> int:
        return sum(attempt.result == result for attempt in self.attempts)


@dataclass(frozen=True, slots=True)
class _Round:
    """One call of `deliver_pending`, shared by the threads of its channels."""

    database: Database
    channels: Mapping[str, ChannelSettings]
    now: Callable[[], datetime]
    on_progress: Callable[[Attempt], None]
    stopped: threading.Event = field(default_factory=threading.Event)
    progress_lock: threading.Lock = field(default_factory=threading.Lock)


def deliver_pending(
    database: Database,
    channels: Mapping[str, ChannelSettings],
    *,
    now: Callable[[], datetime],
    on_progress: Callable[[Attempt], None] | None = None,
) -> DeliveryReport:
    """Send every message that is due, each channel in a thread of its own; `on_progress` hears of one attempt at a time.

    A channel that fails costs the others nothing and itself one attempt, of at most 30 seconds: its other messages wait
    for the next call.
    """
    with database.writing() as session:
        freeze(session, now())
    queues = _due(database, now())
    if not queues:
        return DeliveryReport(())
    current = _Round(database, channels, now, on_progress or (lambda _attempt: None))
    with ThreadPoolExecutor(min(len(queues), CHANNELS_AT_ONCE), "channel") as threads:
        futures = [threads.submit(_deliver_channel, current, channel, ids) for channel, ids in queues.items()]
        try:
            return DeliveryReport(tuple(attempt for future in futures for attempt in future.result()))
        finally:
            current.stopped.set()  # on an interrupt the threads end after the message they are at


def freeze(session: Session, now: datetime) -> None:
    """Put every waiting alert into a message; from then on what the message says is fixed."""
    waiting = session.scalars(
        select(Alert).where(Alert.message_id.is_(None)).order_by(Alert.id).with_for_update(skip_locked=True)
    )
    for alert in waiting.all():
        message = Message(id=str(uuid4()), channel=alert.channel, status="pending", created_at=now, next_attempt_at=now)
        message.alerts.append(alert)
        session.add(message)


def _due(database: Database, now: datetime) -> dict[str, list[str]]:
    """The ids of the messages to send now, by channel, the longest waiting first."""
    query = (
        select(Message.channel, Message.id)
        .where(*_is_due(now))
        .order_by(Message.next_attempt_at, Message.created_at, Message.id)
    )
    queues: dict[str, list[str]] = {}
    with database.reading() as session:
        for channel, message_id in session.execute(query):
            queues.setdefault(channel, []).append(message_id)
    return queues


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = or_(Message.claimed_until.is_(None), Message.claimed_until <= now)
    return Message.status == "pending", Message.next_attempt_at <= now, free


def _deliver_channel(current: _Round, channel: str, message_ids: list[str]) -> list[Attempt]:
    attempts: list[Attempt] = []
    for message_id in message_ids:
        if current.stopped.is_set():
            break
        attempt = _deliver(current, channel, message_id)
        if attempt is None:
            continue
        attempts.append(attempt)
        with current.progress_lock:
            current.on_progress(attempt)
        if attempt.result != "sent" and channel in current.channels:
            break
    return attempts


def _deliver(current: _Round, channel: str, message_id: str) -> Attempt | None:
    """Claim, render, send, record; None when somebody else has the message."""
    claimed_until = _claim(current, message_id)
    if claimed_until is None:
        return None
    try:
        detail = _send(current, channel, message_id)
    except DeliveryError as error:
        return _record_failure(current, message_id, channel, claimed_until, error)
    return _record_success(current, message_id, channel, detail)


def _claim(current: _Round, message_id: str) -> datetime | None:
    """Compare and set: of all processes that want a message, one gets it. The moment its lease ends is its token."""
    now = current.now()
    until = now + timedelta(seconds=LEASE_SECONDS)
    with current.database.writing() as session:
        claim = update(Message).where(Message.id == message_id, *_is_due(now)).values(claimed_until=until)
        return until if session.scalar(claim.returning(Message.id)) else None


def _send(current: _Round, channel: str, message_id: str) -> str:
    if channel not in current.channels:
        raise DeliveryError(
            f"channel {channel} is not declared: add [channels.{channel}] to the settings", permanent=True
        )
    url = current.channels[channel].url
    message = _rendered(current, message_id)
    return _within_deadline(channel, lambda: send(channel, url, message))


def _rendered(current: _Round, message_id: str) -> RenderedMessage:
    try:
        with current.database.reading() as session:
            letters = [write_letter(alert.change) for alert in session.get_one(Message, message_id).alerts]
        return render(message_id, letters, at=current.now())
    except Exception as error:
        _log.exception("message %s cannot be rendered", message_id)
        raise DeliveryError(
            f"message {message_id} cannot be rendered: {type(error).__name__}. Please report this with the log."
        ) from error


def _within_deadline(channel: str, attempt: Callable[[], str]) -> str:
    """The attempt's result, or a DeliveryError once it takes too long; its thread is then left to itself."""
    outcome: Future[str] = Future()
    threading.Thread(target=_fulfil, args=(outcome, attempt), daemon=True, name=f"send {channel}").start()
    try:
        return outcome.result(ATTEMPT_SECONDS)
    except TimeoutError:
        raise DeliveryError(f"channel {channel}: not finished within {ATTEMPT_SECONDS} seconds") from None


def _fulfil(outcome: Future[str], attempt: Callable[[], str]) -> None:
    try:
        outcome.set_result(attempt())
    except BaseException as error:
        outcome.set_exception(error)


def _record_success(current: _Round, message_id: str, channel: str, detail: str) -> Attempt:
    """Taken is taken, also when the lease has ended meanwhile."""
    now = current.now()
    sent = {"status": "sent", "sent_at": now, "claimed_until": None, "attempts": Message.attempts + 1}
    with current.database.writing() as session:
        session.execute(update(Message).where(Message.id == message_id).values(**sent))
        session.add(Delivery(message_id=message_id, attempted_at=now, accepted=True, detail=detail))
    return Attempt(message_id, channel, "sent", detail)


def _record_failure(
    current: _Round, message_id: str, channel: str, claimed_until: datetime, error: DeliveryError
) -> Attempt:
    now, detail = current.now(), str(error)
    with current.database.writing() as session:
        message = session.get_one(Message, message_id, with_for_update=True)
        attempts = message.attempts + 1
        following = None if error.permanent else next_attempt_at(attempts, now, _jitter(message_id))
        if message.claimed_until == claimed_until:  # nobody has taken it over
            message.attempts = attempts
            message.claimed_until = None
            message.status = "pending" if following else "exhausted"
            message.next_attempt_at = following or message.next_attempt_at
        session.add(Delivery(message_id=message_id, attempted_at=now, accepted=False, detail=detail))
    return Attempt(message_id, channel, "failed" if following else "exhausted", detail, following)


def _jitter(message_id: str) -> float:
    """From 0 to 1: a message's own, so that the messages of one failure spread."""
    return UUID(message_id).int % 1000 / 1000
