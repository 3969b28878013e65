"""The frames as trees of deltas: each is unpacked once, upon the content of its base, and nothing is held any longer than
it is needed. Sixteen bytes a frame are held of the trees themselves.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.models import Frame

AT_ONCE = 10_000
NO_FRAME = 2**63 - 1  # stands for a base that is no number


@dataclass(frozen=True, slots=True)
class Node:
    """A frame's place: its id, that of its base, and how many frames are deltas against it."""

    id: int
    base_id: int | None
    children: int


class Trees:
    """Which frame is a delta against which, at one moment."""

    def __init__(self, session: Session) -> None:
        self.roots = array("q")
        self._bases, self._ids = array("q"), array("q")  # in the order of the bases, so that siblings stand together
        unreadable = array("q")
        for frame_id, base_id in _places(session):
            if base_id is None:
                self.roots.append(frame_id)
            elif isinstance(base_id, int):
                self._ids.append(frame_id)
                self._bases.append(base_id)
            else:
                unreadable.append(frame_id)
        self._ids.extend(unreadable)
        self._bases.extend([NO_FRAME] * len(unreadable))
        self._reached = bytearray(len(self._ids))

    def __len__(self) -> int:
        return len(self.roots) + len(self._ids)

    def walk(self, roots: Iterable[int]) -> Iterator[Node]:
        """The frames of these trees: a frame after its base, and all that depends on it before its next sibling."""
        waiting: list[tuple[int, int | None]] = [(root, None) for root in roots]
        while waiting:
            frame_id, base_id = waiting.pop()
            first, end = bisect_left(self._bases, frame_id), bisect_right(self._bases, frame_id)
            self._reached[first:end] = b"\1" * (end - first)
            waiting += [(child, frame_id) for child in self._ids[first:end]]
            yield Node(frame_id, base_id, end - first)

    def unreached(self) -> Iterator[int]:
        """What no walk came to, once all roots were walked from: frames whose base is missing, or depends on them."""
        return (self._ids[place] for place, reached in enumerate(self._reached) if not reached)


def _places(session: Session) -> Iterator[tuple[int, int | None]]:
    base = func.coalesce(Frame.base_id, 0)
    places = select(Frame.id, Frame.base_id).order_by(base, Frame.id)
    with session.execute(places, execution_options={"yield_per": AT_ONCE}) as found:
        yield from found
