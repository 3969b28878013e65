"""Lists of dates: what the line above a list says about all of them."""

from monitor.dates.labels import Kind
from monitor.dates.lines import Line, Page, has_digit, plain
from monitor.dates.vocabulary import words_of
from monitor.types import BlockKind

ENTRY_KINDS = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})
_COLUMNS = frozenset({Kind.VERSION, Kind.UPDATED, Kind.LAST_UPDATED, Kind.PUBLISHED, Kind.EFFECTIVE, Kind.CHANGELOG})
_RUN_LINES = 500
_OPENER_WORDS = 16
_OPENER_CHARACTERS = 140
_ENTRY_CHARACTERS = 300
_HEADING_ABOVE_LINES = 4


class Sections:
    """Tells whether a line stands in a list of changes (`changelog`) or of earlier versions (`previous`)."""

    def __init__(self, page: Page, language: str | None) -> None:
        self._page = page
        self._language = language
        self._kinds: dict[int, Kind | None] = {}

    def kind_of(self, line: Line) -> Kind | None:
        """The kind of list the line stands in: its run of entries goes up to the first line that is none."""
        run = [line.row]
        above = self._page.neighbour(line, -1)
        while above and above.row not in self._kinds and len(run) < _RUN_LINES and self._is_entry(above):
            run.append(above.row)
            above = self._page.neighbour(above, -1)
        kind = self._kinds[above.row] if above and above.row in self._kinds else self._opened_by(above)
        self._kinds.update(dict.fromkeys(run, kind))
        return kind

    def _opened_by(self, opener: Line | None) -> Kind | None:
        for _ in range(_HEADING_ABOVE_LINES):
            if opener is None:
                return None
            kind = self._cue(opener)
            if kind or opener.kind is BlockKind.HEADING:
                return kind
            opener = self._page.neighbour(opener, -1)
        return None

    def _is_entry(self, line: Line) -> bool:
        if not has_digit(line.raw) and (line.raw.endswith(":") or self._heads_versions(line)):
            return False
        return line.kind in ENTRY_KINDS or (len(line.raw) < _ENTRY_CHARACTERS and "20" in line.raw)

    def _heads_versions(self, line: Line) -> bool:
        """Whether a table's head names versions and their dates: "Version | Changes | Date"."""
        if line.kind is not BlockKind.TABLE_ROW or len(line.raw) > _OPENER_CHARACTERS:
            return False
        words = words_of(line.raw, self._language)
        columns = {match.start for match in words.matches if match.kind in _COLUMNS}
        return len(columns) >= 2

    def _cue(self, line: Line) -> Kind | None:
        if self._heads_versions(line):
            return Kind.CHANGELOG
        text = plain(line.raw[-_OPENER_CHARACTERS:])
        if not text.endswith(":") and len(line.raw.split(maxsplit=_OPENER_WORDS)) > _OPENER_WORDS:
            return None
        words = words_of(text, self._language)
        if words.has(Kind.CHANGELOG):
            return Kind.CHANGELOG
        return Kind.PREVIOUS if words.has(Kind.PREVIOUS) else None
