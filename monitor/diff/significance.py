"""What a revision is worth: the first rule that applies gives its level and its name.

The order is the promise. First what is exactly the same in another dress; then what turns a meaning by one word (negation, modality,
figures); only then anything that quietens. In doubt between two levels the higher one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.diff import furniture, sameness, substance, turning
from monitor.diff.revision import Revision
from monitor.types import Significance

_NONE, _COSMETIC, _EDITORIAL = Significance.NONE, Significance.COSMETIC, Significance.EDITORIAL
_MINOR, _SUBSTANTIVE = Significance.MINOR, Significance.SUBSTANTIVE


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
    """The verdict of the first rule that applies."""
    rule = next(rule for rule in RULES if rule.applies(revision))
    return Verdict(rule.name, rule.level)


def meaning_of(rule: str) -> str:
    """The reason that people are told for the rule of this name; its name when it has none."""
    return next((known.meaning for known in RULES if known.name == rule), rule)


# fmt: off
RULES: tuple[Rule, ...] = (
    # still on the page
    Rule("set aside", _NONE, furniture.is_set_aside, "the words still stand on the page, beside the policy"),
    # the same in another dress
    Rule("moved", _COSMETIC, sameness.is_moved, "the same words in another place"),
    Rule("same words", _COSMETIC, sameness.is_same_words, "the same words in another dress"),
    Rule("hidden address", _NONE, sameness.is_hidden_address, "an e-mail address was only hidden from robots or shown again"),
    Rule("running clock", _NONE, sameness.is_running_clock, "a relative time such as '5 days ago' moved on"),
    Rule("counter", _NONE, sameness.is_counter, "a count of the page changed, such as its readers or the vendors of its consent layer"),
    Rule("same date", _COSMETIC, sameness.is_same_date, "the same date written in another way"),
    Rule("same letters", _COSMETIC, sameness.is_same_letters, "words joined, split or punctuated in another way"),
    Rule("said elsewhere", _COSMETIC, sameness.is_said_elsewhere, "the words stand elsewhere in the other version"),
    Rule("identifier", _NONE, sameness.is_identifier, "a technical identifier of the page changed"),
    Rule("markup", _COSMETIC, sameness.is_markup, "markup that was printed as text came or went"),
    Rule("renumbered", _COSMETIC, sameness.is_renumbered, "numbers of clauses, versions or copyright years changed"),
    Rule("several dresses", _COSMETIC, sameness.is_other_dress, "the same words with other marks, dates written otherwise or markup printed as text"),
    Rule("table of contents", _COSMETIC, furniture.is_in_contents, "a table of contents came, went, doubled or was brought up to date"),
    Rule("doubled word", _COSMETIC, sameness.is_doubled_word, "a word that was typed twice was taken out"),
    # one word turns the meaning
    Rule("recipient", _SUBSTANTIVE, substance.is_recipient, "somebody came or went in a list of those who get the data"),
    Rule("contact details", _MINOR, substance.is_contact_details, "only where to write, call or look changed"),
    Rule("negation", _SUBSTANTIVE, turning.turns_negation, "a negation came or went"),
    Rule("modality", _SUBSTANTIVE, turning.turns_modality, "what may, must or will be done changed"),
    Rule("contents", _EDITORIAL, furniture.is_contents_entry, "the words of a heading came or went once more"),
    Rule("figure", _SUBSTANTIVE, turning.changes_figure, "a duration, an amount or an age changed"),
    Rule("reference", _MINOR, sameness.is_other_reference, "the text refers to another clause"),
    Rule("date", _MINOR, substance.is_only_dates, "a date in the text changed"),
    Rule("link", _COSMETIC, sameness.is_same_site, "a link to another page of the same site changed"),
    # what quietens
    Rule("typo", _COSMETIC, sameness.is_typo, "a slip of the pen was mended"),
    Rule("chrome", _NONE, furniture.is_chrome, "page furniture around the policy"),
    Rule("pointer", _NONE, furniture.is_pointer, "a link to another page came or went"),
    Rule("names", _MINOR, substance.is_names, "names in a list changed"),
    Rule("number", _SUBSTANTIVE, turning.changes_number, "a number changed"),
    Rule("light words", _EDITORIAL, substance.is_light, "words changed that carry no duty, right or thing"),
    # what came, went or was reworded
    Rule("contact block", _MINOR, substance.is_contact_block, "contact details came or went"),
    Rule("notice", _MINOR, furniture.is_notice, "an announcement about the document came or went"),
    Rule("table row", _MINOR, substance.is_table_row, "a row of a table changed"),
    Rule("new figure", _SUBSTANTIVE, turning.has_figure, "a text with a duration, an amount or an age came or went"),
    Rule("party, data, use or law", _SUBSTANTIVE, substance.is_loaded, "a recipient, a kind of data, a use, a law, a place or a duty changed"),
    Rule("heading", _EDITORIAL, furniture.is_heading, "a heading changed"),
    Rule("clause", _SUBSTANTIVE, substance.is_reworded, "a clause came, went or was reworded"),
    Rule("word", _MINOR, lambda _: True, "a word changed"),
)
# fmt: on
