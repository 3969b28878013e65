"""What stands around a policy and is none of it: menus, footers, pointers to other pages, tables of contents."""

from monitor.diff.quantities import FIGURES
from monitor.diff.revision import Revision
from monitor.diff.substance import has_duty, stands_under_partners
from monitor.diff.tables import lexicon
from monitor.diff.wording import meaning_words
from monitor.types import BlockKind

_LABEL_WORDS = 8
_REACHING = frozenset({"email", "phone", "address"})
_SENTENCE_CHARACTERS = 300


def is_chrome(revision: Revision) -> bool:
    """A label (not a table row) at the edge of the page, what says no duty among menu entries, or a known piece of page furniture.

    Never a text with a figure, an e-mail address, a phone number or a postal address, unless a whole menu came or went with it.
    """
    if revision.in_edge_run and not has_duty(revision):
        return True
    if revision.at_page_end and _is_furniture_sentence(revision):
        return True
    kinds = {mention.type for mention in revision.mentions}
    if kinds & (FIGURES | _REACHING):
        return False
    if revision.in_menu and not revision.prose and not has_duty(revision):
        return True
    if revision.prose or ("url" in kinds and "://" not in revision.old + revision.new):
        return False
    row = any(block.kind is BlockKind.TABLE_ROW for block in revision.blocks)
    return (revision.at_edge and not row) or _is_known(revision)


def _is_furniture_sentence(revision: Revision) -> bool:
    """A line that came or went at the very head or foot: the copyright, the way to skip menus, a banner of the site."""
    text = revision.old or revision.new
    if not revision.one_sided or len(text) > _SENTENCE_CHARACTERS:
        return False
    words = meaning_words(text)
    if text.startswith(("©", "Copyright", "(c)")) or lexicon("words", "banner").has(words):
        return True
    says_something = any(mention.type in FIGURES | _REACHING for mention in revision.mentions) or has_duty(revision)
    return lexicon("words", "chrome").has(words) and not says_something


def is_set_aside(revision: Revision) -> bool:
    """What is gone stands beside the policy now, or what came stood there before, word for word; nothing else changed."""
    return revision.set_aside and not revision.runs


def is_pointer(revision: Revision) -> bool:
    """A short text that is a link and says nothing itself, under a heading that lists neither partners nor data."""
    bare = not revision.prose and not revision.mentions and all(block.links for block in revision.blocks)
    return bare and not stands_under_partners(revision)


def is_in_contents(revision: Revision) -> bool:
    """All of it stands in a table of contents; what it points to tells its own change."""
    return revision.in_contents


def is_contents_entry(revision: Revision) -> bool:
    """The words of a heading of the same page came or went once more, outside of a table of contents."""
    return revision.one_sided and revision.repeats_heading


def is_notice(revision: Revision) -> bool:
    """A block that came or went and announces a version of the document."""
    words = meaning_words(revision.old or revision.new)
    return revision.one_sided and len(words) <= 60 and lexicon("words", "notice").has(words)


def is_heading(revision: Revision) -> bool:
    return all(block.kind is BlockKind.HEADING for block in revision.blocks)


def _is_known(revision: Revision) -> bool:
    """Signs alone, or a few words of which some belong to every site's menu."""
    sides = [meaning_words(revision.old), meaning_words(revision.new)]
    return not any(sides) or (max(map(len, sides)) <= _LABEL_WORDS and any(map(lexicon("words", "chrome").has, sides)))
