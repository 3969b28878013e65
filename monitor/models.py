"""The tables. One class a noun of the glossary; what each column means stands beside it.

Two nouns have no table: a Declaration is a file, and Rules and Channels are settings (an Alert keeps its channel's name).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from monitor.database import UtcDateTime
from monitor.packed import PackedDiff, PackedDocument, PackedMachineText, PackedSelection
from monitor.types import Document, DocumentDiff, MachineText, Selection


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, str: Text}  # noqa: RUF012


class Service(Base):
    """The company or product watched."""

    __tablename__ = "service"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str]


class Policy(Base):
    """One service's one kind of terms: what a person names and follows."""

    __tablename__ = "policy"
    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    slug: Mapped[str] = mapped_column(String(400), unique=True)
    terms_type: Mapped[str]
    interval_seconds: Mapped[int]
    browser: Mapped[str] = mapped_column(String(10), default="auto")
    obey_robots: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    cron: Mapped[str] = mapped_column(default="")  # instead of the interval, in `time_zone`
    time_zone: Mapped[str] = mapped_column(default="")  # an IANA name; UTC when empty
    adaptive: Mapped[bool] = mapped_column(default=False)  # checked more often after changes, less when quiet
    adapted_seconds: Mapped[int | None]  # the interval that it has adapted to
    next_check_at: Mapped[datetime] = mapped_column(index=True)
    next_check_reason: Mapped[str] = mapped_column(default="")  # in words
    lease_token: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what decide/ remembers
    watched_blocks: Mapped[list[str]] = mapped_column(JSON, default=list)  # volatile ones that people took back
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)  # words of people's own, for retention rules
    service: Mapped[Service] = relationship(lazy="joined", innerjoin=True)
    sources: Mapped[list["Source"]] = relationship(order_by="Source.position")

    @property
    def name(self) -> str:
        return f"{self.service.name} {self.terms_type}"


class Source(Base):
    """One URL that a policy's text is read from.

    `declared_at`: None when it was declared with the policy, the moment when a later declaration added it.
    `retired_at`: the moment when a declaration stopped naming it.
    """

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("policy_id", "url"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    position: Mapped[int]
    url: Mapped[str]
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    browser_reason: Mapped[str] = mapped_column(default="")  # why plain HTTP was not enough last time
    declared_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    selection: Mapped[Selection | None] = mapped_column(PackedSelection)  # as declared today
    language: Mapped[str] = mapped_column(default="")  # asked for as Accept-Language, as declared
    moved_to: Mapped[str] = mapped_column(default="")  # where it says that it is for good, told once
    browser_tested_at: Mapped[datetime | None]  # when plain HTTP was last found not to be enough


class Check(Base):
    """One due visit to a policy; open while `outcome` is None. UNIQUE(policy, due_at): no visit is made twice."""

    __tablename__ = "policy_check"  # "check" is reserved in SQL
    __table_args__ = (UniqueConstraint("policy_id", "due_at"), Index("ix_policy_check_open", "outcome"))
    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    due_at: Mapped[datetime]
    captured_at: Mapped[datetime | None]  # of the newest answer
    outcome: Mapped[str | None] = mapped_column(String(20))
    page_state: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(default="")
    via: Mapped[str | None] = mapped_column(String(20))
    policy: Mapped[Policy] = relationship()
    fetches: Mapped[list["Fetch"]] = relationship(order_by="Fetch.id", viewonly=True)


class Fetch(Base):
    """One attempt to get one source; always recorded. `final` is False when the browser was asked next."""

    __tablename__ = "source_fetch"  # "fetch" is reserved in PostgreSQL
    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("policy_check.id"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"), index=True)
    at: Mapped[datetime]
    via: Mapped[str] = mapped_column(String(20))
    final: Mapped[bool]
    not_modified: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str] = mapped_column(default="")
    failure: Mapped[str] = mapped_column(default="")  # the error's machine name
    moved_to: Mapped[str] = mapped_column(default="")  # where permanent redirects led
    canonical_url: Mapped[str] = mapped_column(default="")  # what the page calls its own address, once it was read
    reason: Mapped[str] = mapped_column(default="")  # why the browser
    language: Mapped[str] = mapped_column(default="")  # asked for, as declared then
    duration_seconds: Mapped[float] = mapped_column(Float, default=0.0)
    page_state: Mapped[str | None] = mapped_column(String(20))  # once its snapshot was read
    snapshot: Mapped["Snapshot | None"] = relationship()


class Host(Base):
    """How a host is to be visited, by all runs together: the row is claimed by compare-and-set before each request.

    `crawl_delay_seconds` is what its robots.txt wishes, 0 when nothing; `refusals` in a row (429, 503) lengthen the back-off.
    """

    __tablename__ = "host"
    name: Mapped[str] = mapped_column(String(300), primary_key=True)  # with the port, when it is not the scheme's own
    next_allowed_at: Mapped[datetime]
    crawl_delay_seconds: Mapped[float] = mapped_column(Float, default=0.0)
    backoff_until: Mapped[datetime | None]
    refusals: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str] = mapped_column(String(64), default="")  # the token of the run that has the turn


class Run(Base):
    """One crawl from beginning to end, and Scrapy's counts of it."""

    __tablename__ = "run"
    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime]
    stats: Mapped[dict[str, Any]]


class ResumePoint(Base):
    """How far long work got that may be interrupted: `reached` is a word of its own. No row: nothing of it is under way."""

    __tablename__ = "resume_point"
    work: Mapped[str] = mapped_column(String(200), primary_key=True)
    reached: Mapped[str]
    at: Mapped[datetime]


class Frame(Base):
    """Compressed bytes, stored once per content: a delta against `base`, or whole when it has none."""

    __tablename__ = "frame"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("frame.id"))
    depth: Mapped[int]  # at most so many frames have to be unpacked before this one
    packed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    packed_crc32: Mapped[int] = mapped_column(BigInteger)  # of `packed`, as damage that unpacks all the same is damage
    deleted_at: Mapped[datetime | None]  # when a retention rule took the bytes away: `packed` is empty since


class Manifest(Base):
    """The sealed list of what was archived since the one before, which it names by its digest. See `archive.manifest`."""

    __tablename__ = "manifest"
    number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(String(10))  # YYYY-MM-DD in UTC: the last one that it is of
    sealed_at: Mapped[datetime]
    snapshots: Mapped[int]  # how many it lists
    first_snapshot_id: Mapped[int]
    last_snapshot_id: Mapped[int]
    previous_sha256: Mapped[str] = mapped_column(String(64))  # empty in the first one
    sha256: Mapped[str] = mapped_column(String(64))


class Snapshot(Base):
    """A capture in the archive; never edited. `revisit_of` is the first one of the source with the same bytes, by its
    moment, among those that were in the archive when it came in: a later one perhaps, for an older capture that was imported.

    Its headers are packed against those of `headers_base`, or whole: `archive.records` reads them. `record_sha256` is the
    digest of its line in the manifest, which covers every column of the capture.
    """

    __tablename__ = "snapshot"
    __table_args__ = (
        UniqueConstraint("source_id", "captured_at", "frame_id"),
        Index(
            "ix_snapshot_unsealed",
            "id",
            sqlite_where=text("manifest_number IS NULL"),
            postgresql_where=text("manifest_number IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id"), index=True)
    revisit_of: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))
    captured_at: Mapped[datetime]
    url: Mapped[str]
    final_url: Mapped[str]
    status: Mapped[int]
    packed_headers: Mapped[bytes] = mapped_column(LargeBinary)
    headers_base_id: Mapped[int | None]
    via: Mapped[str] = mapped_column(String(20))
    record_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    manifest_number: Mapped[int | None]  # None: not sealed yet
    frame: Mapped[Frame] = relationship(lazy="joined", innerjoin=True)
    headers_base: Mapped["Snapshot | None"] = relationship(
        primaryjoin="foreign(Snapshot.headers_base_id) == remote(Snapshot.id)", viewonly=True
    )


class Version(Base):
    """A policy's text from the moment it differed. `technical`: our extractor or a declaration made it; it never alerts."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("policy_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))  # pending, confirmed, withdrawn
    technical: Mapped[bool] = mapped_column(default=False)
    captured_at: Mapped[datetime]  # first sighting
    last_seen_at: Mapped[datetime]
    extractor_version: Mapped[str] = mapped_column(String(20))
    fingerprint: Mapped[str] = mapped_column(String(64))
    document: Mapped[Document] = mapped_column(PackedDocument, deferred=True)
    sources: Mapped[list["VersionSource"]] = relationship(
        order_by="VersionSource.position", cascade="all, delete-orphan"
    )
    policy: Mapped[Policy] = relationship()


class VersionSource(Base):
    """Which snapshot of which source a version was read from; `selection`: by what, None: automatically."""

    __tablename__ = "version_source"
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"), index=True)
    selection: Mapped[Selection | None] = mapped_column(PackedSelection)
    snapshot: Mapped[Snapshot] = relationship()


class Passage(Base):
    """The words of one block, once for all versions of a policy that it stands in; a very long block is several.

    `digest` is the first half of the text's SHA-256. What is searched is the index `passage_words` of its words: see `monitor.search.passages`.
    """

    __tablename__ = "passage"
    __table_args__ = (UniqueConstraint("policy_id", "digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    text: Mapped[str]
    policy: Mapped[Policy] = relationship()


class PassageVersion(Base):
    """A passage stands in a version."""

    __tablename__ = "passage_version"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  a third of the size
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), primary_key=True)


class Change(Base):
    """The difference of two versions, as `diff` found it."""

    __tablename__ = "change"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  people quote the numbers: none is given twice
    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), unique=True)
    previous_version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    status: Mapped[str] = mapped_column(String(20))  # pending, confirmed, withdrawn
    captured_at: Mapped[datetime]  # the new wording's first sighting
    previous_captured_at: Mapped[datetime]  # the old wording's last sighting
    confirmed_at: Mapped[datetime | None]
    significance: Mapped[str] = mapped_column(String(20), index=True)
    return_of: Mapped[int | None]  # the number of the earlier version with this wording
    diff: Mapped[DocumentDiff] = mapped_column(PackedDiff)
    machine_text: Mapped[MachineText | None] = mapped_column(PackedMachineText)  # None: no model wrote one
    policy: Mapped[Policy] = relationship()
    version: Mapped[Version] = relationship(foreign_keys=[version_id])
    previous_version: Mapped[Version] = relationship(foreign_keys=[previous_version_id])


class Notice(Base):
    """Operator news about a policy: `inaccessible` since, `recovered`; a `selection` that does not match, `selection_again`;
    one `source` of several that is lost, `source_again`; one that `moved` for good.
    """

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("check_id", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("policy_check.id"))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str]


class Message(Base):
    """A frozen set of alerts for one channel. `id` is the same on every attempt, so that receivers can drop a repeat."""

    __tablename__ = "message"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    channel: Mapped[str] = mapped_column(String(100), index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)  # pending, sent, exhausted
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    alerts: Mapped[list["Alert"]] = relationship(back_populates="message", order_by="Alert.id")
    deliveries: Mapped[list["Delivery"]] = relationship(order_by="Delivery.id")


class Alert(Base):
    """The promise to tell one channel about one change."""

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("change_id", "channel"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("change.id"))
    channel: Mapped[str] = mapped_column(String(100), index=True)
    created_at: Mapped[datetime]
    message_id: Mapped[str | None] = mapped_column(ForeignKey("message.id"), index=True)
    change: Mapped[Change] = relationship()
    message: Mapped[Message | None] = relationship(back_populates="alerts")


class Delivery(Base):
    """One attempt to send a message, with its result."""

    __tablename__ = "delivery"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"), index=True)
    attempted_at: Mapped[datetime]
    accepted: Mapped[bool]
    detail: Mapped[str] = mapped_column(default="")
