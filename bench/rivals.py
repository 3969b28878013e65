"""The same captures kept by what else one would take: git, with a commit a capture, and a WARC file."""

import io
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.types import Capture


def allocated_bytes(folder: Path) -> int:
    """The blocks that the files take of the disk."""
    return sum(512 * file.stat().st_blocks for file in folder.rglob("*") if file.is_file())


def in_git(folder: Path, captures: Sequence[Capture]) -> int:
    """Bytes after `git gc`: a file a page, its headers beside it, a commit a capture. The imported objects are unpacked
    first, as gc keeps the deltas of a pack that it finds.
    """
    subprocess.run(["git", "init", "--quiet", "--template=", folder], check=True)
    importing = ["git", "-C", str(folder), "-c", "fastimport.unpackLimit=1000000", "fast-import", "--quiet"]
    with subprocess.Popen(importing, stdin=subprocess.PIPE) as running:
        assert running.stdin is not None
        for mark, capture in enumerate(captures, 1):
            running.stdin.write(_commit(mark, capture))
    assert running.returncode == 0
    subprocess.run(["git", "-C", folder, "gc", "--quiet"], check=True)
    return allocated_bytes(folder)


def in_warc(folder: Path, captures: Sequence[Capture]) -> int:
    """Bytes of one WARC.gz."""
    folder.mkdir()
    with (folder / "all.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for capture in captures:
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


def _commit(mark: int, capture: Capture) -> bytes:
    seconds = int(capture.captured_at.timestamp())
    message = f"{capture.url} {capture.captured_at:%Y-%m-%dT%H:%M:%SZ}".encode()
    parts = [f"commit refs/heads/main\nmark :{mark}\ncommitter a <a@a.example> {seconds} +0000\n".encode()]
    parts += [b"data %d\n%b\n" % (len(message), message)]
    parts += [f"from :{mark - 1}\n".encode()] if mark > 1 else []
    name = quote(capture.url.partition("://")[2], safe="/").rstrip("/")
    parts += [_file(f"{name}.html", capture.body)]
    parts += [_file(f"{name}.json", json.dumps(capture.headers, indent=1).encode())] if capture.headers else []
    return b"".join(parts)


def _file(name: str, content: bytes) -> bytes:
    return b"M 644 inline %b\ndata %d\n%b\n" % (name.encode(), len(content), content)
