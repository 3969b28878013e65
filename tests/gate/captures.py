"""The detection corpus as the gate uses it: runs of captures of one page, with their hand-read labels."""

import hashlib
import json
import sys
import tarfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.corpus import corpus

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Step = Mapping[str, Any]
"""A line of the manifest: one capture, its labels, and how it compares with the one before."""


def runs() -> dict[str, list[Step]]:
    """Run -> its captures, in order of time."""
    found: dict[str, list[Step]] = defaultdict(list)
    for line in corpus("detection", "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        step = json.loads(line)
        found[step["run"]].append(step)
    return dict(found)


def bodies(step: Step) -> dict[str, bytes]:
    """File name -> exact bytes, of all captures of the step's run."""
    options = {zstd.DecompressionParameter.window_log_max: 31}
    with (
        corpus("detection", step["archive"]).open("rb") as packed,
        tarfile.open(fileobj=zstd.ZstdFile(packed, options=options), mode="r|") as archive,
    ):
        members = ((member.name, archive.extractfile(member)) for member in archive)
        return {name: file.read() for name, file in members if file is not None}


def plain_selectors(selectors: Sequence[Any] | None) -> tuple[str, ...] | None:
    """The selectors that people wrote for this page; None when one of them is a range from one element to another."""
    written = tuple(selectors or ())
    return written if all(isinstance(selector, str) for selector in written) else None


def digest_of(folder: Path) -> str:
    """SHA-256 over all files of a folder, by name and content."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            digest.update(f"{file.relative_to(folder)}\n".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
