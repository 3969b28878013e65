"""What is to be said of a policy's sources beside the policy's own state: lost ones among several, and moved ones."""

from typing import Any

from monitor.checks import STATE
from monitor.cli.console import stamp
from monitor.learning import moved_words
from monitor.models import Policy


def lost_lines(policy: Policy) -> list[str]:
    """For people, a line each; the newest check's reason has them too."""
    return [one.words for one in STATE.validate_python(policy.state).lost]


def moved_lines(policy: Policy) -> list[str]:
    """For people, a line each."""
    return [moved_words(source["url"], source["to"]) for source in moved_json(policy)]


def lost_json(policy: Policy) -> list[dict[str, Any]]:
    """The sources whose last good text stands because they do not give it now."""
    return [
        {
            "url": one.url,
            "since": stamp(one.since),
            "reason": one.why,
            "page_state": one.page_state,
            "text_at": stamp(one.text_at),
        }
        for one in STATE.validate_python(policy.state).lost
    ]


def moved_json(policy: Policy) -> list[dict[str, str]]:
    """The sources that answer with a permanent redirect, and where it leads."""
    moved = (source for source in policy.sources if source.retired_at is None and source.moved_to)
    return [{"url": source.url, "to": source.moved_to} for source in moved]
