"""`make bench`: what the work costs beside the same work of other tools, in one run. The corpus is needed (SMALLPRINT_CORPUS)."""

import sys

from bench.archive import bench_archive
from bench.comparing import bench_comparing, corpus_pairs
from bench.corpus import CORPUS, runs
from bench.dating import bench_dating
from bench.memory import bench_memory
from bench.moving import bench_moving
from bench.reading import bench_children, bench_reading

PAGES_A_RUN = 5


def main() -> None:
    if not CORPUS.is_dir():
        sys.exit(f"the corpus was wanted at {CORPUS}, it is not there. Set SMALLPRINT_CORPUS to its folder.")
    all_runs = list(runs())
    pages = [page for run in all_runs for page in run[:PAGES_A_RUN]]
    bench_reading(pages)
    bench_children(pages)
    bench_dating(pages)
    pairs = corpus_pairs()
    bench_comparing(pairs)
    bench_moving([old for old, _ in pairs])
    bench_archive(all_runs)
    bench_memory(pages)


if __name__ == "__main__":
    main()
