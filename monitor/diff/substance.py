"""What a change is made of: contacts, names, light words, things that carry rights and duties."""

from collections import Counter
from collections.abc import Iterable

from monitor.diff import sameness
from monitor.diff.mentions import COMPANY
from monitor.diff.quantities import CONTACTS, without
from monitor.diff.revision import Revision
from monitor.diff.sections import JOINT
from monitor.diff.tables import lexicon, merged
from monitor.diff.wording import meaning_words
from monitor.types import BlockKind

# From this many changed content words on a sentence says something else, whatever the words are.
_REWORDED = 3
_ENTRY_WORDS = 5
_ADDRESS_LINES = 4
_ADDRESS_LINE_WORDS = 12
# A block of contact details has one of them for so many words.
_WORDS_A_CONTACT = 16
# A cell of this many words is a sentence.
_CELL_WORDS = 12
# Under such headings a name is a recipient or a partner.
_PARTNERS = frozenset({"sharing", "trackers", "identity", "transfer", "collection"})
_THINGS = ("recipients", "data", "uses")
_LOADED = ("companies", *_THINGS, "laws", "countries")


def is_only_dates(revision: Revision) -> bool:
    return not revision.one_sided and _same_without(revision, frozenset({"date"}))


def is_contact_block(revision: Revision) -> bool:
    """A block that came or went and says where to write, call or look, and nothing of what must or may be done."""
    contacts = [mention for mention in revision.mentions if mention.type in CONTACTS]
    words = meaning_words(revision.old or revision.new)
    dense = revision.one_sided and len(contacts) * _WORDS_A_CONTACT >= len(words)
    return dense and not any(lexicon("words", part).has(words) for part in ("modality", "negation"))


def is_recipient(revision: Revision) -> bool:
    """A line of a list or a row of a table came, went or names another company, under a heading that lists who gets or handles the data."""
    listed = all(block.kind in {BlockKind.LIST_ITEM, BlockKind.TABLE_ROW} for block in revision.blocks)
    nearest = meaning_words(revision.section.rpartition(JOINT)[2])
    if not lexicon("words", "recipients").has(nearest):
        return False
    if not revision.one_sided:
        return listed and _companies(revision.old) != _companies(revision.new)
    return listed or _is_entry(revision)


def _is_entry(revision: Revision) -> bool:
    """A paragraph that names something and says what it is for: "Acme: for support"."""
    head, sign, rest = (revision.old or revision.new).partition(":")
    return bool(sign and rest.strip()) and len(head.split()) <= _ENTRY_WORDS


def is_contact_details(revision: Revision) -> bool:
    """Within a text that stands on both sides only addresses changed, and words such as "write to", "form", "directly".

    Never the company whose address it is.
    """
    if revision.one_sided or sameness.is_same_site(revision) or _companies(revision.old) != _companies(revision.new):
        return False
    return _is_address_block(revision) or _same_but_for_contacts(revision) or _is_another_person(revision)


def _is_another_person(revision: Revision) -> bool:
    """Only names changed, under a heading that says how to reach somebody."""
    nearest = meaning_words(revision.section.rpartition(JOINT)[2])
    changed = set(content_words(revision.changed_words))
    under_contact = "contact" in lexicon("topics", "headings").labels(nearest)
    return under_contact and bool(changed) and changed <= _names(revision)


def _is_address_block(revision: Revision) -> bool:
    """Short lines with an address, no sentence."""
    lines = [line for text in (revision.old, revision.new) for line in text.split("\n")]
    short = len(lines) >= _ADDRESS_LINES and all(len(line.split()) <= _ADDRESS_LINE_WORDS for line in lines)
    sides = (any(mention.type in CONTACTS for mention in side) for side in revision.quantities)
    return short and all(sides)


def _same_but_for_contacts(revision: Revision) -> bool:
    contact = lexicon("words", "contact")
    rests = []
    for text, mentions in zip((revision.old, revision.new), revision.quantities, strict=True):
        words = meaning_words(without(text, [one for one in mentions if one.type in CONTACTS]))
        pointing = {place for hit in contact.find(words) for place in range(hit.start, hit.end)}
        rests.append(content_words([word for place, word in enumerate(words) if place not in pointing]))
    changed = [word for run in revision.runs for word in (*run.gone, *run.come)]
    other_than_light = content_words(changed)
    return bool(other_than_light) and rests[0] == rests[1]


def _companies(text: str) -> frozenset[str]:
    return frozenset(
        match[0].casefold() for match in COMPANY.finditer(text) if "c/o" not in text[: match.start()][-8:].casefold()
    )


def is_names(revision: Revision) -> bool:
    """In a list only proper names changed (products, sites covered), and it is not a list of recipients."""
    listed = revision.new.count(",") >= 2 or revision.blocks[0].kind in {BlockKind.LIST_ITEM, BlockKind.TABLE_ROW}
    if revision.one_sided or not listed or stands_under_partners(revision) or _is_loaded_by(revision, _LOADED):
        return False
    changed = set(content_words(revision.changed_words))
    return bool(changed) and changed <= _names(revision)


def is_light(revision: Revision) -> bool:
    """Only words that carry nothing by themselves, slips of the pen, or other forms of the same word."""
    return all(sameness.is_slip(run, revision) or say_the_same(run.gone, run.come) for run in revision.runs)


def is_table_row(revision: Revision) -> bool:
    """A row of a table whose cells are labels, not sentences."""
    cells = (cell for block in revision.blocks for cell in block.text.split(" | "))
    rows = all(block.kind is BlockKind.TABLE_ROW for block in revision.blocks)
    return rows and all(len(cell.split()) < _CELL_WORDS for cell in cells)


def is_loaded(revision: Revision) -> bool:
    """A recipient, a kind of data, a use, a law, a country or a word of duty came or went."""
    if revision.one_sided and not revision.prose:
        return _is_loaded_by(revision, _THINGS)
    return _is_loaded_by(revision, _LOADED) or has_duty(revision)


def is_reworded(revision: Revision) -> bool:
    return revision.prose and sum(content_words(revision.changed_words).values()) >= _REWORDED


def has_duty(revision: Revision) -> bool:
    """One of the changed words says what is done with data, or what must or may be."""
    return "duty" in lexicon("words", "normative").labels(list((revision.gone + revision.come).elements()))


def stands_under_partners(revision: Revision) -> bool:
    nearest = meaning_words(revision.section.rpartition(JOINT)[2])
    return bool(_PARTNERS & set(lexicon("topics", "headings").labels(nearest)))


def _is_loaded_by(revision: Revision, parts: tuple[str, ...]) -> bool:
    things = merged("facts", parts)
    return any(things.has(side) for run in revision.runs for side in (run.gone, run.come) if side)


def _names(revision: Revision) -> set[str]:
    """The words that are written with a capital or begin with a digit, and all words of addresses."""
    texts = (revision.old.replace(".", " "), revision.new.replace(".", " "))
    capital = {word for text in texts for word in text.split() if word[:1].isupper() or word[:1].isdigit()}
    urls = {mention.text for mention in revision.mentions if mention.type == "url"}
    return {plain for word in capital | urls for plain in meaning_words(word)}


def _same_without(revision: Revision, types: frozenset[str]) -> bool:
    """Some mentions of these types changed, and nothing else but light words."""
    old, new = ([mention for mention in side if mention.type in types] for side in revision.quantities)
    if [mention.text for mention in old] == [mention.text for mention in new]:
        return False
    rests = (without(revision.old, old), without(revision.new, new))
    before, after = (content_words(meaning_words(rest)) for rest in rests)
    return before == after


def say_the_same(words: Iterable[str], others: Iterable[str]) -> bool:
    """Both carry the same words, or other forms of them; light words do not count."""
    gone, come = content_words(words), content_words(others)
    return not _unlike(gone, come) and not _unlike(come, gone)


def content_words(words: Iterable[str]) -> Counter[str]:
    """The words that carry something."""
    distinct = Counter(words)
    light = {hit.start for hit in lexicon("words", "light").find(list(distinct))}
    return Counter({word: count for place, (word, count) in enumerate(distinct.items()) if place not in light})


def _unlike(words: Counter[str], others: Counter[str]) -> bool:
    """Some word has no other form of itself on the other side."""
    return any(not any(sameness.same_stem(word, other) for other in others) for word in words if word not in others)
