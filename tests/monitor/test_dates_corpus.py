"""Single real lines in many scripts, each with the dates that a person reads in it."""

import csv

import pytest

from tests.corpus import corpus
from tests.monitor.stated import stated


def expected(kind, dates):
    if kind == "both":
        return tuple(dates.split(";"))
    return (dates if kind == "last_updated" else None, dates if kind == "effective" else None)


@pytest.mark.parametrize("told", ["language", "nothing"])
def test_every_edge_line_reads_as_labelled(told):
    with corpus("dates", "edge_lines.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    assert rows
    for kind, dates, language, _source, line in rows:
        want = expected(kind, dates) if kind != "none" else (None, None)
        assert stated(line, language=language if told == "language" else None) == want, line


def test_a_missing_corpus_skips_the_test_but_fails_it_in_ci(monkeypatch, tmp_path):
    monkeypatch.setenv("SMALLPRINT_CORPUS", str(tmp_path))
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match="SMALLPRINT_CORPUS"):
        corpus("dates")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="SMALLPRINT_CORPUS"):
        corpus("dates")
