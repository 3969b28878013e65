"""Invented pages, long enough to pass for a policy."""

POLICY = "<h1>Privacy at Acme</h1>" + "<p>We keep what you order for thirty days and tell nobody about it.</p>" * 12


def filled_by_script(html: str = POLICY, *, after_ms: int = 0) -> str:
    """A page whose text only a browser sees, so long after loading."""
    fill = f"document.getElementById('root').innerHTML = {html!r}"
    return f"<html><body><div id=root></div><script>setTimeout(() => {{ {fill} }}, {after_ms})</script></body></html>"
