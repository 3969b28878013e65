"""Link targets as they are kept: absolute, without session and tracking parameters, which move at every fetch."""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_KEPT_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_TRACKING_PREFIXES = (
    "utm_",
    "mc_",
    "hsa_",
    "_hs",
    "pk_",
    "mtm_",
    "matomo_",
    "vero_",
    "oly_",
    "at_",
    "trk",
    "wt_",
    "cx_",
)
_TRACKING = frozenset([
    "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "fbclid", "msclkid", "yclid", "twclid", "ttclid", "igshid",
    "li_fat_id", "_ga", "_gl", "s_cid", "icid", "cid", "rid", "sid", "sessionid", "session", "session_id",
    "jsessionid", "phpsessid", "aspsessionid", "cfid", "cftoken", "osid", "zenid", "token", "csrf", "csrf_token",
    "authenticity_token", "nonce", "state", "trace_id", "traceid", "requestid", "request_id", "correlation_id",
    "visitor_id", "visitorid", "timestamp", "ts", "t", "_t", "cb", "cachebuster", "rand", "random", "cache", "v",
    "ver", "ref", "referrer", "referer", "return_to", "returnto", "return_url",
])  # fmt: skip
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|sid|phpsessid)=[^/?#]*", re.IGNORECASE)
_STABLE = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?(?:/[\w.~%/+@,:=-]*)?", re.ASCII)
_CFEMAIL_PATH = "/cdn-cgi/l/email-protection"


def clean_link(target: str, base: str = "") -> str:
    """The stable form of a link's target; empty when it leads nowhere a reader could go (in-page, script, unreadable)."""
    target = target.strip()
    if not target or target.startswith("#"):
        return ""
    if _STABLE.fullmatch(target) and _CFEMAIL_PATH not in target:
        return target
    try:
        parts = urlsplit(urljoin(base, target))
        query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(pair[0])])
    except ValueError:
        return ""
    if parts.scheme.lower() not in _KEPT_SCHEMES or _CFEMAIL_PATH in parts.path:
        return ""
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), _SESSION_IN_PATH.sub("", parts.path), query, ""))


def _tracks(name: str) -> bool:
    name = name.lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)
