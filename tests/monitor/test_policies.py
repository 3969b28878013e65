"""Declarations and addresses: what is accepted, what is said of the rest."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from monitor.declarations import Declaration, declare_url, read_declarations
from monitor.errors import ConfigurationError, UsageError
from monitor.models import Policy
from monitor.policies import add_url, find, sync
from monitor.types import Range, Selection
from tests.homes import START, WatchedHome

LATER = START + timedelta(hours=1)


def add(watched: WatchedHome, url: str, **options: Any) -> tuple[str, str]:
    """The slug, and what adding the URL came to."""
    with watched.home.database.writing() as session:
        policy, what = add_url(session, url, **({"interval_seconds": 60, "now": START} | options))
        return policy.slug, what


def in_force(watched: WatchedHome) -> dict[str, list[str]]:
    """Slug -> the addresses that the policy is read from."""
    with watched.home.database.reading() as session:
        return {
            policy.slug: [source.url for source in policy.sources if source.retired_at is None]
            for policy in session.scalars(select(Policy).order_by(Policy.slug))
        }


def declared(text: str) -> Declaration:
    """`Privacy Policy: https://a.example/ https://b.example/` as Acme's declaration."""
    terms_type, _, urls = text.partition(": ")
    return Declaration.model_validate({"service": "Acme", "policies": [{"type": terms_type, "sources": urls.split()}]})


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.acme.com/us/privacy", "https://www.acme.com/eu/privacy"),
        ("https://acme.com/privacy", "https://acme.de/datenschutz"),
        ("https://acme.com/privacy", "http://acme.com/privacy"),
        ("https://acme.com/privacy", "https://acme.com/privacy?lang=de"),
    ],
)
def test_two_addresses_are_two_policies(watched: WatchedHome, one: str, other: str) -> None:
    assert [add(watched, url) for url in (one, other)] == [
        ("acme/privacy-policy", "added"),
        ("acme/privacy-policy-2", "added"),
    ]
    assert in_force(watched) == {"acme/privacy-policy": [one], "acme/privacy-policy-2": [other]}


def test_a_further_policy_is_named_after_its_address(watched: WatchedHome) -> None:
    for url in ("https://www.acme.com/us/privacy", "https://www.acme.com/eu/privacy"):
        add(watched, url)
    with watched.home.database.reading() as session:
        assert find(session, "eu/privacy").name == "Acme Privacy Policy (acme.com/eu/privacy)"


def test_an_address_added_again_is_resumed_and_nothing_else(watched: WatchedHome) -> None:
    text = "service: Acme\npolicies: [{type: Terms, sources: [https://acme.example/a, https://acme.example/b], interval: 7d, browser: never, robots: ignore}]"
    with watched.home.database.writing() as session:
        sync(session, [Declaration.model_validate(yaml.safe_load(text))], interval_seconds=60, now=START)
        find(session, "acme/terms").paused_at = START
    assert add(watched, "https://acme.example/b#top") == ("acme/terms", "resumed")
    assert add(watched, "https://acme.example/b", service="Other", terms_type="Imprint") == ("acme/terms", "unchanged")
    assert in_force(watched) == {"acme/terms": ["https://acme.example/a", "https://acme.example/b"]}
    policy = watched.policy()
    assert (policy.paused_at, policy.interval_seconds, policy.browser, policy.obey_robots) == (
        None,
        604800,
        "never",
        False,
    )


def test_an_interval_asked_for_is_taken_by_a_policy_watched_already(watched: WatchedHome) -> None:
    url = "https://acme.example/privacy"
    add(watched, url, interval_seconds=86400)
    with watched.home.database.writing() as session:
        session.merge(watched.policy()).next_check_at = START + timedelta(days=1)
    assert add(watched, url, interval_seconds=60) == ("acme/privacy-policy", "unchanged")
    assert add(watched, url, interval_seconds=3600, set_interval=True) == ("acme/privacy-policy", "updated")
    assert watched.policy().interval_seconds == 3600
    assert START < watched.policy().next_check_at <= START + timedelta(hours=1.05)


def test_an_address_that_a_policy_left_becomes_a_policy_of_its_own(watched: WatchedHome) -> None:
    with watched.home.database.writing() as session:
        for url in ("https://acme.example/old-terms", "https://acme.example/terms"):
            sync(session, [declared(f"Terms of Service: {url}")], interval_seconds=60, now=START)
    assert add(watched, "https://acme.example/old-terms") == ("acme/terms-of-service-2", "added")
    assert in_force(watched)["acme/terms-of-service"] == ["https://acme.example/terms"]
    with watched.home.database.reading() as session:
        assert find(session, "https://acme.example/old-terms").slug == "acme/terms-of-service-2"


def test_a_type_asked_for_that_is_taken_is_refused_with_the_ways_out(watched: WatchedHome) -> None:
    add(watched, "https://acme.example/a", terms_type="Terms")
    with pytest.raises(UsageError, match=r"Acme has a Terms already, .* another --type, or declare both"):
        add(watched, "https://acme.example/b", terms_type="Terms")
    assert in_force(watched) == {"acme/terms": ["https://acme.example/a"]}


@pytest.mark.parametrize("due_at", [START - timedelta(days=1), START + timedelta(days=1)])
def test_a_policy_whose_sources_moved_is_due_now(watched: WatchedHome, due_at: datetime) -> None:
    with watched.home.database.writing() as session:
        sync(session, [declared("Terms: https://acme.example/a")], interval_seconds=60, now=START)
        find(session, "acme/terms").next_check_at = due_at
    with watched.home.database.writing() as session:
        sync(session, [declared("Terms: https://acme.example/b")], interval_seconds=60, now=LATER)
    assert watched.policy().next_check_at == LATER


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


def _selections(tmp_path: Path, policy: str) -> list[Selection | None]:
    """Of each source of the one policy that this YAML declares."""
    file = tmp_path / "acme.yaml"
    file.write_text(f"service: Acme\npolicies:\n- type: Terms\n{indent(dedent(policy), '  ')}", encoding="utf-8")
    [declaration] = read_declarations(file)
    return [declaration.policies[0].selection(source) for source in declaration.policies[0].sources]


def test_a_source_says_for_itself_what_differs_from_its_policys_selection(tmp_path: Path) -> None:
    declared = """
        select: [.content, {startBefore: h1, endAfter: '#last'}]
        remove: .related
        sources:
          - https://a.example/1
          - {url: https://a.example/2, select: article}
          - {url: https://a.example/3, select: [], remove: []}
    """
    assert _selections(tmp_path, declared) == [
        Selection((".content", Range("h1", "#last", after_end=True)), (".related",)),
        Selection(("article",), (".related",)),
        None,
    ]


def test_nothing_is_selected_when_nothing_is_declared(tmp_path: Path) -> None:
    assert _selections(tmp_path, "sources: [https://a.example/1, {url: https://a.example/2}]") == [None, None]


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("sources: [https://a.example/1]\nselect: 'div['", r"policies\.0\.select: a CSS selector .* 'div\[' came"),
        (
            "sources: [{url: https://a.example/1, remove: 7}]",
            r"policies\.0\.sources\.0\.remove: .* 7 came: it is no text",
        ),
        ("sources: [https://a.example/1]\nselect: #content", r"policies\.0\.select: .* In YAML # begins a comment"),
        ("sources: [https://a.example/1]\nselct: a", r"policies\.0\.selct: unknown key; did you mean `select`\?"),
        ("sources: [{url: https://a.example/1, slect: a}]", r"sources\.0\.slect: unknown key; did you mean `select`\?"),
        ("sources: [{url: https://a.example/1, browser: never}]", r"unknown key; known here: url, select, remove"),
        ("sources: [https://a.example/1]\nremove: {start_before: a, endAfter: b}", "did you mean `startBefore`"),
        ("sources: [7]", r"sources\.0: an address, or url: with select: and remove: beside it, was wanted, 7 came"),
    ],
)
def test_a_wrong_selection_is_refused_with_its_place_alone(tmp_path: Path, policy: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as raised:
        _selections(tmp_path, policy)
    assert len(str(raised.value).splitlines()) == 1


def test_the_declarations_of_the_docs_are_valid(tmp_path: Path) -> None:
    docs = (Path(__file__).parents[2] / "docs" / "declarations.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", docs, re.DOTALL)
    for number, example in enumerate(examples):
        (tmp_path / f"{number}.yaml").write_text(example, encoding="utf-8")
    assert len(read_declarations(tmp_path)) == len(examples) == 5


def test_an_address_added_again_keeps_its_selection(watched: WatchedHome) -> None:
    policy = {"type": "Terms", "sources": ["https://acme.example/a"], "select": ".content"}
    with watched.home.database.writing() as session:
        declaration = Declaration.model_validate({"service": "Acme", "policies": [policy]})
        sync(session, [declaration], interval_seconds=60, now=START)
    assert add(watched, "https://acme.example/a") == ("acme/terms", "unchanged")
    with watched.home.database.reading() as session:
        [source] = find(session, "acme/terms").sources
        assert source.selection == Selection((".content",))


def test_one_bad_declaration_of_a_folder_brings_in_none(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "service: A\npolicies: [{type: Terms, sources: [https://a.example/]}]\n", encoding="utf-8"
    )
    (tmp_path / "b.yaml").write_text("service: [", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"b\.yaml: YAML was wanted"):
        read_declarations(tmp_path)


@pytest.mark.parametrize(
    ("policies", "message"),
    [
        (
            "- {type: Terms, sources: [https://a.example/1]}\n- {type: Imprint, sources: [https://a.example/2]}\n- {type: Terms, sources: [https://a.example/3]}",
            r"acme\.yaml: policies\.2 declares the Terms of Acme, as .*acme\.yaml: policies\.0 does",
        ),
        (
            "- {type: Terms, sources: [https://a.example/1]}\n---\nservice: ACME\npolicies:\n- {type: Terms, sources: [https://a.example/3]}",
            r"acme\.yaml: declaration 2: policies\.0 declares the Terms of ACME, as .*acme\.yaml: policies\.0 does",
        ),
        (
            "- {type: Terms, sources: [https://a.example/1, https://a.example/2, https://a.example/1]}",
            r"policies\.0\.sources\.2 is the same page as .*policies\.0\.sources\.0: https://a\.example/1",
        ),
        (
            "- {type: Terms, sources: [https://a.example/1, 'https://a.example/1#top']}",
            r"policies\.0\.sources\.1 is the same page as .*policies\.0\.sources\.0",
        ),
    ],
)
def test_what_is_declared_twice_is_refused_with_both_places(tmp_path: Path, policies: str, message: str) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(f"service: Acme\npolicies:\n{policies}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message):
        read_declarations(file)


def test_one_policy_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(
            f"service: Acme\npolicies: [{{type: Terms, sources: [https://{name}.example/]}}]\n", encoding="utf-8"
        )
    with pytest.raises(ConfigurationError, match=r"b\.yaml: policies\.0 declares .* as .*a\.yaml: policies\.0 does"):
        read_declarations(tmp_path)


@pytest.mark.parametrize("text", ["[" * 5000, "service: 2026-99-99"])
def test_yaml_that_cannot_be_built_is_explained(tmp_path: Path, text: str) -> None:
    file = tmp_path / "deep.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"deep\.yaml: .* w(as|ere) wanted"):
        read_declarations(file)


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
