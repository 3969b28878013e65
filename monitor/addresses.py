"""Which addresses are public, and which URLs may be fetched at all. Pure: one gate shared by everything that connects.

The gate has two halves. `url_refusal` judges a URL as written, before anything is asked. `address_refusal` judges the
address that is really about to be connected to; whoever connects must call it with that very address, so that a name
which answers differently the second time gains nothing. Both return why not, in words, or None when all is well.
"""

import re
import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}

# What the IANA special-purpose registries or a cloud provider keep from the public, and `is_global` lets pass
# in at least one supported Python.
SPECIAL_NETWORKS = (
    IPv4Network("168.63.129.16/32"),  # the host agent of Azure, seen from inside a machine
    IPv4Network("192.0.0.0/24"),  # IETF protocol assignments; a metadata address of Oracle's cloud
    IPv4Network("192.88.99.0/24"),  # 6to4 relays, RFC 7526
    IPv6Network("2001::/23"),  # Teredo and other protocol assignments
    IPv6Network("3fff::/20"),  # documentation, RFC 9637
)
GLOBAL_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_HOST = re.compile(r"[\w.-]+\.?\Z")
_NUMBER = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)\Z")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """True for an address that anybody on the internet may reach; an IPv4 address inside an IPv6 one decides for it."""
    if isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return is_public(inner)
        if address not in GLOBAL_UNICAST:
            return False
    special = any(address in network for network in SPECIAL_NETWORKS if network.version == address.version)
    return address.is_global and not address.is_multicast and not special


def literal_address(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host spells out in any form a browser understands (127.1, 0x7f.1, 2130706433, [::1]).

    None for a name. ValueError for what must be an address by its last label, but is none (WHATWG URL, "host parsing").
    """
    if host.startswith("["):
        return ip_address(host.removeprefix("[").removesuffix("]"))
    labels = unicodedata.normalize("NFKC", host).replace("。", ".").removesuffix(".").split(".")
    if not (labels[-1].isdecimal() or _NUMBER.match(labels[-1])):
        return None
    *heads, last = [_number(label) for label in labels]
    if len(heads) > 3 or any(head > 255 for head in heads) or last >= 256 ** (4 - len(heads)):
        raise ValueError(f"{host} is not an address")
    return IPv4Address(last + sum(head << (24 - 8 * place) for place, head in enumerate(heads)))


def url_refusal(url: str, *, allow_private: bool = False) -> str | None:
    """Why this URL may not be fetched, judged by its spelling alone; None when it may.

    Names are not looked up here: they are judged by `address_refusal` at the moment of connecting.
    """
    if _FORBIDDEN.search(url):
        return "refused: a URL without spaces, control characters and backslashes was wanted"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"refused: not a URL ({error})"
    if parts.scheme not in PORTS:
        return f"refused: only http and https are fetched, {parts.scheme or 'no scheme'} came"
    if "@" in parts.netloc:
        return "refused: a URL with a user name or password in it is not fetched"
    if not allow_private and port not in {None, *PORTS.values()}:
        return f"refused: port {port} is neither 80 nor 443 (allow_private is off)"
    return _host_refusal(_host(parts.netloc), allow_private=allow_private)


def address_refusal(host: str, address: str, *, allow_private: bool = False) -> str | None:
    """Why `address` (a numeric one), to which `host` led, may not be connected to; None when it may."""
    if allow_private or is_public(ip_address(address)):
        return None
    name = host if host in {address, f"[{address}]"} else f"{host} ({address})"
    return f"refused: {name} is not a public address (allow_private is off)"


def _host_refusal(host: str, *, allow_private: bool) -> str | None:
    if not (host.startswith("[") or _HOST.match(host)):
        return "refused: not a host name" if host else "refused: the URL names no host"
    try:
        address = literal_address(host)
    except ValueError:
        return f"refused: {host} is neither a name nor an address"
    return None if address is None else address_refusal(host, str(address), allow_private=allow_private)


def _host(netloc: str) -> str:
    """The host with its brackets, without the port."""
    return netloc[: netloc.index("]") + 1] if netloc.startswith("[") else netloc.partition(":")[0]


def _number(label: str) -> int:
    """One part of an IPv4 address: 0x is hexadecimal, a leading 0 octal."""
    if label[:2] in {"0x", "0X"}:
        return int(label[2:] or "0", 16)
    if not label.isdecimal():
        raise ValueError(f"{label} is not a number")
    return int(label, 8) if len(label) > 1 and label.startswith("0") else int(label)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a mapped, NAT64 or 6to4 address leads to."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
