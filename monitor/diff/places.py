"""Where two texts differ: the places of a redline, so that what stood in one place is set beside what stands there now."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.diff.quantities import Mention
from monitor.types import Segment


@dataclass(frozen=True, slots=True)
class Place:
    """Neighbouring marked runs between two equal ones, as ranges of both texts."""

    old: range
    new: range


def places(segments: Sequence[Segment]) -> list[Place]:
    """The places of a redline, in order."""
    found: list[Place] = []
    old = new = old_start = new_start = 0
    for segment in segments:
        if segment.op == "equal":
            if (old_start, new_start) != (old, new):
                found.append(Place(range(old_start, old), range(new_start, new)))
            old += len(segment.text)
            new += len(segment.text)
            old_start, new_start = old, new
        elif segment.op == "delete":
            old += len(segment.text)
        else:
            new += len(segment.text)
    if (old_start, new_start) != (old, new):
        found.append(Place(range(old_start, old), range(new_start, new)))
    return found


class Ranges:
    """The places of one of the two texts, to find the one that something stands in."""

    def __init__(self, ranges: Sequence[range]) -> None:
        self._ranges = ranges
        self._stops = [one.stop for one in ranges]

    def place_of(self, mention: Mention) -> int | None:
        """The number of the first place that the mention overlaps, or at whose end something was put in; None when it touches none."""
        first = bisect_right(self._stops, mention.start)
        if first == len(self._ranges):
            return None
        place = self._ranges[first]
        return first if place.start < mention.end + (not place) else None
