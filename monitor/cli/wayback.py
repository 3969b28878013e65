"""`import --from wayback`: what a web archive has of an address, through the crawler, into the intake."""

from datetime import date
from threading import Lock

from crawler.cdx import History, Row
from crawler.run import in_reactor
from crawler.spiders.wayback import Taking
from crawler.wayback import fetch_history
from monitor.addresses import url_refusal
from monitor.declarations import declare_url
from monitor.errors import UsageError
from monitor.home import Home
from monitor.importing.captures import Found, Imported, Intake
from monitor.types import Capture, Progress, unheard

WAYBACK_MACHINE = "https://web.archive.org"
GO_ON = "What was taken stays; run it again to go on."


def import_wayback(
    home: Home,
    url: str,
    *,
    policy: str = "",
    archive: str = WAYBACK_MACHINE,
    since: str = "",
    until: str = "",
    on_progress: Progress = unheard,
) -> Imported:
    """Take every capture that the archive has of a URL. What was taken before is not asked for again."""
    declare_url(url)  # UsageError when it is none that can be watched
    if refusal := url_refusal(archive, allow_private=True):
        raise UsageError(f"--archive: the address of a web archive was wanted, {archive!r} came: {refusal}")
    history = History(archive.rstrip("/"), url.partition("#")[0], _day(since, "--since"), _day(until, "--until"))
    with Intake(home, policy=policy) as intake:
        gate = _Gate(intake, history.url)
        taking = Taking(gate.knows, gate.take, intake.imported.skipped.append, on_progress)
        ended_early = f"{url}: it was ended early. {GO_ON}"
        try:
            whole = in_reactor(lambda: fetch_history(history, home.settings.crawl, taking=taking, serve=home.turns))
            intake.imported.ended = "" if whole else ended_early
        except KeyboardInterrupt:
            intake.imported.ended = ended_early
        except UsageError as error:
            intake.imported.ended = f"{error} {GO_ON}"
        gate.close()
    return intake.imported


class _Gate:
    """Takes captures until it is closed: a crawl that is interrupted may still be handing one over, in a thread."""

    def __init__(self, intake: Intake, url: str) -> None:
        self._intake, self._url = intake, url
        self._busy, self._closed = Lock(), False

    def knows(self, row: Row) -> bool:
        known = self._intake.knows(self._url, row.at)
        self._intake.imported.known += known
        return known

    def take(self, capture: Capture) -> None:
        with self._busy:
            if not self._closed:
                self._intake.take(Found(capture))

    def close(self) -> None:
        with self._busy:
            self._closed = True


def _day(text: str, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{option}: a day such as 2024-03-01 was wanted, {text!r} came.") from None
