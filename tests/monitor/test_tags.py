"""Tags: how they are written, and how a policy comes by them and loses them."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.declarations import Declaration, read_declarations
from monitor.editing import edit_tags
from monitor.errors import ConfigurationError, UsageError
from monitor.policies import sync
from monitor.tags import LONGEST, tag_name, tag_names
from tests.homes import ADDRESS, START, CommandLine, WatchedHome


@pytest.mark.parametrize(
    ("raw", "tags"),
    [
        ("Vendor", ("vendor",)),
        (" EU  Vendor ", ("eu-vendor",)),
        (["eu", "vendor", "EU"], ("eu", "vendor")),
        (["Größe", "テスト", "q1_2026", "iso.27001"], ("größe", "iso.27001", "q1_2026", "テスト")),
        ([], ()),
    ],
)
def test_tags_are_kept_in_one_form(raw: object, tags: tuple[str, ...]) -> None:
    assert tag_names(raw) == tags


@pytest.mark.parametrize(
    "raw", ["", " ", "a,b", "-a", "a--b", "a/b", "a" * (LONGEST + 1), "a\nb!", 7, False, None, ["eu", 2026]]
)
def test_what_is_no_tag_is_refused_in_words(raw: object) -> None:
    with pytest.raises(ValueError, match="a tag"):
        tag_names(raw)


@given(st.text(max_size=LONGEST + 5))
def test_a_tag_that_was_taken_is_taken_again_as_it_is(raw: str) -> None:
    try:
        name = tag_name(raw)
    except ValueError:
        return
    assert tag_name(name) == name


def _sync(watched: WatchedHome, *, service: object = None, policy: object = None) -> tuple[str, list[str]]:
    declared = {"service": "Acme", "policies": [{"type": "Privacy Policy", "sources": [ADDRESS]}]}
    declared |= {"tags": service} if service is not None else {}
    declared["policies"][0] |= {"tags": policy} if policy is not None else {}
    with watched.home.database.writing() as session:
        [(found, what)] = sync(session, [Declaration.model_validate(declared)], interval_seconds=86400, now=START)
        return what, found.tags


def test_a_declarations_tags_are_the_policys_and_its_services(watched: WatchedHome) -> None:
    assert _sync(watched, service="Vendor", policy=["eu"]) == ("added", ["eu", "vendor"])
    assert _sync(watched, service="vendor", policy=["eu"]) == ("unchanged", ["eu", "vendor"])
    assert _sync(watched, policy="us") == ("updated", ["us"])
    assert _sync(watched) == ("unchanged", ["us"])  # says nothing of tags
    assert _sync(watched, policy=[]) == ("updated", [])


def test_other_tags_make_no_check_due(watched: WatchedHome) -> None:
    _sync(watched)
    watched.pass_to_next_check()
    before = watched.policy().next_check_at
    _sync(watched, policy=["eu"])
    assert watched.policy().next_check_at == before


def test_a_tag_to_take_away_that_is_not_there_is_refused(watched: WatchedHome) -> None:
    watched.add()
    with watched.home.database.writing() as session:
        policy = session.merge(watched.policy())
        assert edit_tags(policy, added=["eu", "vendor"])
        assert not edit_tags(policy, added=["eu"])
        assert edit_tags(policy, added=[], removed=["eu"])
        with pytest.raises(UsageError, match=r"us came, which it does not have \(it has: vendor\)"):
            edit_tags(policy, added=[], removed=["us"])
    assert watched.policy().tags == ["vendor"]


def test_a_wrong_tag_of_a_declaration_is_named_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    declared = {"service": "Acme", "policies": [{"type": "Privacy Policy", "sources": [ADDRESS], "tags": ["a/b"]}]}
    file.write_text(yaml.safe_dump(declared), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"acme.yaml: policies.0.tags: a tag of 1 to 40 letters .* 'a/b' came"):
        read_declarations(file)


def test_the_command_line_gives_takes_shows_and_finds_tags(tmp_path: Path) -> None:
    smallprint = CommandLine(tmp_path / "home")
    smallprint.run("add", ADDRESS, "--tag", "Vendor", "--tag", "eu")
    assert [(row["policy"], row["tags"]) for row in smallprint.json("list", "--tag", "vendor")] == [
        ("acme/privacy-policy", ["eu", "vendor"])
    ]
    assert "[eu, vendor]" in smallprint.run("list")
    assert smallprint.run("edit", "acme", "--tag", "us", "--untag", "eu").startswith("updated")
    assert "No policy has the tag eu" in smallprint.run("list", "--tag", "eu")
    assert "tags          us, vendor" in smallprint.run("list", "--baseline", "--tag", "us")
