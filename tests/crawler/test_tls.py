"""Whoever answers for a host must prove it."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.crawler.texts import POLICY
from tests.crawling import Crawling, as_source
from tests.site import Site


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "site.pem").write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "site.pem")
    return context


@pytest.mark.parametrize("way", ["never", "always"])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(self_signed: ssl.SSLContext, crawled: Crawling, way: str):

    with Site(tls=self_signed) as site:
        site.page("/privacy", POLICY)
        result = crawled(replace(as_source(site.url("/privacy")), browser=way, obey_robots=False)).only
    assert result.capture is None
    assert "ERR_CERT" in result.error or "the TLS certificate of 127.0.0.1 is not trusted" in result.error
    assert site.visits == []
