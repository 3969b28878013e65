"""Declarations and addresses: what is accepted, what is said of the rest."""

from pathlib import Path

import pytest

from monitor.errors import ConfigurationError, UsageError
from monitor.policies import Declaration, declare_url, find, read_declarations, sync
from tests.homes import START, WatchedHome


@pytest.mark.parametrize(
    ("url", "service", "terms_type"),
    [
        ("https://www.acme.co.uk/legal/privacy", "Acme", "Privacy Policy"),
        ("https://acme.example/terms-of-use", "Acme", "Terms of Service"),
        ("https://legal.acme.com/cookie-policy", "Acme", "Trackers Policy"),
        ("https://acme.de/datenschutz", "Acme", "Privacy Policy"),
        ("https://acme.com/page/7", "Acme", "Policy"),
        ("http://127.0.0.1:8000/privacy", "127.0.0.1", "Privacy Policy"),
    ],
)
def test_service_and_type_are_guessed_from_the_address(url: str, service: str, terms_type: str) -> None:
    declaration = declare_url(url)
    assert (declaration.service, declaration.policies[0].type) == (service, terms_type)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "acme.example/privacy",
        "ftp://acme.example/privacy",
        "file:///etc/passwd",
        "https://user@acme.example/",
        "https:///x",
        "http://a\\@b/",
        "javascript:alert(1)",
    ],
)
def test_a_bad_address_is_refused_with_what_was_wanted(url: str) -> None:
    with pytest.raises(UsageError, match=r"an http\(s\) address such as .* was wanted"):
        declare_url(url)


def test_declaring_the_same_twice_changes_nothing(watched: WatchedHome) -> None:
    declaration = declare_url("https://acme.example/privacy")
    with watched.home.database.writing() as session:
        [(_, first)] = sync(session, [declaration], interval_seconds=60, now=START)
        [(_, second)] = sync(session, [declaration], interval_seconds=60, now=START)
    assert (first, second) == ("added", "unchanged")


def test_an_address_that_left_the_declaration_is_retired_and_kept(watched: WatchedHome) -> None:
    with watched.home.database.writing() as session:
        for url in ("https://acme.example/privacy", "https://acme.example/legal/privacy"):
            [(policy, _)] = sync(session, [declare_url(url)], interval_seconds=60, now=START)
        retired = {source.url: source.retired_at for source in policy.sources}
    assert retired == {"https://acme.example/privacy": START, "https://acme.example/legal/privacy": None}


def test_two_services_of_one_slug_get_slugs_of_their_own(watched: WatchedHome) -> None:
    with watched.home.database.writing() as session:
        synced = sync(
            session,
            [
                Declaration.model_validate(
                    {"service": "Acme", "policies": [{"type": t, "sources": ["https://a.example/" + t]}]}
                )
                for t in ("Terms", "terms!")
            ],
            interval_seconds=60,
            now=START,
        )
    assert [policy.slug for policy, _ in synced] == ["acme/terms", "acme/terms-2"]


def test_a_policy_is_found_by_slug_by_address_and_by_part_of_its_name(watched: WatchedHome) -> None:
    watched.add()
    with watched.home.database.reading() as session:
        found = {find(session, name).slug for name in ("acme/privacy-policy", "https://acme.example/privacy", "ACME")}
    assert found == {"acme/privacy-policy"}


def test_an_unknown_policy_names_the_near_ones(watched: WatchedHome) -> None:
    watched.add()
    with (
        watched.home.database.reading() as session,
        pytest.raises(UsageError, match="did you mean acme/privacy-policy"),
    ):
        find(session, "acne/privacy-polcy")


def test_a_misspelt_key_names_the_right_one(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(
        "service: Acme\npolicies:\n- type: Privacy Policy\n  sorces: [https://acme.example/privacy]\n", encoding="utf-8"
    )
    with pytest.raises(
        ConfigurationError, match=r"acme\.yaml: policies\.0\.sorces: unknown key; did you mean `sources`\?"
    ):
        read_declarations(file)


def test_one_bad_declaration_of_a_folder_brings_in_none(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "service: A\npolicies: [{type: Terms, sources: [https://a.example/]}]\n", encoding="utf-8"
    )
    (tmp_path / "b.yaml").write_text("service: [", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"b\.yaml: YAML was wanted"):
        read_declarations(tmp_path)


def test_yaml_that_would_run_code_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "evil.yaml"
    file.write_text("!!python/object/apply:os.system ['touch owned']", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        read_declarations(file)


def test_the_starter_declarations_are_all_valid() -> None:
    starters = read_declarations(Path(__file__).parents[2] / "policies")
    assert {starter.service for starter in starters} == {
        "MobileWorks",
        "MagicInfo Services",
        "OfficeTrack NG",
        "MAssist CRM",
        "MobiKin",
    }
