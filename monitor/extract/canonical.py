"""The address that a page states as its own: `<link rel=canonical>`, or a Link header (RFC 8288) that says the same."""

import re
from urllib.parse import urldefrag, urljoin, urlsplit

LONGEST_ADDRESS = 2_048  # characters
_LINK = re.compile(r"<([^<>]{1,2048})>((?:\s*;[^,;<>]{1,200})*)")
_CANONICAL = re.compile(r";\s*rel\s*=\s*(?:\"[^\"]*\bcanonical\b[^\"]*\"|canonical\b)", re.IGNORECASE)


def canonical_address(stated: str, url: str) -> str:
    """What is stated in a page at `url`, as an absolute http(s) address; empty when it is none."""
    if not stated or len(stated) > LONGEST_ADDRESS:
        return ""
    try:
        address = urldefrag(urljoin(url, stated)).url
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.hostname and address.isprintable() else ""


def canonical_in_header(link: str, url: str) -> str:
    """The same, of the value of a Link header."""
    stated = (found[1] for found in _LINK.finditer(link) if _CANONICAL.search(found[2]))
    return canonical_address(next(stated, ""), url)
