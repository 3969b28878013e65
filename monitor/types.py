"""The values that the stages hand to each other. Every text is canonical (see `monitor.words`), every moment aware UTC."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

Progress = Callable[[int, int], None]  # called with (done, total) while long work goes on


def unheard(_done: int, _total: int) -> None:
    """The Progress of work that nobody watches."""


class Via(StrEnum):
    """The way by which an answer came."""

    HTTP = "http"
    BROWSER = "browser"
    IMPORT = "import"
    NOT_MODIFIED = "not_modified"


class Outcome(StrEnum):
    """What a check came to. `inaccessible`: an answer, but not the policy. `failed`: no answer."""

    FIRST = "first"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    INACCESSIBLE = "inaccessible"
    FAILED = "failed"


class PageState(StrEnum):
    """What kind of page the bytes are. All but `ok` make the check inaccessible, never a change."""

    OK = "ok"
    ERROR_PAGE = "error_page"
    BOT_WALL = "bot_wall"
    LOGIN_WALL = "login_wall"
    CONSENT_WALL = "consent_wall"
    LOADING = "loading"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    WRONG_PAGE = "wrong_page"
    OTHER_VARIANT = "other_variant"


class BlockKind(StrEnum):
    """The type of one block of a document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"


class Significance(IntEnum):
    """What a change is worth, in ascending order; `word` is the form people and programs read."""

    NONE = 0
    COSMETIC = 1
    DATE = 2
    EDITORIAL = 3
    MINOR = 4
    SUBSTANTIVE = 5

    @property
    def word(self) -> str:
        return self.name.lower()


class EditKind(StrEnum):
    """How a block moved from the old document to the new one."""

    INSERT = "insert"
    DELETE = "delete"
    REPLACE = "replace"
    MOVE = "move"


class Direction(StrEnum):
    """For or against the reader of the policy."""

    WORSE = "worse"
    BETTER = "better"
    MIXED = "mixed"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Capture:
    """What a successful fetch brought back: the exact bytes and how they came."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    captured_at: datetime
    via: Via
    moved_to: str = ""  # where nothing but permanent redirects (301, 308) led; empty when it was not moved for good

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


@dataclass(frozen=True, slots=True)
class Range:
    """All of a page between two places. `start` and `end` are CSS selectors, of which the first match counts.

    It starts before the start element, or behind it with `after_start`; it ends before the end element, so without it,
    or behind it with `after_end`.
    """

    start: str
    end: str
    after_start: bool = False
    after_end: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """What a declaration says of where the policy stands on a page: CSS selectors, all of whose matches count, and ranges.

    What `remove` names goes first, then `select` names what stays; an empty `select` leaves that to the automatic reading.
    """

    select: tuple[str | Range, ...] = ()
    remove: tuple[str | Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document.

    `level` is 1-6 for a heading, the depth from 1 on for a list item, 0 otherwise. `number` is the printed
    numbering ("3.1", "(a)"), kept apart from the words. Cells of a table row are joined by " | ".
    """

    kind: BlockKind
    text: str
    level: int = 0
    number: str = ""
    links: tuple[str, ...] = ()


def _precision(value: str) -> str:
    return {4: "year", 7: "month"}.get(len(value), "day")


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date that the page claims, as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.

    `evidence` is its line as it stands on the page, `block` the number of the block. `alternatives` are all its readings
    when day and month could not be told apart: `value` is then only the likelier one. `labelled` is False when nothing but
    its place on the page says that it is the policy's.
    """

    value: str
    evidence: str
    block: int
    alternatives: tuple[str, ...] = ()
    labelled: bool = True

    @property
    def confidence(self) -> str:
        """`low` when it is a guess that it is the policy's, or which day it is; else `high`."""
        return "high" if self.labelled and not self.alternatives else "low"

    @property
    def precision(self) -> str:
        """`day`, `month` or `year`: how much of the date the page tells."""
        return _precision(self.value)


@dataclass(frozen=True, slots=True)
class RejectedDate:
    """A date seen on the page that is not the policy's, and why not."""

    value: str
    evidence: str
    block: int
    reason: str

    @property
    def precision(self) -> str:
        """`day`, `month` or `year`: how much of the date the page tells."""
        return _precision(self.value)


@dataclass(frozen=True, slots=True)
class MarkupDate:
    """A date in the page's markup and not in its text: when somebody saved the page, hardly ever the policy's date.

    `source` says where it stands, such as `JSON-LD dateModified`; `value` is its day as `YYYY-MM-DD`.
    """

    source: str
    value: str


@dataclass(frozen=True, slots=True)
class StatedDates:
    """The dates the policy states about itself. Never confused with the capture time."""

    last_updated: StatedDate | None = None
    effective: StatedDate | None = None
    rejected: tuple[RejectedDate, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A snapshot read as text: ordered typed blocks, language, stated dates, and the state of the page.

    `text` is the canonical Markdown of the blocks. When `page_state` is not `ok`, `page_evidence` says why in words.
    `beside` is what the page holds besides the policy's text (menus, banners, hidden layers), a line for each block.
    `markup_dates` are dates for programs, kept as evidence beside `stated` and never taken for it.
    `selection_missed` says in words why the declared selection was not used and the page was read automatically. `canonical_url`: the page's own.
    """

    title: str
    language: str | None
    blocks: tuple[Block, ...]
    text: str
    stated: StatedDates = field(default_factory=StatedDates)
    page_state: PageState = PageState.OK
    page_evidence: str = ""
    beside: str = field(default="", repr=False)
    markup_dates: tuple[MarkupDate, ...] = ()
    selection_missed: str = ""
    canonical_url: str = ""

    @property
    def word_count(self) -> int:
        return sum(len(block.text.split()) for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of a redline: `op` is `equal`, `insert` or `delete`."""

    op: str
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing one may look up that changed: `type` as in `monitor/diff/facts.py`; a missing side is None.

    `quiet`: it obliges nobody to anything else, such as another address of the same page. Programs get it, alerts leave it out.
    """

    type: str
    old: str | None
    new: str | None
    section: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one place. `section` is the path of headings above it, joined by " > ".

    `segments` is the word-level redline: its equal and delete runs joined are `old`, its equal and insert runs `new`.
    `rule` names the rule that gave `significance`. `moved_from` is the old section of a moved block. `old_at` and `new_at`
    are the places of its blocks in the two documents.
    """

    kind: EditKind
    section: str
    old: str | None
    new: str | None
    segments: tuple[Segment, ...]
    significance: Significance
    rule: str
    topics: tuple[str, ...] = ()
    direction: Direction = Direction.NEUTRAL
    moved_from: str | None = None
    old_at: tuple[int, ...] = ()
    new_at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DateMove:
    """A stated date before and after; None on a side where the page states none.

    The alternatives are all readings of a side whose day and month could not be told apart. `rendered`: the page prints the
    day of every fetch as its date, which therefore never counts as a move.
    """

    old: str | None
    new: str | None
    old_alternatives: tuple[str, ...] = ()
    new_alternatives: tuple[str, ...] = ()
    rendered: bool = False

    @property
    def moved(self) -> bool:
        return self.old != self.new and not self.rendered


@dataclass(frozen=True, slots=True)
class DocumentDiff:
    """Everything that is to be said about two documents.

    `capture` is `ok`, `broken`, `restored` or `chrome`. `silent`: words changed while the date the page states did not
    move (False when the page states none). `marked_characters`: the length of all inserted and deleted runs.
    `hardly_read`: the code of the page's language when the rules know few of its words, so that facts, topics, direction
    and level are less sure.
    """

    capture: str
    significance: Significance
    topics: tuple[str, ...]
    direction: Direction
    facts: tuple[Fact, ...]
    moved: tuple[str, ...]
    last_updated: DateMove
    effective: DateMove
    silent: bool
    marked_characters: int
    summary: str
    edits: tuple[Edit, ...]
    hardly_read: str = ""

    @property
    def confidence(self) -> str:
        """How sure the verdicts are: `high`, or `low` in a language that the rules hardly know."""
        return "low" if self.hardly_read else "high"

    @property
    def date_only(self) -> bool:
        """A date that the page states moved, and no word with it."""
        return self.significance is Significance.DATE

    @property
    def date_moved(self) -> bool:
        """A date that the page states moved, with words or alone."""
        return self.last_updated.moved or self.effective.moved


@dataclass(frozen=True, slots=True)
class MachineText:
    """What a language model wrote about a change, in one line, and the model's name. Nobody has checked it."""

    model: str
    text: str

    @property
    def marked(self) -> str:
        """The form in which people are told it: it never stands without saying what it is."""
        return f"Machine-written by {self.model}, not checked: {self.text}"


@dataclass(frozen=True, slots=True)
class DueSource:
    """One source of a due check, as the crawler needs it.

    `etag` and `last_modified` are those of the newest archived answer. `browser` is `auto`, `always` or `never`; `browser_reason`
    why it was needed last time, empty when it was not; `retest_browser`: time to look again. `language`: tags to ask for.
    """

    check_id: int
    source_id: int
    policy: str
    url: str
    etag: str = ""
    last_modified: str = ""
    browser: str = "auto"
    browser_reason: str = ""
    obey_robots: bool = True
    language: str = ""
    retest_browser: bool = False


@dataclass(frozen=True, slots=True)
class FetchResult:
    """How one attempt to get one source ended: with a capture, with "not modified", or with an error in words.

    An answer with a body is a capture, a 404 too. `final` is False when the browser is about to be asked as well; `reason` says
    why. `failure` names the error. `duration_seconds` are those on the network.
    """

    check_id: int
    source_id: int
    via: Via
    at: datetime
    final: bool = True
    capture: Capture | None = None
    not_modified: bool = False
    error: str = ""
    failure: str = ""
    reason: str = ""
    duration_seconds: float = 0.0
    language: str = ""
