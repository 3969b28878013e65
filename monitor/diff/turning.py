"""What turns a meaning by one word: negations, modal words, figures, numbers. Checked before anything that quietens."""

from collections import Counter
from collections.abc import Iterator, Sequence

from monitor.diff.quantities import FIGURES, Mention, without
from monitor.diff.revision import Revision
from monitor.diff.tables import lexicon
from monitor.diff.wording import meaning_words

_POINTING_WORDS = 2  # "can also find"


def turns_negation(revision: Revision) -> bool:
    """Within a text that stands on both sides a `not`, `never`, `without` or `unless` came or went."""
    return not revision.one_sided and _differs(revision, "negation")


def turns_modality(revision: Revision) -> bool:
    """Within a text that stands on both sides `may` became `will`, or the like."""
    return not revision.one_sided and _differs(revision, "modality")


def changes_figure(revision: Revision) -> bool:
    """A duration, an amount or an age changed within a text that stands on both sides."""
    return not revision.one_sided and _figures_differ(revision)


def has_figure(revision: Revision) -> bool:
    """A text with a duration, an amount or an age came or went."""
    return revision.one_sided and _figures_differ(revision)


def changes_number(revision: Revision) -> bool:
    """A bare number in a sentence changed; numbers of sections, dates, addresses and phones are told apart."""
    if revision.one_sided or not revision.prose:
        return False
    old, new = (
        _numbers(text, mentions)
        for text, mentions in zip((revision.old, revision.new), revision.quantities, strict=True)
    )
    return old != new


def _differs(revision: Revision, part: str) -> bool:
    lookup = lexicon("words", part)
    gone, come = (Counter(lookup.labels(list(words.elements()))) for words in (revision.gone, revision.come))
    if gone == come:
        return False
    pointing = _pointing(revision)
    gone, come = (
        Counter(lookup.labels(list((words - pointing).elements()))) for words in (revision.gone, revision.come)
    )
    return gone != come


def _pointing(revision: Revision) -> Counter[str]:
    """The modal words that only point somewhere: "you can find more", "you may also see"."""
    found: Counter[str] = Counter()
    modal, looking = lexicon("words", "modality"), lexicon("words", "looking")
    for run in revision.runs:
        for side in (run.gone, run.come):
            words = [*side, *run.after]
            for hit in modal.find(side):
                if looking.has(words[hit.end : hit.end + _POINTING_WORDS]):
                    found.update(side[hit.start : hit.end])
    return found


def _figures_differ(revision: Revision) -> bool:
    """Judged by the words that changed, so that a figure that merely moved does not count."""
    old, new = (Counter(_plain_figures(side)) for side in revision.quantities)
    changed = (old - new) + (new - old)
    moved = {*revision.gone, *revision.come}
    spelled = set(lexicon("figures", "numbers").labels(sorted(moved)))
    return any(word in moved or word in spelled for figure in changed for word in figure.split())


def _plain_figures(mentions: Sequence[Mention]) -> Iterator[str]:
    return (_one_way(mention) for mention in mentions if mention.type in FIGURES)


def _one_way(mention: Mention) -> str:
    """The figure's words; a number that is spelled and given in figures, "fourteen (14) days", only in figures."""
    words = meaning_words(mention.text)
    numbers = lexicon("figures", "numbers")
    spelled = {hit.start: hit.label for hit in numbers.find(words) if hit.end - hit.start == 1}
    figures = [word for word in words if word[0].isdigit()]
    if spelled and figures and set(spelled.values()) >= set(figures):
        return " ".join(word for place, word in enumerate(words) if place not in spelled)
    return " ".join(spelled.get(place, word) for place, word in enumerate(words))


def _numbers(text: str, mentions: Sequence[Mention]) -> Counter[str]:
    words = meaning_words(without(text, mentions))
    references = lexicon("words", "reference")
    pairs = zip(["", *words], words, strict=False)
    return Counter(word for before, word in pairs if word[0].isdigit() and not references.has([before]))
