"""One canonical form of words: the form that is kept and shown, the form that is compared, and the words one by one.

All functions are deterministic and idempotent. Equal under `comparison_key`: straight and curly quotes, every kind of dash,
space and line break, ligatures, soft hyphens, invisible characters, letter case, full-width forms. Never equal: two texts of
which a letter, a digit, a negation or a currency differs.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

_NOT_SHOWN = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters that are not white space
    "\xad\u034f\u180e\u200b\ufeff\u2060-\u2064"  # soft hyphen, joiners, zero-width spaces, byte order mark
    "\u061c\u200c-\u200f\u202a-\u202e\u2065-\u206f"  # joining and writing direction
    "\ufe00-\ufe0f\U000e0000-\U000e0fff"  # variation selectors, tags
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use: the glyphs of icon fonts
    "\ud800-\udfff\ufdd0-\ufdef\ufff0-\ufffc\ufffe\uffff"  # lone surrogates, placeholders, not characters
)
_NOT_KEPT = re.compile(f"[{_NOT_SHOWN}]+|[\ufb00-\ufb06]")
_ORDINARY = re.compile(
    "[\t-\r -~\xa0-\xac\xae-\u02ff\u2010-\u2027€]*"
)  # all of these are kept, and none joins another (NFC)
_LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")

_QUOTES = dict.fromkeys("‘’‚‛′´`｀ʼʹ‹›", "'") | dict.fromkeys("“”„‟″«»〝〞「」『』", '"')
_DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣⁃", "-")
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_ONE_SIGN = str.maketrans(_FULL_WIDTH | _QUOTES | _DASHES | {"…": "...", "·": "•", "。": ".", "、": ","})

# Scripts written without spaces: each character counts as a word (Thai to Myanmar, kana, Han, their extensions).
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"


def _signs() -> str:
    """All punctuation and symbols of the Basic Multilingual Plane, as ranges of a character class."""
    codes = (code for code in range(0x10000) if unicodedata.category(chr(code))[0] in "PS")
    runs = [list(run) for _, run in groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0])]
    return "".join(f"{re.escape(chr(run[0][1]))}-{re.escape(chr(run[-1][1]))}" for run in runs)


_MONEY = "$¢-¥֏؋৲৳฿₠-⃀%‰"
_PUNCTUATION = _signs() + "\U0001f000-\U0001faff"
_LETTERS = f"[^\\s{_PUNCTUATION}{_UNSPACED}]+"
_WORD = f"[{_UNSPACED}]|{_LETTERS}(?:(?:'|(?<=[0-9])[.,](?=[0-9])){_LETTERS})*|[{_MONEY}]"
_WORDS = re.compile(_WORD)
_TOKENS = re.compile(f"{_WORD}|[{_PUNCTUATION}]")
_SOUGHT = re.compile(f"[{_UNSPACED}]|{_LETTERS}")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_SOUGHT_LENGTH = 100  # no word of a language is longer; PostgreSQL indexes none above 2,046 bytes
_REMEMBERED_LENGTH = 1_000  # most blocks of a policy are shorter; all that is remembered stays below 20 MB


def canonical(text: str) -> str:
    """The form kept and shown, on one line: NFC, ligatures split, nothing invisible, single spaces, trimmed."""
    return " ".join(_visible(text).split())


def canonical_lines(text: str) -> str:
    """As `canonical`, but each line by itself, joined by line breaks; empty lines go."""
    if text.isprintable():  # no line end is
        return canonical(text)
    lines = (canonical(line) for line in _LINE_END.split(text))
    return "\n".join(line for line in lines if line)


def comparison_key(text: str) -> str:
    """The form compared: `canonical`, case folded, one quote, one dash, one space between any two words or signs."""
    return _remembered_key(text) if len(text) <= _REMEMBERED_LENGTH else _key(text)


def _key(text: str) -> str:
    return " ".join(_TOKENS.findall(_folded(text)))


# The blocks of two large policies: each is asked for again and again.
_remembered_key = lru_cache(maxsize=10_000)(_key)


def words(text: str) -> list[str]:
    """The words and currency signs of `comparison_key`, without punctuation: `Don’t pay $1,000.` -> don't pay $ 1,000."""
    return _WORDS.findall(_folded(text))


def sought_words(text: str) -> list[tuple[int, int, str]]:
    """The words as they are searched for, each with where it stands in the text: letters and digits alone, case folded,
    without accents, each character of the scripts without spaces by itself: `Müller’s $1,000` -> muller s 1 000.
    """
    pieces = ((found.start(), found.end(), _without_accents(found[0])) for found in _SOUGHT.finditer(text))
    return [(start, end, word[:_SOUGHT_LENGTH]) for start, end, piece in pieces for word in _SOUGHT.findall(piece)]


def _without_accents(word: str) -> str:
    if word.isascii() and word.isalnum():
        return word.lower()
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", _folded(word))))


def _visible(text: str) -> str:
    if _ORDINARY.fullmatch(text):
        return text
    return unicodedata.normalize("NFC", _NOT_KEPT.sub(_ligature_letters, text))


def _ligature_letters(found: re.Match[str]) -> str:
    """The letters of a ligature; nothing for what is not shown."""
    return unicodedata.normalize("NFKC", found[0]) if "\ufb00" <= found[0] <= "\ufb06" else ""


def _folded(text: str) -> str:
    text = canonical(text)
    if text.isascii():
        return text.casefold().replace("`", "'")
    folded = unicodedata.normalize("NFD", text).casefold()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", folded).translate(_ONE_SIGN))
