"""What the paths of a collection say, and the names that stand for pages in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.interchange.ota_layout import Place, document_id, read_place, safe_name


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://acme.example/", ""),
        ("https://acme.example/legal/privacy.html?x=1#top", "legal-privacy"),
        ("https://acme.example/a%20b/Terms.PDF/", "a b-Terms.PDF"),
        ("https://acme.example/p:q*", "p_q_"),
        ("https://acme.example/v1.2", "v1.2"),
        ("https://acme.example/legal.php", "legal"),
    ],
)
def test_a_page_among_several_is_named_by_its_path(url: str, expected: str) -> None:
    assert document_id(url) == expected


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("Acme/Privacy Policy.html", Place("Acme", "Privacy Policy")),
        ("Acme/Privacy Policy #.html", Place("Acme", "Privacy Policy", "")),
        ("Acme/Privacy Policy #v1.2 #x.pdf", Place("Acme", "Privacy Policy", "v1.2 #x")),
        ("README.md", None),
        ("Acme/.gitkeep", None),
        ("Acme/x/Privacy Policy.html", None),
    ],
)
def test_what_a_file_is_about_stands_in_its_path(path: str, place: Place | None) -> None:
    found = read_place(path)
    assert (found[0] if found is not None else None) == place


@settings(deadline=None)
@given(st.text())
def test_a_safe_name_is_a_part_of_a_path_and_stays_itself(text: str) -> None:
    name = safe_name(text)
    assert name
    assert not set('/\\:"<>|*?~\0') & set(name)
    assert name[0] not in ". "
    assert safe_name(name) == name
    assert name.encode()
