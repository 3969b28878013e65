"""A change as a zip that a court can read: the captures, the redline, the manifests, and how to verify it all without us."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import IO, Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy.orm import Session

from monitor.archive import manifest, store
from monitor.archive.manifest import Sealed
from monitor.archive.records import checked_line, headers_of, stamp
from monitor.exporting.sightings import Sighting, sightings
from monitor.exporting.zips import SteadyZip, steady
from monitor.extract.media_type import MediaType, media_type
from monitor.models import Change, Manifest, Snapshot
from monitor.rendering.cleaning import one_line
from monitor.rendering.comparison import Comparison
from monitor.rendering.docx import docx_bytes
from monitor.rendering.html import html_page
from monitor.rendering.words import moment_in_words, page_sentences, sentence
from monitor.types import Via

ENDINGS = {
    MediaType.HTML: "html",
    MediaType.PDF: "pdf",
    MediaType.DOCX: "docx",
    MediaType.MARKDOWN: "md",
    MediaType.PLAIN: "txt",
}
WAYS = {
    Via.HTTP: "asked for over HTTP; the bytes are those that the server sent, once unpacked",
    Via.BROWSER: "opened in the browser Chromium; the bytes are the page as it stood there after its scripts had run",
}
BROUGHT_IN = (
    "brought in from elsewhere: this archive did not capture it. The address, the time, the status and the headers are those "
    "that came with it or were taken for them when it was brought in; nothing here vouches for them"
)
STANDS_IN = "a stand-in: at which address the page stood is not known"


@dataclass(frozen=True, slots=True)
class CaptureFile:
    """A capture as it stands in the zip: its bytes under `name`, what is recorded of it under `name`.json."""

    name: str
    sighting: Sighting
    record: Mapping[str, Any]

    @property
    def told(self) -> str:
        """`The old wording, as it was last seen`"""
        page = f", page {self.sighting.page}" if len(self.sighting.version.sources) > 1 else ""
        when = {"only": "the only time it was", "first": "as it was first", "last": "as it was last"}[
            self.sighting.seen
        ]
        return f"The {self.sighting.wording} wording{page}, {when} seen"

    @property
    def seen(self) -> str:
        return moment_in_words(self.sighting.snapshot.captured_at)

    @property
    def way(self) -> str:
        way = WAYS.get(Via(self.sighting.snapshot.via), "")
        if not self.sighting.brought_in:
            return way
        return f"{BROUGHT_IN}. Said there of the way: {way}" if way else BROUGHT_IN

    @property
    def record_sha256(self) -> str:
        return self.sighting.snapshot.record_sha256.hex()

    @property
    def address(self) -> str:
        """The address that answered; the word of RFC 6761 for one that is none says so."""
        url = self.sighting.snapshot.final_url
        stands_in = (urlsplit(url).hostname or "").endswith(".invalid")
        return f"{one_line(url)} ({STANDS_IN})" if stands_in else one_line(url)


def unsealed(session: Session, change: Change) -> bool:
    """Whether a capture that shows the change is in no manifest yet."""
    return any(sighting.snapshot.manifest_number is None for sighting in sightings(session, change))


def write_evidence(
    file: IO[bytes], session: Session, change: Change, comparison: Comparison, form: Mapping[str, Any]
) -> None:
    """Write the zip; `form` is the change as JSON. All its captures must be in manifests: see `unsealed`.

    The same change and the same manifests give the same bytes. ArchiveError when a capture is damaged.
    """
    folder = f"change-{change.id}"
    with SteadyZip(file, change.captured_at) as made:
        for name, parts in _files(session, change, comparison, form):
            made.add(f"{folder}/{name}", parts)
        sums = (f"{digest}  {name.removeprefix(f'{folder}/')}\n" for name, digest in sorted(made.digests.items()))
        made.add(f"{folder}/SHA256SUMS", ["".join(sums).encode()])


def _files(
    session: Session, change: Change, comparison: Comparison, form: Mapping[str, Any]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    captures = [_capture_file(session, place, one) for place, one in enumerate(sightings(session, change), 1)]
    first = min(capture.sighting.snapshot.manifest_number or 0 for capture in captures)
    chain = list(manifest.chain(session, since=first))
    yield "README.txt", [_readme(change, comparison, captures, chain).encode()]
    yield "redline.html", [html_page(comparison, unfolded=True).encode()]
    yield "redline.docx", [steady(docx_bytes(comparison), change.captured_at)]
    yield "text-old.md", [f"{comparison.old.text}\n".encode()]
    yield "text-new.md", [f"{comparison.new.text}\n".encode()]
    yield "change.json", [_json(form)]
    for capture in captures:
        yield f"captures/{capture.name}", [store.body(session, capture.sighting.snapshot)]
        yield f"captures/{capture.name}.json", [_json(capture.record)]
        yield f"captures/{capture.name}.record", [checked_line(capture.sighting.snapshot).encode()]
    for sealed in chain:
        yield f"manifests/{sealed.name}", (f"{line}\n".encode() for line in sealed.lines())
    verifier = resources.files("monitor.exporting") / "verify_evidence.py"
    yield "verify.py", [verifier.read_bytes()]


def _capture_file(session: Session, place: int, sighting: Sighting) -> CaptureFile:
    snapshot = sighting.snapshot
    headers = headers_of(snapshot)
    kind = media_type(store.body(session, snapshot), headers.get("content-type", ""), snapshot.final_url)
    at = f"{snapshot.captured_at:%Y%m%dT%H%M%SZ}"
    name = f"{place:02d}-{sighting.wording}-{sighting.seen}-seen-{at}.{ENDINGS[kind]}"
    return CaptureFile(name, sighting, _record(session, name, sighting, headers))


def _record(session: Session, name: str, sighting: Sighting, headers: Mapping[str, str]) -> dict[str, Any]:
    snapshot = sighting.snapshot
    sealed = Sealed(session, session.get_one(Manifest, snapshot.manifest_number))
    return {
        "file": name,
        "wording": sighting.wording,
        "seen": sighting.seen,
        "version": sighting.version.number,
        "brought_in": sighting.brought_in,
        **_line(snapshot),
        "headers": dict(headers),
        "manifest": sealed.name,
        "manifest_sealed_at": stamp(sealed.manifest.sealed_at),
    }


def _line(snapshot: Snapshot) -> dict[str, Any]:
    """What its record says of it, but for the digest of its headers."""
    return {
        "captured_at": stamp(snapshot.captured_at),
        "sha256": snapshot.frame.sha256,
        "size_bytes": snapshot.frame.size_bytes,
        "status": snapshot.status,
        "via": snapshot.via,
        "url": snapshot.url,
        "final_url": snapshot.final_url,
    }


def _json(value: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode(errors="replace")


def _readme(change: Change, comparison: Comparison, captures: Sequence[CaptureFile], chain: Sequence[Sealed]) -> str:
    return _TEMPLATES.get_template("README.txt.jinja").render(
        change=change,
        comparison=comparison,
        summary=sentence(comparison.diff.summary),
        dates=(*page_sentences(comparison.diff), *comparison.remarks),
        old_seen=moment_in_words(change.previous_captured_at),
        new_seen=moment_in_words(change.captured_at),
        captures=captures,
        brought_in=any(capture.sighting.brought_in for capture in captures),
        only_answered=_newest_old(captures) < change.previous_captured_at,
        chain=chain,
        sealed={sealed.name: moment_in_words(sealed.manifest.sealed_at) for sealed in chain},
    )


def _newest_old(captures: Sequence[CaptureFile]) -> datetime:
    return max(one.sighting.snapshot.captured_at for one in captures if one.sighting.wording == "old")


_TEMPLATES = Environment(  # plain text: nothing is to be escaped
    loader=PackageLoader("monitor.exporting"),
    autoescape=False,  # noqa: S701
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
