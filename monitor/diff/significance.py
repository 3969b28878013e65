"""What a revision is worth: the first rule that applies gives its level and its name.

Levels, reasons and their order are data, `rules/significance.yaml`; here are the tests behind the names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from monitor.diff import furniture, sameness, substance, turning
from monitor.diff.levels import entries, own_entries
from monitor.diff.lexicon import Lexicon
from monitor.diff.revision import Revision
from monitor.diff.rule_files import remembered, table
from monitor.types import Significance


@dataclass(frozen=True, slots=True)
class Rule:
    """A named test and the level that it gives; `meaning` is the reason told to people."""

    name: str
    level: Significance
    applies: Callable[[Revision], bool]
    meaning: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an edit is worth, and the name of the rule that says so."""

    rule: str
    level: Significance


def judge(revision: Revision) -> Verdict:
    """The verdict of the first rule that applies, raised by a rule of the home's own when that weighs more."""
    rule = next(rule for rule in rules() if rule.applies(revision))
    raising = [own for own in own_rules() if own.level > rule.level and own.applies(revision)]
    chosen = max(raising, key=lambda own: own.level, default=rule)
    return Verdict(chosen.name, chosen.level)


def meaning_of(rule: str) -> str:
    """The reason that people are told for the rule of this name; its name when it has none."""
    known = {one.name: one.meaning for one in (*rules(), *own_rules())}
    return known.get(rule) or next(iter(table("significance", "told").get(rule, [])), rule)


@remembered
def rules() -> tuple[Rule, ...]:
    """The rules of `rules/significance.yaml`, with the levels that the home gives them, in their order."""
    return tuple(Rule(entry.rule, entry.level, TESTS[entry.rule], entry.meaning) for entry in entries(TESTS))


@remembered
def own_rules() -> tuple[Rule, ...]:
    """The home's own: an edit in which one of the phrases came or went weighs at least so much."""
    return tuple(
        Rule(entry.rule, entry.level, partial(_names, Lexicon({entry.rule: list(entry.phrases)})), entry.meaning)
        for entry in own_entries()
    )


def _names(phrases: Lexicon, revision: Revision) -> bool:
    return any(phrases.has(side) for run in revision.runs for side in (run.gone, run.come))


TESTS: Mapping[str, Callable[[Revision], bool]] = {
    "set aside": furniture.is_set_aside,
    "moved": sameness.is_moved,
    "same words": sameness.is_same_words,
    "hidden address": sameness.is_hidden_address,
    "running clock": sameness.is_running_clock,
    "counter": sameness.is_counter,
    "same date": sameness.is_same_date,
    "same letters": sameness.is_same_letters,
    "said elsewhere": sameness.is_said_elsewhere,
    "identifier": sameness.is_identifier,
    "markup": sameness.is_markup,
    "renumbered": sameness.is_renumbered,
    "several dresses": sameness.is_other_dress,
    "table of contents": furniture.is_in_contents,
    "doubled word": sameness.is_doubled_word,
    "recipient": substance.is_recipient,
    "contact details": substance.is_contact_details,
    "negation": turning.turns_negation,
    "modality": turning.turns_modality,
    "contents": furniture.is_contents_entry,
    "figure": turning.changes_figure,
    "reference": sameness.is_other_reference,
    "date": substance.is_only_dates,
    "link": sameness.is_same_site,
    "typo": sameness.is_typo,
    "chrome": furniture.is_chrome,
    "pointer": furniture.is_pointer,
    "names": substance.is_names,
    "number": turning.changes_number,
    "light words": substance.is_light,
    "contact block": substance.is_contact_block,
    "notice": furniture.is_notice,
    "table row": substance.is_table_row,
    "new figure": turning.has_figure,
    "party, data, use or law": substance.is_loaded,
    "heading": furniture.is_heading,
    "clause": substance.is_reworded,
    "word": lambda _: True,
}
"""The test behind each rule of the table."""
