"""By what the pages of a policy are read: by their declared selections where these match, automatically where not.

Compared is only what was read in one way: by its selection when that matches in all pages of a source that are compared,
else by the automatic reading of all of them. So neither a declaration nor a redesign makes a change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from monitor.archive import store
from monitor.archive.records import headers_of
from monitor.dates.history import as_before, not_after
from monitor.decide.selections import MissedSelection
from monitor.decide.wording import combine
from monitor.errors import ReadingError
from monitor.extract import EXTRACTOR_VERSION
from monitor.models import Snapshot, Source, Version, VersionSource
from monitor.reading import Reader
from monitor.types import Document, Selection

Ways = Mapping[int, Selection | None]
"""Source -> the selection that its page is read by; None for the automatic reading."""


@dataclass(frozen=True, slots=True)
class Alike:
    """The new pages, the wording in force, the one that waits, and the former one in another language, all read in one way
    for comparing: `ways`.

    `own` are the ways by which the new pages read best, `own_document` is what they read as then; `base_ways` those of the
    wording in force. `upgrade` is the wording in force by `base_ways` when it was recorded by others, or by an older extractor.
    """

    document: Document
    ways: Ways
    own_document: Document
    own: Ways
    base: Document | None = None
    base_ways: Ways = field(default_factory=dict)
    pending: Document | None = None
    former: Document | None = None
    upgrade: Document | None = None


@dataclass
class Pages:
    """Reads snapshots, none of them twice in one way."""

    session: Session
    reader: Reader
    _known: dict[tuple[int, Selection | None], Document] = field(default_factory=dict)

    def read(self, snapshot: Snapshot, selection: Selection | None) -> Document:
        """The snapshot's document; the automatic reading, which says so, when the selection misses."""
        wanted = (snapshot.id, selection)
        if wanted not in self._known:
            self._known[wanted] = self._read(snapshot, selection)
        return self._known[wanted]

    def read_declared(self, snapshot: Snapshot) -> Document:
        """The snapshot's document by the selection that its source declares today."""
        return self.read(snapshot, declared(self.session, snapshot.source_id))

    def _read(self, snapshot: Snapshot, selection: Selection | None) -> Document:
        document = _seen(
            snapshot,
            self.reader.read(
                store.body(self.session, snapshot),
                content_type=headers_of(snapshot).get("content-type", ""),
                url=snapshot.final_url,
                asked_url=snapshot.url,
                status=snapshot.status,
                selection=selection,
            ),
        )
        if document.selection_missed:
            self._known[snapshot.id, None] = replace(document, selection_missed="")
        return document


def declared(session: Session, source_id: int) -> Selection | None:
    return session.get_one(Source, source_id).selection


def read_alike(
    pages: Pages,
    snapshots: Sequence[Snapshot],
    base: Version | None,
    pending: Version | None,
    former: Version | None,
    *,
    moved: bool,
) -> Alike:
    """Read the newest good snapshot of each source and the versions. `moved`: they are of other sources, nothing is compared."""
    own_documents = [pages.read_declared(snapshot) for snapshot in snapshots]
    own = {
        snapshot.source_id: None if document.selection_missed else declared(pages.session, snapshot.source_id)
        for snapshot, document in zip(snapshots, own_documents, strict=True)
    }
    own_document = combine(tuple(own_documents))
    if base is None:
        return Alike(own_document, own, own_document, own)
    base_ways = ways_of_version(pages, base)
    compared = [ways_of_version(pages, version) for version in (pending, former) if version is not None]
    ways = own if moved else in_common(own, base_ways, *compared)
    today = read_version(pages, base, base_ways)
    document = combine(tuple(pages.read(snapshot, ways[snapshot.source_id]) for snapshot in snapshots))
    return Alike(
        document=_dated_as(today, document),
        ways=ways,
        own_document=_dated_as(today, own_document),
        own=own,
        base=today if moved else read_version(pages, base, ways),
        base_ways=base_ways,
        pending=read_version(pages, pending, ways) if pending is not None else None,
        former=read_version(pages, former, ways) if former is not None else None,
        upgrade=today if today is not base.document else None,
    )


def ways_of_version(pages: Pages, version: Version) -> Ways:
    """By what the pages of a version are read today."""
    return {part.snapshot.source_id: _way(pages, version, part) for part in version.sources}


def in_common(ways: Ways, *others: Ways) -> Ways:
    """The ways that are the same in all; the automatic reading where they differ."""
    return {
        source: way if all(other.get(source, way) == way for other in others) else None for source, way in ways.items()
    }


def read_version(pages: Pages, version: Version, ways: Ways) -> Document:
    """A version's text, read in these ways by today's extractor: the recorded document when that was read so, or when
    today's extractor cannot read its pages.
    """
    read_so = all(part.selection == ways.get(part.snapshot.source_id) for part in version.sources)
    if read_so and version.extractor_version == EXTRACTOR_VERSION:
        return version.document
    try:
        again = combine(tuple(pages.read(part.snapshot, ways.get(part.snapshot.source_id)) for part in version.sources))
        return _dated_as(version.document, again)
    except ReadingError:
        if read_so:
            return version.document
        raise


def _seen(snapshot: Snapshot, document: Document) -> Document:
    """The document with the readings of its dates that its capture leaves possible."""
    return replace(document, stated=not_after(document.stated, snapshot.captured_at))


def _dated_as(before: Document, document: Document) -> Document:
    """The document with its dates read as the policy's dates were read before."""
    return replace(document, stated=as_before(document.stated, before.stated))


def is_declared_anew(session: Session, version: Version, missed: tuple[MissedSelection, ...]) -> bool:
    """A selection was declared, changed or taken away since the version was read, and not yet tried on its page."""
    tried = {(one.source_id, one.selection) for one in missed}
    wanted = ((part, declared(session, part.snapshot.source_id)) for part in version.sources)
    return any(part.selection != way and (part.snapshot.source_id, way) not in tried for part, way in wanted)


def missed_selection(session: Session, source_id: int, document: Document | None) -> MissedSelection | None:
    """The selection that a source's document could not be read by."""
    source = session.get_one(Source, source_id)
    if source.selection is None or document is None or not document.selection_missed:
        return None
    return MissedSelection(source.id, source.url, source.selection, document.selection_missed)


def _way(pages: Pages, version: Version, part: VersionSource) -> Selection | None:
    wanted = declared(pages.session, part.snapshot.source_id)
    read_so = part.selection == wanted and version.extractor_version == EXTRACTOR_VERSION
    if wanted is None or read_so:
        return wanted
    return None if pages.read(part.snapshot, wanted).selection_missed else wanted
