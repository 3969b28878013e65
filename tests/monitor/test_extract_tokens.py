"""What differs in tokens only reads as the same document: that is why it need not be read."""

import io
import sys
import tarfile
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.extract.document import extract
from monitor.extract.tokens import differ_in_tokens_only
from tests.corpus import corpus

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGE = """<!doctype html><html><head><title>Privacy</title><meta name="csrf-token" content="{token}">
<script nonce="{token}">var token = "{token}"; if (1 < 2) document.write("<b>" + token + "</b>");</script>
<style>.c-{token} {{ color: red }}</style></head><body><!-- built {token} --><h1>Privacy Policy</h1>
<form><input type="hidden" name="csrf" value="{token}"></form><img src="/pixel?{token}">
<p>We keep your personal information for {days} days and share it with our partners.</p></body></html>"""


def page(token: str = "aaa111", days: str = "30") -> bytes:
    return PAGE.format(token=token, days=days).encode()


def test_a_page_with_new_tokens_is_the_same_page():
    assert differ_in_tokens_only(page("aaa111"), page("b2+c/d=="))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (page(days="30"), page(days="14")),
        (page("a", "30"), page("b", "14")),
        (b"<p>for 30 days", b"<p>for 14 days"),
        (b"<!-- a --><p>for 30 days", b"<!-- b --><p>for 14 days"),
        (b"<!-- a -->for 30 days", b"<!-- a -->for 14 days"),
        (b"<!-->for 30 days<!-- x -->", b"<!-->for 14 days<!-- x -->"),
        (b"<script>a</script>for 30 days", b"<script>a</script>for 14 days"),
        (b"<script>a</script><p>for 30 days", b"<script>a</script><p>for 14 days"),
        (b"<script>a</SCRIPT ><p>for 30 days", b"<script>a</SCRIPT ><p>for 14 days"),
        (b"<!-- <script> --><p>for 30 days", b"<!-- <script> --><p>for 14 days"),
        (b"<svg><style/></svg><p>for 30 days", b"<svg><style/></svg><p>for 14 days"),
        (b'<p title="<script>">for 30 days', b'<p title="<script>">for 14 days'),
        (b"<scripted>for 30 days", b"<scripted>for 14 days"),
        (b"<input value=a>for 30 days", b"<input value=b>for 14 days"),
        (b'<meta http-equiv="refresh" content="5; url=/a">', b'<meta http-equiv="refresh" content="5; url=/b">'),
        (b"<noscript>for 30 days</noscript>", b"<noscript>for 14 days</noscript>"),
        (b"<script>a", b"<script>a</script><p>text"),
        (b'<script>"a"', b"<script>'a'"),
        (b"<a href=/30>Terms</a>", b"<a href=/14>Terms</a>"),
        (b"<img src=a>for 30 days", b"<img alt='>' src=a>for 30 days"),
    ],
)
def test_a_page_with_other_words_or_signs_is_read(old: bytes, new: bytes):
    assert not differ_in_tokens_only(old, new)


TAGS = ["<p>", "</p>", "<b>", "<script>", "</script>", "<script nonce=a>", "<style>", "</style>", "<!--", "-->", "<!-->", "<svg>",
        "</svg>", "<script/>", '<i title="', '">', "<img src=a>", "<input value=b>", "<textarea>", "</textarea>", "<title>", "</title>"]  # fmt: skip
PIECES = st.lists(st.sampled_from([*TAGS, "30 days ", "14 days ", "we keep ", '"', "'", ">"]), max_size=14)


@settings(deadline=None)
@given(PIECES, st.data())
@example(["<!--", "<script>", "-->", "30 days "], None)
def test_no_visible_word_ever_differs_in_what_need_not_be_read(pieces: list[str], data: st.DataObject | None):
    changed = [
        "14 days " if piece == "30 days " and (data is None or data.draw(st.booleans())) else piece for piece in pieces
    ]
    old, new = ("<h1>Privacy Policy</h1><p>We keep it.</p>" + "".join(one) for one in (pieces, changed))
    if differ_in_tokens_only(old.encode(), new.encode()):
        assert extract(old.encode()).text == extract(new.encode()).text


def test_pages_of_the_corpus_that_need_not_be_read_again_read_the_same():
    alike = [pair for pages in captures() for pair in pairwise(pages) if differ_in_tokens_only(*pair)]
    assert len(alike) > 50
    for old, new in alike:
        assert extract(old).blocks == extract(new).blocks


def captures() -> Iterator[list[bytes]]:
    """Of every fourth page of the corpus, its captures in order."""
    for archive in sorted(corpus("detection").glob("*.tar.zst"))[::4]:
        options = {zstd.DecompressionParameter.window_log_max: 31}
        content = zstd.decompress(archive.read_bytes(), options=options)
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            yield [tar.extractfile(member).read() for member in tar if member.name.endswith(".html")]
