"""Which addresses belong to one site: those under one registered domain. Pure."""

from functools import cache
from urllib.parse import urlsplit


def site_of(url: str) -> str:
    """The registered domain (`legal.acme.co.uk` -> `acme.co.uk`); an address, or a name without a public suffix, is itself."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return _registered(host) or host


def site_label(url: str) -> str:
    """The site's own name within its domain: `acme`."""
    return site_of(url).partition(".")[0]


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@cache
def _registered(host: str) -> str:
    from tldextract import TLDExtract  # noqa: PLC0415  slow to load

    return TLDExtract(suffix_list_urls=(), cache_dir=None)(host).top_domain_under_public_suffix
