"""How a fetch ended, as a closed list of machine names: in the database, on the log, in the metrics."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.types import FetchResult

CAPTURED = "captured"
NOT_MODIFIED = "not_modified"
UNNAMED = "unnamed"  # a failure of before there were names


class FailureName(StrEnum):
    """The machine name of a fetch's failure. Programs count by it, so that a name never changes its meaning."""

    REFUSED_ADDRESS = "refused_address"  # the gate forbids the address, or one it led to
    REFUSED_ROBOTS = "refused_robots"  # the host's robots.txt forbids it
    BACKOFF = "backoff"  # the host asked to be left alone, and still is
    DNS = "dns"  # the host's name leads nowhere
    CONNECTION_REFUSED = "connection_refused"
    CONNECTION = "connection"  # it failed in another way
    TLS = "tls"  # nobody vouches for the host's certificate
    TIMEOUT = "timeout"  # the whole answer took too long
    BROKEN_OFF = "broken_off"  # the answer ended before its end
    TOO_LARGE = "too_large"  # as it came, or unpacked
    REDIRECTS = "redirects"  # more of them than are followed
    UNUSABLE = "unusable"  # an answer that nobody expected
    BROWSER = "browser"  # the browser failed


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a fetch brought nothing: its name for programs, and one line that a person can act on."""

    name: FailureName
    words: str


ENDINGS = (CAPTURED, NOT_MODIFIED, *FailureName)


def ending(result: FetchResult) -> str:
    """`captured`, `not_modified`, or the failure's machine name."""
    if result.capture is not None:
        return CAPTURED
    return NOT_MODIFIED if result.not_modified else result.failure or UNNAMED
