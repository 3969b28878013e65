"""What comparing two versions of a policy costs, beside plain text comparison."""

import difflib
from pathlib import Path

from diff_match_patch import diff_match_patch

from bench.corpus import CORPUS, print_times, timed
from monitor.diff.compare import compare
from monitor.extract.document import extract
from monitor.types import Document

Pair = tuple[Document, Document]


def bench_comparing() -> None:
    folders = sorted(path for path in (CORPUS / "changes").iterdir() if path.is_dir())
    pairs = [(_read(folder / "old.md"), _read(folder / "new.md")) for folder in folders]
    print(f"\ncompare, {len(pairs)} pairs: CPU ms a pair", flush=True)
    ours = timed(lambda pair: compare(*pair), pairs)
    lines = timed(_lines, pairs)
    print_times("smallprint: alignment, redline, facts, topics, significance", ours, lines)
    print_times("diff-match-patch, whole text, 1 s time-out", timed(_whole_text, pairs), lines)
    print_times("difflib: lines only", lines, lines)


def _read(file: Path) -> Document:
    return extract(file.read_bytes(), url=file.name)


def _lines(pair: Pair) -> object:
    return list(difflib.unified_diff(pair[0].text.splitlines(), pair[1].text.splitlines()))


def _whole_text(pair: Pair) -> object:
    engine = diff_match_patch()
    engine.Diff_Timeout = 1.0
    return engine.diff_main(pair[0].text, pair[1].text)
