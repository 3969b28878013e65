"""What smallprint's own WARC files have in common for their writer and their reader.

Each archived answer is a `response` (or a `revisit`), a reconstructed `request`, and a `metadata` record with what WARC has
no field for, as JSON (see `monitor.interchange.carried`). Which of these a `metadata` record is says its header `Smallprint-Record`.
The file begins with a `warcinfo` record and ends with one that states the SHA-256 of all records before it, unpacked.
"""

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import quote

KIND = "Smallprint-Record"
ORIGINAL = "x-archive-orig-"  # before the name of a header that was true of the transfer, and is not of the kept bytes
PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
OF_THE_TRANSFER = ("content-encoding", "transfer-encoding", "content-length", "trailer")
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


class Kind(StrEnum):
    """What a record of ours is."""

    BEGIN = "begin"
    POLICY = "policy"
    CAPTURE = "capture"
    CHANGE = "change"
    END = "end"


def http_headers(headers: Mapping[str, str], size_bytes: int) -> list[tuple[str, str]]:
    """The headers of an archived answer as an HTTP message of its kept bytes may have them."""
    return [(_name(name, value, size_bytes), _in_one_line(value)) for name, value in headers.items()]


def archived_headers(headers: list[tuple[str, str]]) -> dict[str, str]:
    """The headers as they came: names in lower case, repeated ones joined, what was set aside put back."""
    original = {name.lower() for name, _ in headers if name.lower().startswith(ORIGINAL)}
    archived: dict[str, str] = {}
    for given, value in headers:
        name = given.lower()
        if f"{ORIGINAL}{name}" in original:  # an archive's own, in place of the original
            continue
        name = name.removeprefix(ORIGINAL)
        archived[name] = f"{archived[name]}, {value}" if name in archived else value
    return archived


def _name(name: str, value: str, size_bytes: int) -> str:
    is_right = name == "content-length" and value == str(size_bytes)
    name = f"{ORIGINAL}{name}" if name in OF_THE_TRANSFER and not is_right else name
    return _in_one_line(name).replace(":", "_")


def _in_one_line(text: str) -> str:
    """As ASCII, without what would end the line; the exact text is told beside the message where this is another one."""
    return quote("".join(character if character.isprintable() else " " for character in text), safe=PRINTABLE)
