"""The heads of HTTP messages as the proxy reads and rewrites them. Pure.

A request's head is read strictly (RFC 9112): what two readers might take differently is a ValueError, never passed on.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*?)[ \t]*\Z")
METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
LENGTH = re.compile(rb"[0-9]{1,12}\Z")
# RFC 9110, 7.6.1: for this connection only, whatever the Connection field itself names.
HOP_BY_HOP = {b"connection", b"keep-alive", b"te", b"trailer", b"upgrade"}


@dataclass(frozen=True)
class RequestHead:
    """A request as the browser sent it to the proxy; field names are lower-case."""

    method: str
    target: str
    fields: tuple[tuple[bytes, bytes], ...]

    def all(self, name: bytes) -> list[bytes]:
        return [value for field, value in self.fields if field == name]

    @property
    def body_bytes(self) -> int:
        """The stated length of the body. ValueError when it is stated twice, badly, or by its pieces alone."""
        lengths = self.all(b"content-length")
        if self.all(b"transfer-encoding") or len(lengths) > 1 or not all(map(LENGTH.match, lengths)):
            raise ValueError("a request body of one stated length was wanted")
        return int(lengths[0]) if lengths else 0

    def forwarded(self) -> bytes:
        """The head for the site: its path, its own name as Host, nothing that was meant for the proxy."""
        parts = urlsplit(self.target)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        first = f"{self.method} {path} HTTP/1.1\r\nHost: {parts.netloc}".encode("ascii")
        kept = [b"%s: %s" % field for field in self.fields if not _for_this_hop(field[0]) and field[0] != b"host"]
        return b"\r\n".join([first, *kept, b"Connection: close", b"", b""])


def read_request(head: bytes) -> RequestHead:
    """The head, up to and with its empty line. ValueError for what is not exactly one."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    method, target, version = first.decode("ascii").split(" ")
    if version not in {"HTTP/1.0", "HTTP/1.1"} or not METHOD.match(method):
        raise ValueError("an HTTP/1.1 request was wanted")
    fields = [FIELD.match(line) for line in lines]
    if not all(fields):
        raise ValueError("a field is no name with a value")
    return RequestHead(method, target, tuple((field[1].lower(), field[2]) for field in fields if field))


def closing_answer(head: bytes) -> bytes:
    """The head of a site's answer for the browser: nothing that only a proxy may say, and `Connection: close`.

    It is not judged further: a browser reads what sites send over TLS unjudged as well.
    """
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    kept = [line for line in lines if not _for_this_hop(line.partition(b":")[0].strip().lower())]
    return b"\r\n".join([first, *kept, b"Connection: close", b"", b""])


def _for_this_hop(name: bytes) -> bool:
    return name in HOP_BY_HOP or name.startswith(b"proxy-")
