"""What a test of retention does with a home, and sees of it."""

from datetime import timedelta

from sqlalchemy import select

from monitor.archive import manifest
from monitor.config import RetentionSettings
from monitor.models import Frame, Snapshot
from monitor.pruning import Pruned, prune
from tests.homes import WatchedHome
from tests.pages import POLICY

TEN_DAYS = [RetentionSettings(keep_days=10)]


LONG = POLICY.replace(
    "<h2>Sharing", "<p>We may ask for a proof of your age before we send you a kite.</p>" * 20 + "<h2>Sharing"
)


def token(page: str, number: int) -> str:
    """The same words in other bytes."""
    return page.replace("</body>", f"<!-- request {number} of {'kites ' * (number % 5)} --></body>")


def quiet(watched: WatchedHome, checks: int) -> None:
    """Checks that find the same words every day, in other bytes each."""
    for number in range(checks):
        watched.check(token(POLICY, number))


def seal(watched: WatchedHome) -> None:
    with watched.home.database.writing() as session:
        manifest.seal(session, watched.clock())


def deleted(watched: WatchedHome) -> list[int]:
    with watched.home.database.reading() as session:
        gone = select(Snapshot.id).join(Snapshot.frame).where(Frame.deleted_at.is_not(None))
        return list(session.scalars(gone.order_by(Snapshot.id)))


def pruned(watched: WatchedHome, rules: list[RetentionSettings] | None = None, days: float = 0) -> list[Pruned]:
    return prune(watched.home.database, rules or TEN_DAYS, now=watched.clock() + timedelta(days=days))
