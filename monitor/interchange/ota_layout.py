"""Where Open Terms Archive keeps what: the names of its files and documents. Pure.

A snapshots repository has `<service id>/<terms type>[ #<document id>].<extension>`, the suffix where the terms stand on
several pages; a versions repository `<service id>/<terms type>.md`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from mimetypes import MimeTypes
from urllib.parse import unquote, urlsplit

LOCATION, FETCHER = "X-source-document-location", "X-fetcher"
"""What a snapshot's commit says of it, a line `name: value` each, at the end of its message."""
CAPTURED_AT, STATUS, CONTENT_TYPE, FINAL_LOCATION = "X-captured-at", "X-status", "X-content-type", "X-final-location"
"""Lines of our own, for what Open Terms Archive has no place for."""

_MEDIA_TYPES = {
    "html": "text/html",
    "htm": "text/html",
    "xhtml": "application/xhtml+xml",
    "pdf": "application/pdf",
    "md": "text/markdown",
    "txt": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_EXTENSIONS = {media_type: extension for extension, media_type in reversed(_MEDIA_TYPES.items())}
_UNKNOWN = ("bin", "application/octet-stream")
_KNOWN_ENDINGS = frozenset(
    ending for kinds in MimeTypes(()).types_map for ending in kinds
) | {".php", ".shtml", ".md", ".docx"}  # fmt: skip
_UNSAFE = re.compile(r'[\\/:"<>|*?~\x00-\x1f\x7f-\x9f\ud800-\udfff]|^[. -]+|[. ]+$')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)  # by Windows
_LONGEST_NAME = 80  # characters, of up to three bytes: a file's name has 255


@dataclass(frozen=True, slots=True)
class Place:
    """What one file of a collection is about: a service's terms, or one document of those that have several."""

    service: str
    terms_type: str
    document: str | None = None


def media_type_of(extension: str) -> str:
    return _MEDIA_TYPES.get(extension.lower(), _UNKNOWN[1])


def extension_of(content_type: str) -> str:
    return _EXTENSIONS.get(content_type.partition(";")[0].strip().lower(), _UNKNOWN[0])


@lru_cache(maxsize=10_000)
def read_place(path: str) -> tuple[Place, str] | None:
    """What a file of a repository is about, and its media type; None for any that is not a service's."""
    service, _, name = path.partition("/")
    stem, _, extension = name.rpartition(".")
    terms_type, mark, document = stem.partition(" #")
    if not service or service.startswith(".") or "/" in name or not terms_type.strip():
        return None
    return Place(service, terms_type, document if mark else None), media_type_of(extension)


def path_of(place: Place, extension: str) -> str:
    document = "" if place.document is None else f" #{place.document}"
    return f"{place.service}/{place.terms_type}{document}.{extension}"


def document_id(url: str) -> str:
    """The name of one page among several: its path, without its ending, as the name of a file. Empty for a root."""
    path = unquote(urlsplit(url).path)
    stem, dot, ending = path.rpartition(".")
    if dot and f".{ending.lower()}" in _KNOWN_ENDINGS:
        path = stem
    return re.sub(r'[\\:"<>|*?]', "_", path.strip("/").replace("/", "-"))


def alike(document: str) -> str:
    """What documents are likely the same by: older names have endings, hyphens and cases that newer ones lack."""
    return re.sub(r"\.[a-z0-9]{1,5}$", "", document.casefold()).strip("-_/ ")


def safe_name(text: str) -> str:
    """The text as a part of a path that every file system and git take."""
    name = _UNSAFE.sub("_", text)[:_LONGEST_NAME].rstrip(". ")
    return f"_{name}" if not name or _RESERVED.match(name) else name
