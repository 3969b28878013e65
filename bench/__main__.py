"""`make bench`: what the work costs beside the same work of other tools, in one run. The corpus is needed (SMALLPRINT_CORPUS).

`python -m bench pipeline archive` runs these parts alone.
"""

import sys
from collections.abc import Callable, Sequence

from bench.archive import bench_archive
from bench.comparing import bench_comparing, corpus_pairs
from bench.corpus import CORPUS, captured, runs
from bench.dating import bench_dating
from bench.importing import bench_import_memory, bench_importing
from bench.memory import bench_memory
from bench.moving import bench_moving
from bench.pipeline import bench_pipeline
from bench.reading import bench_children, bench_reading
from bench.searching import bench_searching

PAGES_A_RUN = 5

Runs = Sequence[list[bytes]]


def pages(of: Runs) -> list[bytes]:
    return [page for run in of for page in run[:PAGES_A_RUN]]


PARTS: dict[str, Callable[[Runs], None]] = {
    "reading": lambda all_runs: bench_reading(pages(all_runs)),
    "children": lambda all_runs: bench_children(pages(all_runs)),
    "dating": lambda all_runs: bench_dating(pages(all_runs)),
    "comparing": lambda _: bench_comparing(corpus_pairs()),
    "moving": lambda _: bench_moving([old for old, _ in corpus_pairs()]),
    "archive": lambda _: bench_archive(captured()),
    "importing": bench_importing,
    "import-memory": bench_import_memory,
    "memory": lambda all_runs: bench_memory(pages(all_runs)),
    "pipeline": bench_pipeline,
    "searching": bench_searching,
}


def main(names: Sequence[str]) -> None:
    if unknown := [name for name in names if name not in PARTS]:
        sys.exit(
            f"parts of the benchmark were wanted ({', '.join(PARTS)}), {', '.join(unknown)} came. Name some, or none for all."
        )
    if not CORPUS.is_dir():
        sys.exit(f"the corpus was wanted at {CORPUS}, it is not there. Set SMALLPRINT_CORPUS to its folder.")
    all_runs = list(runs())
    for name in names or PARTS:
        PARTS[name](all_runs)


if __name__ == "__main__":
    main(sys.argv[1:])
