"""The things that a text names and that one may look up, with their places: figures, addresses, parties, laws, data, uses, names."""

import re
from collections.abc import Iterator, Sequence

from monitor.diff.page import Page
from monitor.diff.quantities import Mention
from monitor.diff.tables import lexicon, merged
from monitor.diff.wording import tokens

NAMED_PARTY = "named party"
"""A bare name among partners: told as a party, after all that is surer."""

_PARTS = ("recipients", "data", "uses", "laws", "countries")  # their labels are kinds of mentions
COMPANY = re.compile(
    r"\b(?:[A-Z][\w&.'-]{0,30},? (?:(?:of|and|de|&) )?){1,5}(?:Inc|INC|LLC|L\.L\.C|Ltd|LTD|Limited|GmbH|Corp|Corporation|B\.V|N\.V|S\.A\.S|S\.A|SAS|SARL|S\.à r\.l|S\.r\.l|S\.L|S\.p\.A|AG|AB|Oy|PLC|plc|Pte|Pty|LLP|KK)\b\.?"
)
# How laws are cited, each with the languages that cite so.
_LAW_FORMS = (
    # the Consumer Rights Act 2015, the Communications Decency Act
    r"\b(?:[A-Z][\w'-]{1,25} (?:(?:of|and|on|for|the) ){0,2}){1,6}(?:Act|Regulations?|Directive|Code|Law|Ordinance|Statute)\b(?: (?:of )?\d{4})?(?! \(EU)",
    # Regulation (EU) 2016/679 and the other languages' words for it
    r"\b(?:Regulation|Directive|Règlement|Verordnung|Richtlinie|Reglamento|Directiva|Regolamento|Direttiva) \((?:EU|EC|UE|EG|CE)\) (?:No\.? |n[.º°] ?|Nr\. )?\d{1,4}/\d{1,4}",
    # the courts of Hamburg, the laws of the State of Texas, Orange County
    r"\b(?:courts?|laws?) (?:of|in|located in) (?:the )?(?:(?:State|Republic|Kingdom|County|City) of )?[A-Z][a-z]{2,20}(?: [A-Z][a-z]{2,20}){0,2}",
    r"\b[A-Z][a-z]{2,15} County(?:, [A-Z][a-z]{2,15})?",
    # Article 6(1)(f) of the GDPR, Art. 6 Abs. 1 lit. f DSGVO, article L. 121-1 du Code, § 5 TMG
    (
        r"(?:\b[Aa]rt(?:icles?|ikel|ículos?|icol[oi]|s)?\b\.?|§{1,2}) ?(?:[LRD]\. ?)?\d{1,4}(?:[.-]\d{1,3}){0,3}(?:\(\w{1,3}\)){0,3}(?: (?:Abs|Nr|lit|S|al|alinéa|apartado|comma|bis|ter)\.? ?\w{1,3}){0,3}"
        r" (?:of the |du |de la |de l['’]|del |della |dell['’]|der |des )?(?:[A-ZÀ-Ý][\w.-]{1,30})(?: (?:de la |du |civil|de commerce|pénal)[\w-]{0,20})?(?: \((?:EU|UE|EG|CE)\) \d{1,4}/\d{1,4})?"
    ),
    # loi n° 78-17 du 6 janvier 1978, Ley Orgánica 3/2018, Real Decreto 1/2007, D.Lgs. 196/2003, legge n. 300/1970
    r"\b[Ll]oi n° ?\d{2,4}-\d{1,4}(?: du \d{1,2} \w{3,9} \d{4})?",
    r"\b(?:Ley(?: Orgánica)?|Real Decreto(?: Legislativo|-ley)?) \d{1,4}/\d{4}",
    r"\b(?:D\. ?Lgs\.?|[Dd]ecreto [Ll]egislativo|[Ll]egge)(?: n\.)? ?\d{1,4}/\d{2,4}",
)
_LAW = re.compile("|".join(_LAW_FORMS))
_NAME = re.compile(r"(?<=[\w,(:;|/] )[A-Z][\w-]{2,25}(?: [A-Z][\w-]{1,25}){0,2}\b")
_COOKIE = re.compile(r"(?<![\w@/.])(?:[A-Za-z]\w*_\w+|_{1,2}[A-Za-z]\w*)(?![\w@/])")
_PROMISE = re.compile(r"\b[Ww]e (?:(?:do|will|shall|would|can) not|don['’]t|won['’]t|never|cannot) [^.;\n]{5,240}")


def mentions_of(text: str, quantities: Sequence[Mention], page: Page, other: Page) -> list[Mention]:
    """All that the text names; `quantities` are its figures and addresses. The pages tell names from words in capitals."""
    found = [*quantities, *_by_pattern(text)]
    places = tokens(text)
    words = [token.word for token in places]
    for hit in merged("facts", _PARTS).find(words):
        start, end = places[hit.start].start, places[hit.end - 1].end
        found.append(Mention(hit.label, text[start:end], start, end))
    named = NAMED_PARTY if _speaks_of_partners(words) else "scope"
    return [*found, *_names(text, named, found, (page, other))]


def _by_pattern(text: str) -> Iterator[Mention]:
    for kind, pattern in (("party", COMPANY), ("law", _LAW), ("negation", _PROMISE), ("cookie", _COOKIE)):
        yield from (Mention(kind, match[0], *match.span()) for match in pattern.finditer(text))


def _names(text: str, kind: str, found: Sequence[Mention], pages: Sequence[Page]) -> Iterator[Mention]:
    """Names that no other mention covers: of some of their words the pages never write the small form."""
    for match in _NAME.finditer(text):
        covered = any(one.start <= match.start() and match.end() <= one.end for one in found)
        if not covered and not match[0].isupper() and _is_a_name(match[0], pages):
            yield Mention(kind, match[0], *match.span())


def _is_a_name(written: str, pages: Sequence[Page]) -> bool:
    return any(not any(word.casefold() in page.small_words for page in pages) for word in written.split())


def _speaks_of_partners(words: Sequence[str]) -> bool:
    """The text is about those who get or set something, so that a name in it is one of them."""
    return not {"sharing", "trackers"}.isdisjoint(lexicon("topics", "words").labels(words))
