"""What a change is about: headings above it and words in its sentences, against `rules/topics.yaml`."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from monitor.diff.revision import Revision
from monitor.diff.rule_files import remembered, table
from monitor.diff.sections import JOINT
from monitor.diff.tables import lexicon
from monitor.diff.wording import meaning_words

_NEAR_HEADING = 2.0
_FAR_HEADING = 0.7
_CHANGED = 1.5
_SENTENCE = 0.4
# A topic weaker than this share of the strongest one is not named.
_SHARE = 0.15
_SENTENCE_MAX_WORDS = 80

Weights = Mapping[str, float]


def weigh(revision: Revision) -> Weights:
    """The evidence for each topic: the nearest heading, those above, the changed words, the rest of the text."""
    weights: dict[str, float] = defaultdict(float)
    *far, near = revision.section.split(JOINT)
    for topic in _of_heading(near):
        weights[topic] += _NEAR_HEADING
    for topic in {topic for heading in far for topic in _of_heading(heading)}:
        weights[topic] += _FAR_HEADING
    for topic, count in _of_changed_words(revision).items():
        weights[topic] += _CHANGED * (1 + math.log2(count))
    for topic in _of_sentence(revision):
        weights[topic] += _SENTENCE
    return {topic: weight * _telling().get(topic, 1.0) for topic, weight in weights.items()}


def overall(weights: Iterable[Weights]) -> Weights:
    """The evidence of many edits; each counts by the root of its own, so that one long clause does not drown the rest."""
    total: dict[str, float] = defaultdict(float)
    for edit in weights:
        for topic, weight in edit.items():
            total[topic] += math.sqrt(weight)
    return total


def name_topics(weights: Weights, changed_words: int) -> tuple[str, ...]:
    """The strongest topics, strongest first; the more words changed, the more topics are named."""
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    floor = _SHARE * ranked[0][1] if ranked else 0.0
    return tuple(topic for topic, weight in ranked[: most_topics(changed_words)] if weight >= floor)


def most_topics(changed_words: int) -> int:
    """How many topics a change of this size may have: 3 for a word, 4 for a sentence, 7 for a page."""
    return 2 + round(math.log2(2 + changed_words) / 2)


@remembered
def _telling() -> Mapping[str, float]:
    """How much the words of a topic tell: those that every policy is full of less, those that are rare more."""
    return {topic: float(factor) for factor, topics in table("topics", "telling").items() for topic in topics}


def _of_heading(heading: str) -> set[str]:
    return set(lexicon("topics", "headings").labels(meaning_words(heading)))


def _of_changed_words(revision: Revision) -> Counter[str]:
    sides = (side for run in revision.runs for side in (run.gone, run.come))
    return Counter(topic for side in sides for topic in lexicon("topics", "words").labels(side))


def _of_sentence(revision: Revision) -> set[str]:
    if revision.one_sided:
        return set()
    return set(lexicon("topics", "words").labels(meaning_words(revision.new)[:_SENTENCE_MAX_WORDS]))
