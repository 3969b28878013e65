"""What comparing two versions of a policy costs, everything that is said about them included, beside plain text comparison."""

import difflib
import html
import math
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, chain, takewhile
from pathlib import Path

from diff_match_patch import diff_match_patch
from lxml.html.diff import htmldiff

from bench.corpus import CORPUS, print_times, timed
from monitor.diff.compare import compare
from monitor.extract.document import extract
from monitor.types import Block, Document, StatedDates

LARGE = 500_000  # characters
WARM_UP = 20
_MOST_WORD_PAIRS = 10_000_000_000  # old words x new words, beyond which the quadratic ones take minutes
_SENTENCE = re.compile(r"[^.!?]+[.!?]*\s*")
_WORD = re.compile(r"[^\W\d_]{2,}")
_NEW_SENTENCE = "Whoever waters the {} is told {} of {} before the {} ends. "

Pair = tuple[Document, Document]


def corpus_pairs() -> list[Pair]:
    """The two versions of each change of the corpus."""
    folders = sorted(path for path in (CORPUS / "changes").iterdir() if path.is_dir())
    return [(_read_file(folder / "old.md"), _read_file(folder / "new.md")) for folder in folders]


def bench_comparing(pairs: Sequence[Pair]) -> None:
    for pair in pairs[:WARM_UP]:  # tables are loaded once
        compare(*pair)
    print(f"\ncompare, {len(pairs)} pairs: CPU ms a pair", flush=True)
    _print_beside(pairs)
    large = half_rewritten([old for old, _ in pairs], LARGE)
    print(
        f"\ncompare, one pair of {len(large[0].text):,} characters, every second sentence changed: CPU ms", flush=True
    )
    _print_beside([large])


def _print_beside(pairs: Sequence[Pair]) -> None:
    ours = timed(lambda pair: compare(*pair), pairs)
    print_times("smallprint: alignment, moves, redline, facts, topics, significance", ours, ours)
    for name, work, most in _OTHERS:
        able = [place for place, pair in enumerate(pairs) if pair[0].word_count * pair[1].word_count <= most]
        left_out = f"; {len(pairs) - len(able)} left out that would take it minutes" if len(able) < len(pairs) else ""
        if able:
            times = timed(work, [pairs[place] for place in able])
            print_times(name + left_out, times, [ours[place] for place in able])


def half_rewritten(documents: Sequence[Document], size: int) -> Pair:
    """The policies one after the other, up to so many characters; and the same with every second sentence changed. Seeded."""
    blocks = list(chain.from_iterable(document.blocks for document in documents))
    ends = accumulate(len(block.text) + 2 for block in blocks)
    old = [block for block, _ in takewhile(lambda entry: entry[1] <= size, zip(blocks, ends, strict=True))]
    chance = random.Random(1)
    vocabulary = sorted({word for block in old for word in _WORD.findall(block.text)})
    texts = ("".join(_half_rewritten(_SENTENCE.findall(block.text), vocabulary, chance)) for block in old)
    new = [replace(block, text=text.strip()) for block, text in zip(old, texts, strict=True) if text.strip()]
    return _document(old), _document(new)


def _half_rewritten(sentences: Iterable[str], vocabulary: Sequence[str], chance: random.Random) -> Iterator[str]:
    """In one of four ways each: a word replaced, about every third word replaced, the sentence gone, another one before it."""
    for sentence in sentences:
        way = chance.choice(("word", "words", "gone", "come", *["kept"] * 4))
        if way == "come":
            yield _NEW_SENTENCE.format(*chance.choices(vocabulary, k=4))
        if way in {"word", "words"}:
            yield _reworded(sentence, vocabulary, chance, all_words=way == "words")
        elif way != "gone":
            yield sentence


def _reworded(sentence: str, vocabulary: Sequence[str], chance: random.Random, *, all_words: bool) -> str:
    def other(word: re.Match[str]) -> str:
        return word[0] if all_words and chance.randrange(3) else chance.choice(vocabulary)

    return _WORD.sub(other, sentence, count=not all_words)


def _document(blocks: Sequence[Block]) -> Document:
    return Document("Policies", "en", tuple(blocks), "\n\n".join(block.text for block in blocks), StatedDates())


def _read_file(file: Path) -> Document:
    return extract(file.read_bytes(), url=file.name)


def _whole_text(pair: Pair) -> object:
    engine = diff_match_patch()
    engine.Diff_Timeout = 1.0
    return engine.diff_main(pair[0].text, pair[1].text)


def _as_html(pair: Pair) -> object:
    return htmldiff(*("".join(f"<p>{html.escape(block.text)}</p>" for block in document.blocks) for document in pair))


def _words(pair: Pair) -> object:
    return difflib.SequenceMatcher(None, pair[0].text.split(), pair[1].text.split()).get_opcodes()


def _lines(pair: Pair) -> object:
    return list(difflib.unified_diff(pair[0].text.splitlines(), pair[1].text.splitlines()))


_OTHERS = (
    ("diff-match-patch, whole text, 1 s time-out", _whole_text, math.inf),
    ("lxml: htmldiff() of the blocks as paragraphs", _as_html, _MOST_WORD_PAIRS),
    ("difflib: words", _words, _MOST_WORD_PAIRS),
    ("difflib: lines only", _lines, math.inf),
)
