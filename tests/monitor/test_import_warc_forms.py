"""WARC files as other tools make them: packed in other ways, revisits, answers in parts."""

import gzip
import io
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import brotli
import pytest
from sqlalchemy import select
from warcio.bufferedreaders import BufferedReader
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.errors import UsageError
from monitor.importing.captures import Imported
from monitor.importing.limits import MOST_BYTES
from monitor.importing.warc import import_warc
from monitor.models import Check, Fetch
from tests.homes import ADDRESS, START, WatchedHome, watched_home
from tests.pages import KEPT_LONGER, POLICY
from tests.warcs import record, write_warc

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

IDENTICAL = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"
PAGES = [record(0, POLICY), record(1, POLICY.replace("kites", "gliders")), record(2, KEPT_LONGER)]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchedHome]:
    opened = watched_home(tmp_path / "home", f"sqlite:///{tmp_path / 'smallprint.db'}")
    opened.clock.pass_days(30)  # what the files hold is past
    yield opened
    opened.home.close()


def outcomes(watched: WatchedHome) -> list[str | None]:
    with watched.home.database.reading() as session:
        return list(session.scalars(select(Check.outcome).order_by(Check.due_at)))


def plain(folder: Path, pages: Any = PAGES) -> bytes:
    return gzip.decompress(write_warc(folder / "plain.warc.gz", pages).read_bytes())


def parts(content: bytes) -> list[bytes]:
    """The records of a plain file."""
    return [b"WARC/1.1" + part for part in content.split(b"WARC/1.1")[1:]]


def of_records(content: bytes) -> bytes:
    return b"".join(zstd.compress(part) for part in parts(content))


def at_once(content: bytes) -> bytes:
    return zstd.compress(content)


def by_a_dictionary(content: bytes) -> bytes:
    return _with_dictionary(content, packed=False)


def by_a_packed_dictionary(content: bytes) -> bytes:
    return _with_dictionary(content, packed=True)


def _with_dictionary(content: bytes, *, packed: bool) -> bytes:
    samples = parts(content) * 20
    trained = zstd.train_dict([sample[at : at + 300] for sample in samples for at in range(0, 1200, 300)], 2000)
    frame = zstd.compress(trained.dict_content) if packed else trained.dict_content
    head = b"\x5d\x2a\x4d\x18" + len(frame).to_bytes(4, "little") + frame
    return head + b"".join(zstd.compress(part, zstd_dict=trained) for part in parts(content))


@pytest.mark.parametrize("pack", [of_records, at_once, by_a_dictionary, by_a_packed_dictionary])
def test_a_zstd_file_is_read_however_it_was_packed(
    watched: WatchedHome, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "a.warc.zst").write_bytes(pack(plain(tmp_path)))
    imported = import_warc(watched.home, tmp_path / "a.warc.zst")
    assert (imported.captures, imported.skipped) == (3, [])
    assert outcomes(watched) == ["first", "changed", "changed"]
    assert [path.name for path in watched.home.path.iterdir() if "unpacked" in path.name] == []


@pytest.mark.parametrize("pack", [of_records, by_a_dictionary])
def test_a_torn_zstd_file_keeps_its_good_records_also_behind_the_damage(
    watched: WatchedHome, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    packed = bytearray(pack(plain(tmp_path)))
    frames = [at for at in range(len(packed)) if packed.startswith(b"\x28\xb5\x2f\xfd", at)]
    packed[frames[1] + 40 : frames[1] + 60] = bytes(20)
    (tmp_path / "a.warc.zst").write_bytes(packed)
    imported = import_warc(watched.home, tmp_path / "a.warc.zst")
    assert outcomes(watched) == ["first", "changed"]
    assert "torn or damaged" in imported.skipped[0]


def test_a_zstd_file_packed_at_once_keeps_what_came_before_its_end(watched: WatchedHome, tmp_path: Path) -> None:
    packer = zstd.ZstdCompressor()
    whole = b"".join(packer.compress(part, mode=packer.FLUSH_BLOCK) for part in parts(plain(tmp_path)))
    (tmp_path / "a.warc.zst").write_bytes(whole[:-20])
    imported = import_warc(watched.home, tmp_path / "a.warc.zst")
    assert outcomes(watched) == ["first", "changed"]
    assert "the file ends within a frame" in imported.skipped[0]


def test_a_file_that_gzip_packed_at_once_is_read(watched: WatchedHome, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(plain(tmp_path)))
    imported = import_warc(watched.home, tmp_path / "a.warc.gz")
    assert (imported.captures, imported.skipped) == (3, [])


@pytest.mark.parametrize("packed", [True, False])
def test_records_behind_a_damaged_one_are_taken_and_the_damage_is_named_with_its_place(
    watched: WatchedHome, tmp_path: Path, packed: bool
) -> None:
    file = write_warc(tmp_path / "a.warc.gz", PAGES)
    content = bytearray(file.read_bytes() if packed else plain(tmp_path))
    begin = b"\x1f\x8b\x08" if packed else b"WARC/1.1"
    second = content.index(begin, 10)
    content[second + 30 : second + 300] = bytes(270)
    file.write_bytes(content)
    imported = import_warc(watched.home, file)
    assert outcomes(watched) == ["first", "changed"]
    [words] = imported.skipped
    place = f"bytes {second} to {content.index(begin, second + 10)} are torn or" if packed else f"record at {second}:"
    assert words.startswith(f"{file}: {place} damaged: ")


class Foreign:
    """A file that another tool writes, record by record."""

    def __init__(self, path: Path) -> None:
        self.path, self._content = path, io.BytesIO()
        self._writer = WARCWriter(self._content, gzip=True)

    def add(
        self,
        kind: str,
        day: int,
        body: bytes = b"",
        *,
        http: list[tuple[str, str]] | None = None,
        status: str = "200 OK",
        **headers: str,
    ) -> Any:
        message = None if http is None else StatusAndHeaders(status, http, protocol="HTTP/1.1")
        stated = {"WARC-Date": stamp(day), **{name.replace("_", "-"): value for name, value in headers.items()}}
        made = self._writer.create_warc_record(
            ADDRESS, kind, io.BytesIO(body), len(body), warc_headers_dict=stated, http_headers=message
        )
        self._writer.write_record(made)
        return made

    def taken(self, watched: WatchedHome) -> Imported:
        self.path.write_bytes(self._content.getvalue())
        return import_warc(watched.home, self.path)


def stamp(day: int) -> str:
    return (START + timedelta(days=day)).isoformat().replace("+00:00", "Z")


HTML = [("Content-Type", "text/html; charset=utf-8")]


@pytest.fixture
def foreign(tmp_path: Path) -> Foreign:
    return Foreign(tmp_path / "foreign.warc.gz")


def test_the_same_bytes_again_are_a_capture_whether_or_not_the_record_says_of_when(
    watched: WatchedHome, foreign: Foreign
) -> None:
    first = foreign.add("response", 0, POLICY.encode(), http=HTML)
    digest = first.rec_headers.get_header("WARC-Payload-Digest")
    foreign.add("revisit", 1, WARC_Profile=IDENTICAL, WARC_Payload_Digest=digest)
    foreign.add("response", 2, KEPT_LONGER.encode(), http=HTML)
    foreign.add(
        "revisit",
        3,
        http=HTML,
        WARC_Profile=IDENTICAL,
        WARC_Payload_Digest=digest,
        **{"WARC-Refers-To-Target-URI": ADDRESS, "WARC-Refers-To-Date": stamp(0)},
    )
    imported = foreign.taken(watched)
    assert (imported.captures, imported.skipped) == (4, [])
    assert outcomes(watched) == ["first", "unchanged", "changed", "changed"]


def test_the_original_of_a_revisit_may_be_in_the_archive_and_one_that_is_nowhere_is_named(
    watched: WatchedHome, foreign: Foreign, tmp_path: Path
) -> None:
    import_warc(watched.home, write_warc(tmp_path / "earlier.warc.gz", [record(0, POLICY)]))
    gone = Foreign(tmp_path / "gone.warc.gz").add("response", 9, b"<p>never imported", http=HTML)
    here = Foreign(tmp_path / "here.warc.gz").add("response", 9, POLICY.encode(), http=HTML)
    for day, original, of in ((1, here, 0), (2, gone, 0), (3, gone, 9)):
        digest = original.rec_headers.get_header("WARC-Payload-Digest")
        foreign.add(
            "revisit",
            day,
            WARC_Profile=IDENTICAL,
            WARC_Payload_Digest=digest,
            **{"WARC-Refers-To-Target-URI": ADDRESS, "WARC-Refers-To-Date": stamp(of)},
        )
    imported = foreign.taken(watched)
    assert imported.captures == 1
    assert [ADDRESS in words and "neither in the file nor in the archive" in words for words in imported.skipped] == [
        True,
        True,
    ]


def test_not_modified_is_a_check_of_the_page_that_came_before(watched: WatchedHome, foreign: Foreign) -> None:
    foreign.add("response", 0, POLICY.encode(), http=HTML)
    foreign.add("revisit", 1, http=[], status="304 Not Modified", WARC_Profile=NOT_MODIFIED)
    foreign.add("response", 2, http=[], status="304 Not Modified")
    assert foreign.taken(watched).captures == 3
    assert outcomes(watched) == ["first", "unchanged", "unchanged"]
    with watched.home.database.reading() as session:
        assert list(session.scalars(select(Fetch.not_modified).order_by(Fetch.at))) == [False, True, True]
    again = import_warc(watched.home, foreign.path)
    assert (again.captures, again.known) == (0, 3)


def test_not_modified_of_a_page_that_was_never_seen_is_skipped_and_named(
    watched: WatchedHome, foreign: Foreign
) -> None:
    watched.add()
    foreign.add("revisit", 1, WARC_Profile=NOT_MODIFIED)
    imported = foreign.taken(watched)
    assert imported.captures == 0
    assert "no earlier answer is in the file or the archive" in imported.skipped[0]


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"WARC_Truncated": "length"}, "WARC-Truncated: length"),
        ({"WARC_Segment_Number": "1"}, "WARC-Segment-Number: 1"),
    ],
)
def test_part_of_an_answer_is_no_capture(
    watched: WatchedHome, foreign: Foreign, headers: dict[str, str], words: str
) -> None:
    foreign.add("response", 0, POLICY.encode(), http=HTML, **headers)
    imported = foreign.taken(watched)
    assert imported.captures == 0
    assert words in imported.skipped[0]


def test_a_packing_that_is_not_known_is_named_and_its_bytes_are_not_taken_for_a_page(
    watched: WatchedHome, foreign: Foreign
) -> None:
    foreign.add("response", 0, b"\x01\x02", http=[*HTML, ("Content-Encoding", "compress")])
    imported = foreign.taken(watched)
    assert imported.captures == 0
    assert "packed as 'compress'" in imported.skipped[0]


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("br", brotli.compress)])
def test_an_answer_that_unpacks_to_more_than_a_page_is_named_and_the_others_are_taken(
    watched: WatchedHome, foreign: Foreign, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    foreign.add("response", 0, pack(b" " * (MOST_BYTES + 1)), http=[*HTML, ("Content-Encoding", encoding)])
    foreign.add("response", 1, pack(POLICY.encode()), http=[*HTML, ("Content-Encoding", encoding)])
    imported = foreign.taken(watched)
    assert imported.captures == 1
    assert "larger than 20 MiB" in imported.skipped[0]


def test_a_few_bytes_of_brotli_are_not_unpacked_beyond_the_bound() -> None:
    packed = brotli.compress(b" " * 200_000_000)
    reader = BufferedReader(io.BytesIO(packed), decomp_type="br")
    assert MOST_BYTES < len(reader.read(2 * MOST_BYTES)) <= 2 * MOST_BYTES
    assert reader.buff_size < 3 * MOST_BYTES


@pytest.mark.parametrize("pack", [at_once, gzip.compress])
def test_a_file_that_would_fill_the_disk_is_not_unpacked(
    watched: WatchedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / "a.warc.packed"
    file.write_bytes(pack(plain(tmp_path) + b" " * 1_000_000))
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=1_000_000))
    with pytest.raises(UsageError, match="more than half of what is free"):
        import_warc(watched.home, file)
    assert list(watched.home.path.glob("unpacked-*")) == []


def test_headers_that_an_archive_set_aside_are_put_back(watched: WatchedHome, foreign: Foreign) -> None:
    from monitor.archive.records import headers_of
    from monitor.models import Snapshot

    http = [
        *HTML,
        ("X-Archive-Orig-Content-Encoding", "br"),
        ("Content-Length", "5"),
        ("X-Archive-Orig-Content-Length", "3"),
        ("Via", "1.1 a"),
        ("Via", "1.1 b"),
    ]
    foreign.add("response", 0, POLICY.encode(), http=http)
    assert foreign.taken(watched).captures == 1
    with watched.home.database.reading() as session:
        headers = headers_of(session.scalars(select(Snapshot)).one())
    assert headers == {
        "content-type": "text/html; charset=utf-8",
        "content-encoding": "br",
        "content-length": "3",
        "via": "1.1 a, 1.1 b",
    }
