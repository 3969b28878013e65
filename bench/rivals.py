"""The same captures kept by what else one would take: git, with a commit a capture, and a WARC file."""

import io
import json
import os
import subprocess
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.types import Capture


def allocated_bytes(folder: Path) -> int:
    """The blocks that the files take of the disk."""
    return sum(512 * file.stat().st_blocks for file in folder.rglob("*") if file.is_file())


def in_git(folder: Path, histories: Sequence[Sequence[Capture]]) -> int:
    """Bytes after `git gc`: a file a page, its headers beside it, in the order of time. The imported objects are unpacked
    first, as gc keeps the deltas of a pack that it finds.
    """
    subprocess.run(["git", "init", "--quiet", "--template=", folder], check=True)
    importing = ["git", "-C", str(folder), "-c", "fastimport.unpackLimit=1000000", "fast-import", "--quiet"]
    with subprocess.Popen(importing, stdin=subprocess.PIPE) as running:
        assert running.stdin is not None
        for mark, (number, capture) in enumerate(_in_time(histories), 1):
            running.stdin.write(_commit(mark, number, capture))
    assert running.returncode == 0
    subprocess.run(["git", "-C", folder, "gc", "--quiet"], check=True)
    return allocated_bytes(folder)


def in_warc(folder: Path, histories: Sequence[Sequence[Capture]]) -> int:
    """Bytes of one WARC.gz, in the order of time."""
    folder.mkdir()
    with (folder / "all.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for _, capture in _in_time(histories):
            headers = StatusAndHeaders("200 OK", list(capture.headers.items()), protocol="HTTP/1.1")
            date = capture.captured_at.strftime("%Y-%m-%dT%H:%M:%SZ")
            record = writer.create_warc_record(
                capture.url,
                "response",
                payload=io.BytesIO(capture.body),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": date},
            )
            writer.write_record(record)
        file.flush()
        os.fsync(file.fileno())  # blocks are allocated as they are written
    return allocated_bytes(folder)


def _in_time(histories: Sequence[Sequence[Capture]]) -> Iterable[tuple[int, Capture]]:
    moments = zip_longest(*histories)
    return ((number, capture) for moment in moments for number, capture in enumerate(moment) if capture is not None)


def _commit(mark: int, number: int, capture: Capture) -> bytes:
    seconds = int(capture.captured_at.timestamp())
    message = f"{capture.url} {capture.captured_at:%Y-%m-%dT%H:%M:%SZ}".encode()
    parts = [f"commit refs/heads/main\nmark :{mark}\ncommitter a <a@a.example> {seconds} +0000\n".encode()]
    parts += [b"data %d\n%b\n" % (len(message), message)]
    parts += [f"from :{mark - 1}\n".encode()] if mark > 1 else []
    parts += [_file(f"policies/{number}.html", capture.body)]
    parts += (
        [_file(f"policies/{number}.json", json.dumps(capture.headers, indent=1).encode())] if capture.headers else []
    )
    return b"".join(parts)


def _file(name: str, content: bytes) -> bytes:
    return b"M 644 inline %b\ndata %d\n%b\n" % (name.encode(), len(content), content)
