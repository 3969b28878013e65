"""Which URLs and addresses the gate lets pass."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.addresses import address_refusal, is_public, literal_address, url_refusal

PRIVATE = [
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0x7f.0.0x0.1/",
    "http://0X7F.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://00000000177.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://127.127.127.127/",
    "http://10.0.0.1/",
    "http://10.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://192.168.257/",
    "http://169.254.169.254/",
    "http://0xa9fea9fe/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://192.0.0.192/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://168.63.129.16/",
    "http://１２７.0.0.1/",
    "http://①②⑦.0.0.1/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "https://127.0.0.1:443/",
]

MALFORMED = [
    "file:///etc/hostname",
    "file:/etc/hostname",
    "ftp://example.org/",
    "data:text/html,x",
    "javascript:alert(1)",
    "gopher://example.org/",
    "//example.org/",
    "example.org",
    "",
    "http://",
    "http:///privacy",
    "http://:80/",
    "http://user@example.org/",
    "http://user:word@example.org/",
    "http://@example.org/",
    "http://a\\@b.example/",
    "http://example.org\\.evil.example/",
    "http:\\\\example.org/",
    "http://exa mple.org/",
    " http://example.org/",
    "http://example.org/\r\nHost: evil",
    "http://example.org/\x00",
    "http://%31%32%37.0.0.1/",
    "http://example.org%2f@127.0.0.1/",
    "http://127。0。0。1/",
    "http://256.0.0.1/",
    "http://1.2.3.4.5/",
    "http://09.0.0.1/",
    "http://example.0x7f/",
    "http://[::1/",
    "http://[not]/",
    "http://example.org:port/",
    "http://example.org:99999/",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_address_is_refused_however_it_is_spelled(url: str):
    refusal = url_refusal(url)
    assert refusal is not None
    assert "is not a public address (allow_private is off)" in refusal


@pytest.mark.parametrize("url", MALFORMED)
@pytest.mark.parametrize("allow_private", [True, False])
def test_what_two_parsers_may_read_differently_is_refused_always(url: str, allow_private: bool):
    assert (url_refusal(url, allow_private=allow_private) or "").startswith("refused: ")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "https://example.org/privacy?lang=en#top",
        "https://example.org:443/",
        "http://example.org:80/",
        "https://xn--bcher-kva.example/",
        "https://bücher.example/",
        "http://1.1.1.1/",
        "http://[2606:4700::1111]/",
        "http://[64:ff9b::101:101]/",
        "https://0x7f.example/",
        "https://example.org./",
    ],
)
def test_public_urls_pass(url: str):
    assert url_refusal(url) is None


@pytest.mark.parametrize("url", ["http://example.org:8080/", "https://example.org:22/", "http://example.org:0/"])
def test_only_the_web_ports_are_asked(url: str):
    assert "neither 80 nor 443" in (url_refusal(url) or "")
    assert url_refusal(url, allow_private=True) is None


def test_allow_private_lets_private_addresses_pass_by_any_port():
    assert url_refusal("http://127.0.0.1:8000/", allow_private=True) is None
    assert address_refusal("localhost", "::1", allow_private=True) is None


def test_a_name_that_leads_inside_is_refused_with_the_address():
    words = "refused: intranet.example (10.0.0.7) is not a public address (allow_private is off)"
    assert address_refusal("intranet.example", "10.0.0.7") == words
    assert address_refusal("example.org", "93.184.215.14") is None


SPELLINGS = [
    str,
    lambda address: str(int(address)),
    lambda address: hex(int(address)),
    lambda address: f"0{int(address):o}",
    lambda address: ".".join(hex(byte) for byte in address.packed),
    lambda address: ".".join(f"0{byte:o}" for byte in address.packed),
    lambda address: f"{address.packed[0]}.{int(address) & 0xFFFFFF}",
    lambda address: f"{address.packed[0]}.{address.packed[1]}.{int(address) & 0xFFFF}",
]


@given(st.ip_addresses(v=4), st.sampled_from(SPELLINGS))
def test_every_spelling_of_an_address_is_judged_as_that_address(address: IPv4Address, spell):
    assert literal_address(spell(address)) == address
    assert (url_refusal(f"http://{spell(address)}/") is None) == is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_one_decides(address: IPv4Address):
    for prefix in (0xFFFF << 32, 0x64FF9B << 96):
        assert is_public(IPv6Address(prefix | int(address))) == is_public(address)


@given(st.text(), st.booleans())
def test_any_text_is_judged(text: str, allow_private: bool):
    for url in (text, f"http://{text}/", f"http://[{text}]/"):
        refusal = url_refusal(url, allow_private=allow_private)
        assert refusal is None or refusal.startswith("refused: ")
