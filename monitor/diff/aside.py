"""What of a policy's text merely went to the surroundings of the policy, or came from there, between two captures of its page.

The reader of pages may count a text to the policy in one capture and to its surroundings in the other, after a redesign or because it is
in doubt. Such a text is no change. The sign of it: it is gone from the policy, and the surroundings hold it more often than before. What
they held all along proves nothing: a clause that is gone and that a banner happens to repeat is gone.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from monitor.diff.wording import MOVED_WORDS, meaning_words, ngrams

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands beside a policy: how often each line, and each run of MOVED_WORDS words across lines."""

    lines: Counter[Words]
    runs: Counter[Words]

    @classmethod
    def of(cls, beside: str) -> "Surroundings":
        """`beside` as in `Document.beside`."""
        lines = [words for line in beside.splitlines() if (words := tuple(meaning_words(line)))]
        return cls(Counter(lines), Counter(ngrams(list(chain.from_iterable(lines)), MOVED_WORDS)))

    def beyond(self, others: "Surroundings") -> "Surroundings":
        """What is here more often than there."""
        return Surroundings(self.lines - others.lines, self.runs - others.runs)

    def without(self, words: Sequence[str]) -> Words:
        """The words that no run of these covers; none when they are a line."""
        if tuple(words) in self.lines:
            return ()
        covered = set(self._covered(words))
        return tuple(word for place, word in enumerate(words) if place not in covered)

    def blocks_held(self, blocks: Sequence[Sequence[str]]) -> frozenset[int]:
        """The blocks of a document, by index, that are lines or that runs cover from end to end, also runs over several blocks."""
        if not self.lines:
            return frozenset()
        covered = set(self._covered(list(chain.from_iterable(blocks))))
        held = set()
        start = 0
        for index, words in enumerate(blocks):
            places = range(start, start + len(words))
            start += len(words)
            if words and (tuple(words) in self.lines or all(place in covered for place in places)):
                held.add(index)
        return frozenset(held)

    def _covered(self, words: Sequence[str]) -> Iterator[int]:
        if not self.runs:
            return
        for start, run in enumerate(ngrams(words, MOVED_WORDS)):
            if run in self.runs:
                yield from range(start, start + MOVED_WORDS)
