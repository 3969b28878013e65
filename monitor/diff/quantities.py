"""Figures and addresses in a running text: dates, durations, amounts, ages, e-mail addresses, phones, URLs, postal addresses.

English first; French, German, Spanish, Italian, Portuguese and Dutch for dates and durations, most of them for amounts. Every repetition is bounded, so that the time
is linear in the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

_MONTH = (
    r"(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar|rero|braio)?|févr?(?:ier)?|mar(?:ch|s|zo)?|märz|apr(?:il|ile)?|avril|abril|may|mai|mayo|maggio|jun[ei]?|juin|junio|giugno"
    r"|jul[yi]?|juillet|julio|luglio|aug(?:ust)?|août|agosto|sept?(?:ember|embre|iembre|tembre)?|settembre|o[ck]t(?:ober|obre|ubre)?|ottobre|nov(?:ember|embre|iembre)?|de[cz](?:ember|iembre)?|déc(?:embre)?|dicembre|diciembre"
    r"|enero|gennaio|janeiro|januari|fevereiro|februari|março|maart|maio|mei|junho|julho|augustus|setembro|outubro|dezembro)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|º)?"
_DATE = (
    rf"\b{_DAY}[.,]? (?:of |de |del )?{_MONTH}\.?,? (?:de |del )?\d{{4}}\b|\b{_MONTH}\.? {_DAY},? \d{{4}}\b|\b{_MONTH}\.?,? (?:of |de )?\d{{4}}\b"
    r"|\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b|\b\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d\d)\b|\b\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日"
)
_NUMBER_WORD = (
    r"one|un|une|ein|eine|einen|einem|einer|una|uno|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|eighteen|twenty|twenty-four|thirty|forty|forty-five|forty-eight|fifty|sixty|seventy-two|ninety|hundred"
    r"|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|quinze|vingt|trente|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|vierzehn|dreißig|dos|tres|cuatro|cinco|seis|siete|ocho|diez|doce|treinta|due|tre|quattro|cinque|sei|sette|otto|dieci|dodici|trenta"
)
_UNIT = (
    r"seconds?|minutes?|hours?|days?|weeks?|fortnights?|months?|quarters?|years?|secondes?|heures?|jours?|semaines?|mois|années?|ans?"
    r"|sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?|segundos?|minutos?|horas?|días?|semanas?|mes(?:es)?|años?|secondi|minuti|ore|giorn[oi]|settiman[ae]|mesi|ann[oi]"
    r"|dias?|mês|anos?|dag(?:en)?|week|weken|maand(?:en)?|jaar|jaren|uur|uren"
)
_KIND = r"(?:(?:business|calendar|working|consecutive|full|jours ouvrables|hábiles) )?"
_DURATION = rf"\b(?:\d{{1,4}}|(?:{_NUMBER_WORD})(?: \(\d{{1,4}}\))?)(?: ?- ?(?:\d{{1,4}} )?| to \d{{1,4}} | )?{_KIND}(?:{_UNIT})\b"
_AMOUNT = (
    r"(?:US|CA|AU|NZ|HK|S|R)?[$€£¥₹₩₽]\s?\d[\d,.]{0,15}(?: (?:million|billion|thousand))?|\b(?:USD|EUR|GBP|CHF|CAD|AUD|JPY|INR|BRL|SEK|NOK|DKK|PLN)\s?\d[\d,.]{0,15}"
    r"|\b\d[\d,.]{0,15}\s?(?:[$€£¥₹₩₽]|%|(?:USD|EUR|GBP|CHF|dollars?|euros?|pounds?|percent|per cent|pour cent|prozent)\b)"
)
_AGE = (
    r"\b(?:under|over|below|above|at least|minimum|age of|aged?|older than|younger than|reached)(?: the)?(?: age)?(?: of)? (?:\d{1,2}|thirteen|fourteen|sixteen|eighteen|twenty-one)\b(?: years(?: old| of age)?)?(?! (?:days?|months?|hours?|weeks?|%|percent))"
    r"|\b(?:\d{1,2}|thirteen|fourteen|sixteen|eighteen|twenty-one)(?: \(\d{1,2}\))? years (?:old|of age)|\b\d{1,2} ans révolus|\b(?:moins|plus) de \d{1,2} ans|\b(?:unter|ab|über|mindestens|vollendete[ns]?) \d{1,2} jahren?(?: alt)?|\b(?:menor|mayor)(?:es)? de \d{1,2} años|\b(?:minor[ei]|età inferiore|maggior[ei])(?: di| a| ai| agli)? \d{1,2} anni"
)
_NUMBER_WORDS = frozenset(_NUMBER_WORD.split("|"))
_AT_SPELLED = r"[(\[{]at[)\]}]| - at - "
_EMAIL = r"(?<![\w.+-])[\w.+-]{1,64} ?(?:\(at\)|\[at\]|\{at\}| - at - ) ?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}|(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}"
_TLD = r"com|org|net|io|gov|edu|co|eu|de|fr|uk|us|app|ai|es|it|nl|be|ca|au|info|me|tv|ch|at|pl|se|no|dk|fi|ie|in|jp|kr|br|mx|dev|link|shop|biz|ly|gg"
_URL = rf"\b(?:https?://|www\.)[^\s<>\"|\])]{{1,300}}[^\s<>\"|\]).,;:]|(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{_TLD})\b(?:/[^\s<>\"|\]),;]{{0,200}})?"
_PHONE = r"(?<![\w/.-])(?:\+\d{1,3}[ .-]?)?(?:\(\+?\d{1,5}\)[ .-]?)?\d{1,5}(?:[ .-]\(?\d{2,8}\)?){1,5}(?![\w/-])|(?<![\w/.-])\+\d{8,14}\b|\b1-8\d\d-[A-Z0-9-]{7,10}\b"
_STREET = r"(?:street|avenue|ave|road|rd|boulevard|blvd|drive|lane|way|court|place|plaza|square|parkway|pkwy|suite|floor|building|highway|quay|terrace|straße|strasse|gasse|platz|straat|plein|laan|st)"
_ADDRESS = rf"\b(?:P\.?O\.? Box \d{{1,6}}|\d{{1,5}}[a-z]?,? (?:[\w.'#-]{{1,20}},? ){{0,4}}{_STREET}\b\.?(?:,? (?:#|no\.?|suite|ste\.?|floor|unit)? ?\d{{1,5}}\b)?|(?:rue|avenue|calle|via|viale|piazza) (?:[\w.'-]{{1,20}} ){{0,4}}\d{{1,4}}|[\w-]{{2,30}}(?:straße|strasse|gasse|platz|straat|plein|laan) \d{{1,4}}|\d{{1,4}}(?: ?bis| ?ter)?,? (?:rue|avenue|boulevard|quai|place|chemin|allée|impasse|cours) (?:(?:de la|de|des|du|d['’]|l['’]) ?)?[\w.'’-]{{2,20}}|(?-i:\d{{1,4}}[A-Za-z]? (?:[A-Z][\w'’-]{{1,20}} ?){{1,3}}, (?:[A-Z][\w'’-]{{1,20}} ?){{1,3}},? ?[A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}}|\b[A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}}\b|\b\d{{5}} [A-ZÀ-Ý][a-zß-ÿ]{{2,20}}\b))"

# In this order: what an earlier kind has taken, a later one does not see.
_PATTERNS = {
    "email": _EMAIL,
    "url": _URL,
    "date": _DATE,
    "age": _AGE,
    "duration": _DURATION,
    "amount": _AMOUNT,
    "address": _ADDRESS,
    "phone": _PHONE,
}
_MIN_PHONE_DIGITS = 7
CONTACTS = frozenset({"email", "url", "address", "phone"})
FIGURES = frozenset({"age", "duration", "amount"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing that stands in a text: its kind, its words exactly, its place."""

    type: str
    text: str
    start: int
    end: int


def find_quantities(text: str) -> list[Mention]:
    """All figures, dates and addresses, in the order of the text, none overlapping another."""
    found: list[Mention] = []
    rest = text
    for kind in _possible(text):
        mentions = [
            Mention(kind, match[0], *match.span())
            for match in _compiled(_PATTERNS[kind]).finditer(rest)
            if _holds(kind, match[0])
        ]
        rest = _blank(rest, mentions)
        found += mentions
    return sorted(found, key=lambda mention: mention.start)


def without(text: str, mentions: Sequence[Mention]) -> str:
    """The text with the mentions blanked out."""
    return " ".join(_blank(text, mentions).split())


def _possible(text: str) -> Iterator[str]:
    """The kinds that a text can hold at all, in the order of the patterns: most texts have neither a digit nor an address."""
    digit = _compiled(r"\d").search(text) is not None
    needs = {
        "email": "@" in text or _compiled(_AT_SPELLED).search(text) is not None,
        "url": "." in text,
        "age": digit or _spelled(text),
    }
    needs["duration"] = needs["age"]
    return (kind for kind in _PATTERNS if needs.get(kind, digit))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled on first need: it takes longer than all other imports together."""
    return re.compile(pattern, re.IGNORECASE)


def _spelled(text: str) -> bool:
    return not _NUMBER_WORDS.isdisjoint(_compiled(r"[^\W\d_]+").findall(text.lower()))


def _holds(kind: str, text: str) -> bool:
    return (
        kind != "phone" or sum(character.isdigit() for character in text) >= _MIN_PHONE_DIGITS or text.startswith("1-8")
    )


def _blank(text: str, mentions: Sequence[Mention]) -> str:
    if not mentions:
        return text
    parts, last = [], 0
    for mention in mentions:
        parts += [text[last : mention.start], " " * (mention.end - mention.start)]
        last = mention.end
    return "".join([*parts, text[last:]])
