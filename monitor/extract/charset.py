"""Bytes of a page -> text: by byte order mark, then HTTP header, then the page's own meta, then what the bytes prove."""

import codecs
import re

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_.:-]{1,40})", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^<>]{0,400}|<\?xml[^<>]{0,200}", re.IGNORECASE)
_XML_ENCODING = re.compile(r"encoding\s*=\s*[\"']([a-zA-Z0-9_.:-]{1,40})", re.IGNORECASE)
_META_WINDOW_BYTES = 4_096

# Per the WHATWG Encoding Standard pages that say ISO-8859-1 or ASCII mean windows-1252, and so on. UTF-7 is never believed.
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_NEVER = frozenset({"utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"})

# UTF-8 read as windows-1252 and saved again: a lead letter (Â to ô) followed by one continuation character, here as UTF-8.
_CONTINUATIONS = b"|".join(sign.encode() for sign in "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ")
_MOJIBAKE = re.compile(b"\xc3[\x82-\xb4](?:\xc2[\x80-\xbf]|" + _CONTINUATIONS + b")")


def decode(body: bytes, content_type: str = "") -> str:
    """The text of `body`. Never fails: bytes that no declared charset explains are read as UTF-8, else as windows-1252."""
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    return _repair(_decode_as_declared(body, content_type))


def _decode_as_declared(body: bytes, content_type: str) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        lost = error
    for label in (_label(content_type), _label_in_page(body)):
        name = _codec(label)
        if name == "utf-8" and _mostly_utf8(body, lost):
            return body.decode("utf-8", "replace")
        if name and name != "utf-8":
            return body.decode(name, "replace")
    return body.decode("utf-8" if _mostly_utf8(body, lost) else "cp1252", "replace")


def _mostly_utf8(body: bytes, error: UnicodeDecodeError) -> bool:
    """Valid multi-byte sequences outnumber the faults, or the only fault is a cut at the very end."""
    if error.start >= len(body) - 4:
        return True
    text = body.decode("utf-8", "replace")
    return sum(1 for sign in text if sign > "\x7f" and sign != "\ufffd") > text.count("\ufffd")


def _label(text: str) -> str:
    found = _CHARSET.search(text)
    return found[1] if found else ""


def _label_in_page(body: bytes) -> str:
    for found in _META.finditer(body, 0, _META_WINDOW_BYTES):
        declaration = found[0].decode("ascii", "replace")
        encoding = _XML_ENCODING.search(declaration) if declaration.startswith("<?") else _CHARSET.search(declaration)
        if encoding:
            return encoding[1]
    return ""


def _codec(label: str) -> str:
    """Python's name for a declared charset; empty when it is none, or not one that a page may be written in."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    if name in _NEVER:
        return "utf-8"
    try:
        "".encode(_MEANT.get(name, name))
    except LookupError:  # a transformation of bytes such as "hex", not a charset
        return ""
    return _MEANT.get(name, name)


def _repair(text: str) -> str:
    """Undo UTF-8 that was read as windows-1252 and saved again, when the whole text proves it."""
    suspects = _MOJIBAKE.findall(text.encode("utf-8", "surrogatepass"))  # bytes are searched five times as fast
    if len(suspects) < 3:
        return text
    try:
        repaired = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
    return repaired
