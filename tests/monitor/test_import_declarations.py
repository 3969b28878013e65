"""Open Terms Archive's declarations become watched policies; what cannot be is listed with its reason, and never a crash."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from monitor.errors import UsageError
from monitor.importing.ota_declarations import Declared, import_declarations, read_collection
from monitor.importing.ota_terms import read_terms
from monitor.models import Policy
from monitor.types import Range, Selection
from tests.homes import WatchedHome
from tests.ota import Declarations
from tests.pages import POLICY

PAGE = {"fetch": "https://acme.example/privacy", "select": "main"}


@pytest.fixture
def declarations(tmp_path: Path) -> Declarations:
    return Declarations(tmp_path / "collection")


def _import(watched: WatchedHome, declarations: Declarations) -> Declared:
    return import_declarations(watched.home, declarations.root)


def _selections(watched: WatchedHome) -> dict[str, Selection | None]:
    with watched.home.database.reading() as session:
        policies = session.scalars(select(Policy))
        return {source.url: source.selection for policy in policies for source in policy.sources}


def test_a_policy_is_named_as_declared_and_due_now(watched: WatchedHome, declarations: Declarations) -> None:
    declared = _import(watched, declarations.add("acme", {"Privacy Policy": PAGE}, name="Acme Kites"))
    assert declared == Declared([("acme-kites/privacy-policy", "added")], 1, [])
    assert watched.policy().name == "Acme Kites Privacy Policy"
    assert [source.url for source in watched.home.claim()] == ["https://acme.example/privacy"]


def test_what_a_page_is_read_by_comes_along(watched: WatchedHome, declarations: Declarations) -> None:
    between = {"startAfter": "h1", "endBefore": "footer"}
    terms = {
        "fetch": "https://acme.example/p",
        "select": ["main", between],
        "remove": {"startBefore": "a", "endAfter": "b"},
    }
    _import(watched, declarations.add("acme", {"Privacy Policy": terms}))
    assert _selections(watched) == {
        "https://acme.example/p": Selection(
            ("main", Range("h1", "footer", after_start=True)), (Range("a", "b", after_end=True),)
        )
    }


def test_pages_that_are_combined_take_from_the_terms_what_they_do_not_say(
    watched: WatchedHome, declarations: Declarations
) -> None:
    pages = [
        {"fetch": "https://acme.example/a"},
        {"fetch": "https://acme.example/b", "select": "article", "remove": None},
    ]
    _import(
        watched, declarations.add("acme", {"Terms of Service": {"combine": pages, "select": "main", "remove": "nav"}})
    )
    assert _selections(watched) == {
        "https://acme.example/a": Selection(("main",), ("nav",)),
        "https://acme.example/b": Selection(("article",), ("nav",)),
    }


@pytest.mark.parametrize(
    ("wishes", "browser"),
    [((None,), "auto"), ((True,), "always"), ((False,), "never"), ((None, True), "always"), ((False, None), "auto")],
)
def test_scripts_run_as_declared(wishes: tuple[bool | None, ...], browser: str) -> None:
    pages = [
        {"fetch": f"https://acme.example/{number}", "executeClientScripts": wish} for number, wish in enumerate(wishes)
    ]
    assert read_terms("Privacy Policy", {"combine": pages}).policy.browser == browser


def test_the_older_key_a_pdf_and_a_fragment_are_taken(watched: WatchedHome, declarations: Declarations) -> None:
    older = {
        "Terms of Service": {"fetch": "https://acme.example/t.pdf"},
        "Imprint": {"fetch": "https://acme.example/i#a"},
    }
    declarations.write("acme.json", {"name": "Acme", "documents": older, "importedFrom": "elsewhere"})
    assert _import(watched, declarations).listed == []
    assert set(_selections(watched)) == {"https://acme.example/t.pdf", "https://acme.example/i"}


def test_history_and_other_files_declare_nothing(watched: WatchedHome, declarations: Declarations) -> None:
    declarations.add("acme", {"Imprint": PAGE}).write("acme.history.json", "{").write("acme.filters.js", "export")
    assert _import(watched, declarations) == Declared([("acme/imprint", "added")], 1, [])


def test_the_built_in_filter_has_nothing_to_do_for_where_a_link_leads_is_no_wording(
    watched: WatchedHome, declarations: Declarations
) -> None:
    filters = ["removeQueryParams", {"removeQueryParams": ["utm", "h"]}]
    assert _import(watched, declarations.add("acme", {"Privacy Policy": PAGE | {"filter": filters}})).listed == []
    watched.check(POLICY.replace('href="/shop"', 'href="/shop?h=1"').replace("carrier", '<a href="/c?h=1">carrier</a>'))
    closed = watched.check(
        POLICY.replace('href="/shop"', 'href="/shop?h=2"').replace("carrier", '<a href="/c?h=2">carrier</a>')
    )
    assert closed.outcome == "unchanged"


def test_pages_that_need_other_filters_are_listed_by_name_and_the_rest_imported(
    watched: WatchedHome, declarations: Declarations
) -> None:
    scripted = PAGE | {"filter": ["removeModuleIDs", {"cleanUrls": {"a": 1}}]}
    combined = {"combine": [{"fetch": "https://acme.example/1"}, {"fetch": "https://acme.example/2", "filter": "tidy"}]}
    declared = _import(
        watched, declarations.add("acme", {"Privacy Policy": scripted, "Imprint": PAGE, "Developer Terms": combined})
    )
    assert [slug for slug, _ in declared.policies] == ["acme/imprint"]
    one, several = declared.listed
    assert one.startswith("acme, Privacy Policy: needs the JavaScript filter removeModuleIDs and cleanUrls")
    assert one.endswith("smallprint add https://acme.example/privacy --service acme --type 'Privacy Policy'")
    assert several.startswith("acme, Developer Terms: needs the JavaScript filter tidy")
    assert "https://acme.example/1 https://acme.example/2" in several


def test_the_command_that_is_told_runs_nothing_else(watched: WatchedHome, declarations: Declarations) -> None:
    terms = {"fetch": "https://acme.example/$(reboot);reboot", "filter": "a\x1b[2J`reboot`"}
    listed = _import(watched, declarations.add("acme", {"Imprint`x`": terms}, name='"; reboot; "')).listed
    told = listed[0].partition("Without it: ")[2]
    assert shlex.split(told, posix=True)[2:] == [terms["fetch"], "--service", '"; reboot; "', "--type", "Imprint`x`"]
    assert "'https://acme.example/$(reboot);reboot'" in told
    assert "\x1b" not in listed[0]


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ([], "`fetch`"),
        ({}, "`fetch`: the address of a page was wanted, None came"),
        ({"fetch": 7}, "the address of a page was wanted, 7 came"),
        ({"fetch": "ftp://acme.example/p"}, "only http and https"),
        ({"fetch": "https://"}, "names no host"),
        ({"fetch": "https://acme.example/p", "select": "p:contains('x')"}, "cannot be parsed"),
        ({"fetch": "https://acme.example/p", "select": {"startBefore": "a"}}, "one of endBefore and endAfter"),
        ({"fetch": "https://acme.example/p", "remove": [["a"]]}, "it is no text"),
        ({"fetch": "https://acme.example/p", "filter": [7]}, "the name of a filter was wanted"),
        ({"fetch": "https://acme.example/p", "executeClientScripts": "yes"}, "true or false was wanted"),
        ({"combine": []}, "a list of pages was wanted"),
        ({"combine": ["https://acme.example/p"]}, "a page with `fetch` was wanted"),
        ({"combine": [PAGE, {"fetch": "https://acme.example/privacy#b"}]}, "is combined with itself"),
    ],
)
def test_terms_that_cannot_be_read_are_listed_and_the_others_imported(
    declarations: Declarations, terms: Any, reason: str
) -> None:
    collection = read_collection(declarations.add("acme", {"Privacy Policy": terms, "Imprint": PAGE}).root)
    assert list(collection.services["acme"].terms) == ["Imprint"]
    [listed] = collection.listed
    assert listed.startswith("acme.json, Privacy Policy: ")
    assert reason in listed


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "JSON was wanted"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "an object with `name` and `terms` was wanted"),
        ({"name": ["Acme"], "terms": {}}, "the name of a service was wanted"),
        ({"name": "Acme"}, "an object with a key for each terms type"),
        ({"name": "Acme", "terms": {}}, "it has no terms"),
        ({"name": "x" * 300, "terms": {"Imprint": PAGE}}, "a name of up to 150 letters"),
        ({"name": "Acme", "terms": {"": PAGE}}, "a name of up to 150 letters"),
        ({"name": "KITES!", "terms": {"Imprint": PAGE}}, "cannot be told from that of 'Kites.json'"),
        ({"name": "Acme", "terms": {" Imprint": PAGE | {"select": "("}, "Imprint": PAGE}}, "cannot be parsed"),
    ],
)
def test_a_service_that_cannot_be_read_is_listed_and_the_others_imported(
    declarations: Declarations, content: Any, reason: str
) -> None:
    collection = read_collection(declarations.add("Kites", {"Imprint": PAGE}).write("zoo.json", content).root)
    assert list(collection.services["Kites"].terms) == ["Imprint"]
    assert collection.listed[0].startswith("zoo.json")
    assert reason in " ".join(collection.listed)


def test_odd_signs_in_names_are_kept_out_of_the_database(watched: WatchedHome, declarations: Declarations) -> None:
    declarations.write(
        "a.json",
        '{"name": "Ac\\u0000me\\ud800", "terms": {"Privacy\\u200b  Policy\\n": {"fetch": "https://a.example"}}}',
    )
    assert _import(watched, declarations).policies == [("acme/privacy-policy", "added")]
    assert watched.policy().name == "Acme Privacy Policy"


def test_importing_again_changes_nothing_and_an_edited_declaration_is_followed(
    watched: WatchedHome, declarations: Declarations
) -> None:
    _import(watched, declarations.add("acme", {"Imprint": PAGE}))
    assert _import(watched, declarations).policies == [("acme/imprint", "unchanged")]
    edited = declarations.add("acme", {"Imprint": PAGE | {"select": "article"}})
    assert _import(watched, edited).policies == [("acme/imprint", "updated")]


def test_one_file_a_folder_and_a_collections_root_are_taken(declarations: Declarations) -> None:
    declarations.add("acme", {"Imprint": PAGE})
    folder = declarations.root / "declarations"
    for path in (declarations.root, folder, folder / "acme.json"):
        assert list(read_collection(path).services) == ["acme"]


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_path_without_declarations_is_explained(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="declarations"):
        read_collection(tmp_path / name)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
WHOLE = {
    "name": "Acme",
    "terms": {
        "Privacy Policy": PAGE
        | {"remove": [{"startAfter": "a", "endBefore": "b"}], "filter": [{"removeQueryParams": "a"}]},
        "Imprint": {
            "combine": [PAGE, {"fetch": "https://acme.example/b", "executeClientScripts": True}],
            "select": ["a"],
        },
    },
}


def _places(whole: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    parts = whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ()
    return [path, *(place for key, part in parts for place in _places(part, (*path, key)))]


def _replaced(whole: Any, path: tuple[str | int, ...], value: Any) -> Any:
    if not path:
        return value
    copy: Any = dict(whole) if isinstance(whole, dict) else list(whole)
    copy[path[0]] = _replaced(whole[path[0]], path[1:], value)
    return copy


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from(_places(WHOLE)), value=VALUES)
def test_any_value_in_place_of_any_part_is_read_or_listed(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[str | int, ...], value: Any
) -> None:
    file = tmp_path_factory.getbasetemp() / "acme.json"
    file.write_text(json.dumps(_replaced(WHOLE, place, value)), encoding="utf-8")
    collection = read_collection(file)
    read = [terms for service in collection.services.values() for terms in service.terms]
    assert read or collection.listed
    assert all(isinstance(reason, str) for reason in collection.listed)
