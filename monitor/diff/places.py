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


def place_of(mention: Mention, ranges: Sequence[range]) -> int | None:
    """The number of the first range that the mention overlaps, or that lies within it; None when it touches none."""
    first = bisect_right([one.stop for one in ranges], mention.start)
    if first < len(ranges) and ranges[first].start < mention.end:
        return first
    return None
