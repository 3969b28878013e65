"""Every alert reaches its channel, once, or says why not."""

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from monitor.config import ChannelSettings
from monitor.database import Database
from notifier import outbox
from notifier.outbox import Attempt, DeliveryReport, deliver_pending
from notifier.retry import DELAYS_SECONDS
from tests.notifier.rows import START, add_alerts, messages
from tests.notifier.servers import Hook, MailServer

NOBODY_LISTENS = "slackhook://127.0.0.1:9/services"


class Clock:
    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def declared(**urls: str) -> dict[str, ChannelSettings]:
    return {name: ChannelSettings(url=SecretStr(url)) for name, url in urls.items()}


def test_each_alert_is_sent_once_to_each_channel(database: Database, clock: Clock, mail_server: MailServer, hook: Hook):
    add_alerts(database, "mail", "chat", changes=3)
    channels = declared(mail=mail_server.url(), chat=hook.url)
    heard: list[Attempt] = []

    report = deliver_pending(database, channels, now=clock, on_progress=heard.append)
    again = deliver_pending(database, channels, now=clock)

    assert (report.sent, report.failed, report.exhausted, report.details) == (6, 0, 0, ())
    assert again == DeliveryReport(())
    assert (len(mail_server.mails), len(hook.posts)) == (3, 3)
    assert sorted(attempt.message_id for attempt in heard) == sorted(message.id for message in messages(database))


def test_message_ids_are_unique(database: Database, clock: Clock, hook: Hook):
    add_alerts(database, "a", "b", changes=10)
    deliver_pending(database, declared(a=hook.url, b=hook.url), now=clock)
    assert len({post.headers["idempotency-key"] for post in hook.posts}) == 20


def test_a_delivery_is_recorded(database: Database, clock: Clock, hook: Hook):
    add_alerts(database, "chat")
    deliver_pending(database, declared(chat=hook.url), now=clock)
    (message,) = messages(database)
    assert (message.status, message.sent_at, message.attempts, message.claimed_until) == ("sent", START, 1, None)
    assert [(delivery.accepted, delivery.detail) for delivery in message.deliveries] == [(True, "ok")]


def test_a_channel_down_for_hours_gets_its_message_with_the_same_id(database: Database, clock: Clock, hook: Hook):
    add_alerts(database, "chat")
    hook.status = 503
    for _ in range(5 * 60):  # five hours, asked every minute
        deliver_pending(database, declared(chat=hook.url), now=clock)
        clock.advance(minutes=1)
    failures = len(hook.posts)
    hook.status = 200
    clock.advance(hours=6)

    report = deliver_pending(database, declared(chat=hook.url), now=clock)

    assert report.sent == 1
    assert failures == 5  # at once, after 5 seconds, 5 minutes, 30 minutes and 2 hours
    assert len({post.headers["webhook-id"] for post in hook.posts}) == 1
    assert hook.posts[-1].headers["webhook-id"] == messages(database)[0].id


def test_the_attempts_keep_to_the_schedule_and_end_exhausted(database: Database, clock: Clock, hook: Hook):
    add_alerts(database, "chat")
    hook.status = 500
    reports = []
    for delay in DELAYS_SECONDS:
        clock.advance(seconds=delay * 1.1)
        reports.append(deliver_pending(database, declared(chat=hook.url), now=clock))
    clock.advance(days=30)

    assert [(report.failed, report.exhausted) for report in reports] == [(1, 0)] * 7 + [(0, 1)]
    assert deliver_pending(database, declared(chat=hook.url), now=clock).attempts == ()
    assert len(hook.posts) == len(DELAYS_SECONDS)
    assert messages(database)[0].status == "exhausted"
    assert "answered 500" in reports[-1].details[0]


def test_a_failed_message_is_not_sent_before_its_time(database: Database, clock: Clock, hook: Hook):
    add_alerts(database, "chat")
    hook.status = 500
    deliver_pending(database, declared(chat=hook.url), now=clock)
    clock.advance(seconds=4)
    deliver_pending(database, declared(chat=hook.url), now=clock)
    assert len(hook.posts) == 1


def test_a_permanent_failure_is_tried_once(database: Database, clock: Clock, hook: Hook):
    add_alerts(database, "chat")
    hook.status, hook.answer = 404, "no_service"
    report = deliver_pending(database, declared(chat=hook.url), now=clock)
    clock.advance(days=2)
    deliver_pending(database, declared(chat=hook.url), now=clock)
    assert (report.exhausted, len(hook.posts)) == (1, 1)
    assert report.details[0].endswith("answered 404 no_service")


def test_an_alert_for_an_undeclared_channel_is_exhausted_and_says_so(database: Database, clock: Clock, hook: Hook):
    add_alerts(database, "gone", "chat", changes=2)
    report = deliver_pending(database, declared(chat=hook.url), now=clock)
    assert (report.sent, report.exhausted) == (2, 2)
    assert all("channel gone is not declared" in detail for detail in report.details)


def test_after_a_failure_a_channel_s_other_messages_wait_and_lose_no_attempt(database: Database, clock: Clock):
    add_alerts(database, "chat", changes=3)
    report = deliver_pending(database, declared(chat=NOBODY_LISTENS), now=clock)
    assert len(report.attempts) == 1
    assert sorted(message.attempts for message in messages(database)) == [0, 0, 1]


def test_one_message_that_is_refused_does_not_hold_up_the_others(
    database: Database, clock: Clock, mail_server: MailServer
):
    add_alerts(database, "mail", changes=3)
    mail_server.answers = ["451 not this one"]
    deliver_pending(database, declared(mail=mail_server.url()), now=clock)
    clock.advance(seconds=1)
    report = deliver_pending(database, declared(mail=mail_server.url()), now=clock)
    assert report.sent == 2


def test_one_hanging_channel_of_three_does_not_delay_the_others(
    database: Database, clock: Clock, mail_server: MailServer, hook: Hook, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outbox, "ATTEMPT_SECONDS", 2)
    add_alerts(database, "hanging", "mail", "chat", changes=2)
    taken: dict[str, float] = {}
    begun = time.monotonic()

    def note(attempt: Attempt) -> None:
        taken[attempt.channel] = time.monotonic() - begun

    with Hook(drip=True).running() as hanging:
        report = deliver_pending(
            database, declared(hanging=hanging.url, mail=mail_server.url(), chat=hook.url), now=clock, on_progress=note
        )

    assert (report.sent, report.failed) == (4, 1)
    assert report.details == ("channel hanging: not finished within 2 seconds",)
    assert max(taken["mail"], taken["chat"]) < 2 <= taken["hanging"]


def test_a_death_between_the_channel_s_yes_and_our_commit_repeats_under_the_same_id(
    database: Database, clock: Clock, hook: Hook, monkeypatch: pytest.MonkeyPatch
):
    add_alerts(database, "chat")

    def die(*_arguments: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(outbox, "_record_success", die)
        with pytest.raises(SystemExit):
            deliver_pending(database, declared(chat=hook.url), now=clock)
    at_once = deliver_pending(database, declared(chat=hook.url), now=clock)
    clock.advance(seconds=outbox.LEASE_SECONDS)
    after_the_lease = deliver_pending(database, declared(chat=hook.url), now=clock)

    assert (at_once.attempts, after_the_lease.sent) == ((), 1)
    assert len(hook.posts) == 2
    assert len({post.headers["webhook-id"] for post in hook.posts}) == 1


def test_many_deliverers_at_once_send_each_message_once(database: Database, clock: Clock, hook: Hook):
    add_alerts(database, "chat", changes=20)
    run: Callable[[], DeliveryReport] = lambda: deliver_pending(database, declared(chat=hook.url), now=clock)  # noqa: E731
    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(hook.posts) == 20
    assert {message.status for message in messages(database)} == {"sent"}


def test_a_letter_that_cannot_be_rendered_harms_no_other_channel(
    database: Database, clock: Clock, hook: Hook, monkeypatch: pytest.MonkeyPatch
):
    add_alerts(database, "broken", "chat")
    broken_id: list[str] = []
    render = outbox.render

    def render_or_fail(message_id: str, *arguments: object, **named: object) -> object:
        if message_id == broken_id[0]:
            raise KeyError("no such word")
        return render(message_id, *arguments, **named)

    with database.writing() as session:
        outbox.freeze(session, clock())
    broken_id.append(next(message.id for message in messages(database) if message.channel == "broken"))
    monkeypatch.setattr(outbox, "render", render_or_fail)
    report = deliver_pending(database, declared(chat=hook.url, broken=hook.url), now=clock)
    assert (report.sent, report.failed) == (1, 1)
    assert "cannot be rendered: KeyError" in report.details[0]


def test_no_secret_comes_into_the_database(database: Database, clock: Clock, hook: Hook, tmp_path: Path):
    hook.status, hook.answer = 500, "you sent CaNaRy7secret"
    add_alerts(database, "chat", "broken", "mail")
    urls = {
        "chat": f"{hook.url}/CaNaRy7secret",
        "broken": "slack://CaNaRy7secret",
        "mail": "mailto://u:CaNaRy7secret@127.0.0.1:9?from=a@b.example&to=c@d.example",
    }
    assert len(deliver_pending(database, declared(**urls), now=clock).details) == 3
    database.close()
    assert not [file.name for file in tmp_path.iterdir() if b"CaNaRy7secret" in file.read_bytes()]


DELIVER = """
import sys
from datetime import datetime
from pydantic import SecretStr
from monitor.config import ChannelSettings
from monitor.database import Database
from notifier.outbox import deliver_pending

url, channel, moment = sys.argv[1:]
deliver_pending(Database(url), {"chat": ChannelSettings(url=SecretStr(channel))}, now=lambda: datetime.fromisoformat(moment))
"""


def test_a_killed_run_loses_no_message_and_repeats_at_most_the_one_it_was_at(
    database: Database, clock: Clock, hook: Hook
):
    add_alerts(database, "chat", changes=8)
    url = database.engine.url.render_as_string()
    run = subprocess.Popen([sys.executable, "-c", DELIVER, url, hook.url, clock().isoformat()])
    hook.on_post = lambda: run.kill() if len(hook.posts) == 4 else None
    assert run.wait(60) == -signal.SIGKILL

    at_once = deliver_pending(database, declared(chat=hook.url), now=clock)
    clock.advance(seconds=outbox.LEASE_SECONDS)
    after_the_lease = deliver_pending(database, declared(chat=hook.url), now=clock)

    assert (at_once.sent, after_the_lease.sent) == (4, 1)
    told = Counter(post.headers["webhook-id"] for post in hook.posts)
    assert sorted(told.values()) == [1] * 7 + [2]
    assert {message.status for message in messages(database)} == {"sent"}
