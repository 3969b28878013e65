"""The TimeMap of a page's snapshots, in the words and the link format of Memento (RFC 7089, section 5; RFC 6690). Pure.

The addresses are those that pywb, and other replay tools after the Wayback Machine, give to a collection at `base`.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote

TYPE = "application/link-format"
_KEPT = ":/?#[]@!$&'()*+,;=%~"  # signs that a URI may have; what else a page's address holds is percent-encoded


def memento(base: str, url: str, at: datetime) -> str:
    """`http://localhost:8080/policies/20260301080000/https://acme.example/privacy`"""
    return f"{base.rstrip('/')}/{at.astimezone(UTC):%Y%m%d%H%M%S}/{url}"


def timemap(base: str, url: str, moments: Sequence[datetime]) -> str:
    """Links to the original, to this TimeMap, to its TimeGate, and to a memento for each of the moments, which are in order."""
    return ",\n".join(_links(base.rstrip("/"), url, moments)) + "\n"


def _links(base: str, url: str, moments: Sequence[datetime]) -> Iterator[str]:
    yield _link(url, rel="original")
    spans = {"from": _http_date(moments[0]), "until": _http_date(moments[-1])} if moments else {}
    yield _link(f"{base}/timemap/link/{url}", rel="self", type=TYPE, **spans)
    yield _link(f"{base}/{url}", rel="timegate")
    for place, at in enumerate(moments, 1):
        ends = ("first " if place == 1 else "") + ("last " if place == len(moments) else "")
        yield _link(memento(base, url, at), rel=f"{ends}memento", datetime=_http_date(at))


def _link(target: str, **attributes: str) -> str:
    return "; ".join((f"<{quote(target, safe=_KEPT)}>", *(f'{name}="{value}"' for name, value in attributes.items())))


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)
