"""Lists of dates: what the line above a list says about all of them."""

from monitor.dates.labels import Kind
from monitor.dates.lines import Line, Page, has_digit, plain
from monitor.dates.vocabulary import words_of
from monitor.types import BlockKind

ENTRY_KINDS = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})
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
        while above and _is_entry(above) and above.row not in self._kinds:
            run.append(above.row)
            above = self._page.neighbour(above, -1)
        kind = self._kinds[above.row] if above and _is_entry(above) else self._opened_by(above)
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

    def _cue(self, line: Line) -> Kind | None:
        text = plain(line.raw[-_OPENER_CHARACTERS:])
        if not text.endswith(":") and len(line.raw.split(maxsplit=_OPENER_WORDS)) > _OPENER_WORDS:
            return None
        words = words_of(text, self._language)
        if words.has(Kind.CHANGELOG):
            return Kind.CHANGELOG
        return Kind.PREVIOUS if words.has(Kind.PREVIOUS) else None


def _is_entry(line: Line) -> bool:
    if line.raw.endswith(":") and not has_digit(line.raw):
        return False
    return line.kind in ENTRY_KINDS or (len(line.raw) < _ENTRY_CHARACTERS and "20" in line.raw)
