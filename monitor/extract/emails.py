"""E-mail addresses that Cloudflare hides from robots: `data-cfemail` holds them, XORed with their first byte."""

_PATH = "/cdn-cgi/l/email-protection#"


def decode_cfemail(code: str) -> str:
    """The address behind a `data-cfemail` value; empty when the value is not one."""
    try:
        obscured = bytes.fromhex(code)
    except ValueError:
        return ""
    return bytes(byte ^ obscured[0] for byte in obscured[1:]).decode("utf-8", "replace") if obscured else ""


def mail_target(href: str) -> str:
    """`mailto:` and the address for a link to Cloudflare's decoder; any other target as it is."""
    _, hidden, code = href.partition(_PATH)
    return f"mailto:{decode_cfemail(code)}" if hidden else href
