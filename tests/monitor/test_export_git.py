"""A home's history in Open Terms Archive's form: git takes it, people read it, and imported again it is the same history."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from monitor.declarations import Declaration, PolicyDeclaration
from monitor.errors import UsageError
from monitor.exporting.git import Exported, _repository, export_git
from monitor.exporting.ota_names import Names
from monitor.importing.ota import import_ota
from monitor.interchange.ota_layout import path_of, read_place
from monitor.models import Change, Frame, Policy, Service, Snapshot, Source, Version
from monitor.policies import sync
from tests.gate.captures import bodies, runs
from tests.homes import ADDRESS, START, WatchedHome, watched_home
from tests.ota import Declarations, git, snapshot, write_repository
from tests.pages import DATE_MOVED, KEPT_LONGER, POLICY

COOKIES = POLICY.replace("Privacy Policy", "Cookies").replace("kites", "kites and cookies")
LATIN = POLICY.replace("Acme sells kites", "Acmé sells kites")
WALL = (
    "<html><head><title>Attention</title></head><body><h1>Access denied</h1><p>You have been blocked.</p></body></html>"
)
PLAIN = (
    "Privacy Policy\n\n"
    + "Acme sells yaks. We delete your personal information after 30 days, and share it with nobody.\n" * 9
)
NEW = "https://www.yak.example/terms"
LEGAL = ("https://zoo.example/legal/privacy.html", "https://zoo.example/legal/cookies")


def _declare(watched: WatchedHome, service: str, *policies: dict[str, Any]) -> None:
    declared = Declaration(service=service, policies=tuple(map(PolicyDeclaration.model_validate, policies)))
    with watched.home.database.writing() as session:
        sync(session, [declared], interval_seconds=86400, now=watched.clock())


def _visit(watched: WatchedHome, pages: dict[str, str]) -> None:
    """One check of all that is due: what each address answers, else that it was not modified."""
    watched.clock.pass_days(0.01)
    for source in watched.home.claim():
        page = pages.get(source.url)
        status = 403 if page == WALL else 200
        kind, body = _as_sent(page) if page is not None else ("", None)
        watched.keep(watched.answer(source, body, status, content_type=kind))
    watched.pass_to_next_check()


def _as_sent(page: str) -> tuple[str, bytes]:
    if not page.startswith("<"):
        return "text/plain", page.encode()
    latin = "Acmé" in page
    return f"text/html; charset={'latin-1' if latin else 'utf-8'}", page.encode("latin-1" if latin else "utf-8")


def _live(watched: WatchedHome) -> WatchedHome:
    """Some days of a policy of one page and one of two."""
    selection = {"select": ["main", {"startAfter": "h1", "endBefore": "footer"}], "remove": "nav"}
    _declare(watched, "Acme: Kites/EU", {"type": "Privacy Policy", "sources": [ADDRESS], "browser": "always"})
    _declare(watched, "Zoo", {"type": "Privacy Policy", "sources": [LEGAL[0], {"url": LEGAL[1], **selection}]})
    _declare(watched, "Yak", {"type": "Terms of Service", "sources": ["https://yak.example/terms"]})
    one, two = LEGAL
    for day, pages in enumerate(
        (
            {ADDRESS: LATIN, "https://yak.example/terms": POLICY, one: POLICY, two: COOKIES},
            {ADDRESS: LATIN, one: KEPT_LONGER},
            {ADDRESS: WALL, two: COOKIES.replace("30 days", "90 days")},
            {ADDRESS: LATIN.replace("30 days", "90 days"), NEW: POLICY.replace("kites", "yaks")},
            {NEW: PLAIN, one: KEPT_LONGER.replace("may ask", "can ask"), two: COOKIES.replace("30 days", "45 days")},
            {ADDRESS: DATE_MOVED.replace("Acme sells", "Acmé sells").replace("30 days", "90 days")},
        )
    ):
        if day == 3:
            _declare(watched, "Yak", {"type": "Terms of Service", "sources": ["https://www.yak.example/terms"]})
        _visit(watched, pages)
    return watched


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedHome]:
    """A home that is only read."""
    folder = tmp_path_factory.mktemp("told")
    opened = watched_home(folder / "home", f"sqlite:///{folder / 'smallprint.db'}")
    yield _live(opened)
    opened.home.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[WatchedHome]:
    opened = watched_home(tmp_path / "fresh", f"sqlite:///{tmp_path / 'fresh.db'}")
    opened.clock.pass_days(1000)  # what the other home saw is past
    yield opened
    opened.home.close()


def _export(watched: WatchedHome, folder: Path) -> Exported:
    with watched.home.database.reading() as session:
        return export_git(session, folder)


def _digests(watched: WatchedHome) -> list[tuple[Any, ...]]:
    """Each answer whose bytes are others than those of the one before: when and where it came, as what."""
    rows: list[tuple[Any, ...]] = []
    with watched.home.database.reading() as session:
        wanted = select(Snapshot, Source.url).join(Source, Source.id == Snapshot.source_id)
        before: dict[str, str] = {}
        for snapshot, url in session.execute(wanted.order_by(Snapshot.captured_at, Source.url)):
            if before.get(url) != snapshot.frame.sha256:
                rows.append((snapshot.captured_at, url, snapshot.url, snapshot.status, snapshot.frame.sha256))
            before[url] = snapshot.frame.sha256
    return rows


def _versions(watched: WatchedHome) -> list[tuple[Any, ...]]:
    with watched.home.database.reading() as session:
        rows = session.scalars(select(Version).join(Policy).order_by(Policy.slug, Version.number))
        return [
            (row.policy.name, row.number, row.state, row.technical, row.captured_at, row.fingerprint, len(row.sources))
            for row in rows
        ]


def _changes(watched: WatchedHome) -> list[tuple[Any, ...]]:
    with watched.home.database.reading() as session:
        rows = session.scalars(select(Change).order_by(Change.captured_at, Change.policy_id))
        return [
            (row.policy.name, row.captured_at, row.status, row.significance, row.return_of, row.diff) for row in rows
        ]


def test_a_history_that_went_out_comes_in_again_the_same(
    watched: WatchedHome, fresh: WatchedHome, tmp_path: Path
) -> None:
    told = _live(watched)
    exported = _export(told, tmp_path / "out")
    imported = import_ota(fresh.home, tmp_path / "out" / "snapshots", declarations=tmp_path / "out" / "declarations")
    assert (imported.captures, imported.skipped, imported.unaddressed) == (exported.snapshots, [], [])
    assert _digests(fresh) == _digests(told)
    assert _versions(fresh) == _versions(told)
    assert len(_changes(told)) == 6
    assert _changes(fresh) == _changes(told)


def test_what_git_holds_is_sound_and_reads_as_a_collection(told: WatchedHome, tmp_path: Path) -> None:
    exported = _export(told, tmp_path / "out")
    assert exported == Exported(13, 10, 3)
    snapshots, versions = tmp_path / "out" / "snapshots", tmp_path / "out" / "versions"
    for folder in (snapshots, versions):
        git(folder, "fsck", "--strict")
        assert git(folder, "status", "--porcelain") == ""
    assert sorted(str(path.relative_to(snapshots)) for path in snapshots.glob("*/*.*")) == [
        "Acme_ Kites_EU/Privacy Policy.html",
        "Yak/Terms of Service #terms 2.html",
        "Yak/Terms of Service #terms.txt",
        "Zoo/Privacy Policy #legal-cookies.html",
        "Zoo/Privacy Policy #legal-privacy.html",
    ]
    assert sorted(str(path.relative_to(versions)) for path in versions.glob("*/*.*")) == [
        "Acme_ Kites_EU/Privacy Policy.md",
        "Yak/Terms of Service.md",
        "Zoo/Privacy Policy.md",
    ]
    log = git(versions, "log", "--reverse", "--format=%s|%an|%at|%ct").splitlines()
    subjects = [line.partition("|")[0] for line in log]
    services = ("Acme_ Kites_EU Privacy Policy", "Yak Terms of Service", "Zoo Privacy Policy")
    assert sorted(subjects[:3]) == [f"First record of {service}" for service in services]
    assert subjects[3] == "Record new changes of Zoo Privacy Policy"
    assert subjects.count("Apply technical or declaration upgrade on Yak Terms of Service") == 1
    assert {line.split("|")[1] for line in log} == {"smallprint"}
    dates = [line.split("|")[2:] for line in log]
    assert all(author == committer for author, committer in dates)
    assert dates == sorted(dates)
    with told.home.database.reading() as session:
        newest = session.scalars(select(Version).order_by(Version.captured_at.desc())).first()
        assert newest.sources[0].snapshot.frame.sha256 in git(versions, "log", "-1", "--format=%b")


def test_a_snapshots_message_says_where_and_how_it_came(told: WatchedHome, tmp_path: Path) -> None:
    _export(told, tmp_path / "out")
    messages = git(tmp_path / "out" / "snapshots", "log", "--reverse", "--format=%B%x00", "--", "Acme_ Kites_EU").split(
        "\0"
    )
    assert "X-source-document-location: https://acme.example/privacy\n" in messages[0]
    assert "X-fetcher: htmlOnly\n" in messages[0]
    assert "X-content-type: text/html; charset=latin-1\n" in messages[0]
    assert "X-status: 403\n" in messages[1]


def test_the_bytes_in_git_are_the_bytes_that_came(told: WatchedHome, tmp_path: Path) -> None:
    _export(told, tmp_path / "out")
    newest = (tmp_path / "out" / "snapshots" / "Acme_ Kites_EU" / "Privacy Policy.html").read_bytes()
    assert newest == DATE_MOVED.replace("Acme sells", "Acmé sells").replace("30 days", "90 days").encode("latin-1")


def test_declarations_are_written_in_their_form(told: WatchedHome, tmp_path: Path) -> None:
    _export(told, tmp_path / "out")
    folder = tmp_path / "out" / "declarations"
    assert {file.name: json.loads(file.read_text()) for file in folder.iterdir()} == {
        "Acme_ Kites_EU.json": {
            "name": "Acme: Kites/EU",
            "terms": {"Privacy Policy": {"fetch": ADDRESS, "executeClientScripts": True}},
        },
        "Yak.json": {"name": "Yak", "terms": {"Terms of Service": {"fetch": NEW}}},
        "Zoo.json": {
            "name": "Zoo",
            "terms": {
                "Privacy Policy": {
                    "combine": [
                        {"fetch": LEGAL[0]},
                        {
                            "fetch": LEGAL[1],
                            "select": ["main", {"startAfter": "h1", "endBefore": "footer"}],
                            "remove": "nav",
                        },
                    ]
                }
            },
        },
    }


def test_the_versions_come_in_too(told: WatchedHome, fresh: WatchedHome, tmp_path: Path) -> None:
    _export(told, tmp_path / "out")
    imported = import_ota(fresh.home, tmp_path / "out" / "versions", declarations=tmp_path / "out" / "declarations")
    assert (imported.captures, imported.skipped) == (10, [])
    assert [row[:2] + row[4:5] for row in _versions(fresh)] == [row[:2] + row[4:5] for row in _versions(told)]
    upgrades = {(row[0], row[4]) for row in _versions(told) if row[3]}  # that form does not tell them from changes
    assert [row[:4] for row in _changes(fresh) if row[:2] not in upgrades] == [row[:4] for row in _changes(told)]


def test_the_same_history_gives_the_same_commits(told: WatchedHome, tmp_path: Path) -> None:
    heads = []
    for name in ("one", "two"):
        _export(told, tmp_path / name)
        heads.append([git(tmp_path / name / part, "rev-parse", "main") for part in ("snapshots", "versions")])
    assert heads[0] == heads[1]


def test_what_is_damaged_or_deleted_is_left_out_and_said(watched: WatchedHome, tmp_path: Path) -> None:
    watched.add()
    for page in (POLICY, KEPT_LONGER, DATE_MOVED):
        watched.check(page)
    with watched.home.database.writing() as session:
        _, second, third = session.scalars(select(Frame).order_by(Frame.id))
        second.packed, third.deleted_at = b"damaged", START
    exported = _export(watched, tmp_path / "out")
    assert (exported.snapshots, exported.versions, exported.deleted, len(exported.damaged)) == (1, 3, 1, 1)
    assert re.search("frame 2: .* damaged bytes came", exported.damaged[0])


def test_a_folder_with_something_in_it_is_left_alone(told: WatchedHome, tmp_path: Path) -> None:
    _export(told, tmp_path / "out")
    with pytest.raises(UsageError, match="a new or an empty folder was wanted"):
        _export(told, tmp_path / "out")


def test_a_home_without_a_history_gives_empty_repositories(fresh: WatchedHome, tmp_path: Path) -> None:
    assert _export(fresh, tmp_path / "out") == Exported(0, 0, 0)


def test_names_that_git_or_a_file_system_would_refuse_are_written_otherwise(tmp_path: Path) -> None:
    odd = [
        ".git",
        "..",
        "git~1",
        "CON",
        "a/b",
        "A/B",
        "x" * 300,
        "nul.txt",
        "-n",
        "a: b?",
        "é\u0301",
        'a\\b"c',
        "\ud800",
        "\n",
    ]
    urls = ("https://zoo.example/%0a/../%5cb", "https://www.zoo.example/%0A/../%5cb", "https://zoo.example/")
    policies = [
        Policy(
            id=number,
            service_id=number,
            service=Service(id=number, name=name),
            terms_type=f"{name} #1",
            sources=[Source(id=3 * number + place, url=url) for place, url in enumerate(urls)],
        )
        for number, name in enumerate(odd)
    ]
    names = Names(policies)
    places = [names.of_source(source.id) for policy in policies for source in policy.sources]
    assert len({path_of(place, "html").casefold() for place in places}) == len(places) == 3 * len(odd)
    with _repository(tmp_path / "c") as commits:
        for place in places:
            commits.add(START, "one", path_of(place, "html"), b"page")
    git(tmp_path / "c", "fsck", "--strict")
    assert git(tmp_path / "c", "status", "--porcelain") == ""
    assert [read_place(path_of(place, "html")) for place in places] == [(place, "text/html") for place in places]


def _real_collection(folder: Path) -> tuple[Path, Declarations]:
    """Eight short runs of captures as the repository that they were taken from, and its declarations."""
    by_path = {steps[0]["path"]: steps for steps in runs().values() if steps[0]["source_url"]}
    chosen = sorted(by_path.values(), key=lambda steps: sum(step["bytes"] for step in steps))[:8]
    commits, terms = [], {}
    for steps in chosen:
        pages = bodies(steps[0])
        service, first = steps[0]["path"].partition("/")[0], steps[0]
        page = {"fetch": first["source_url"], "select": first["ota_select"], "remove": first["ota_remove"]}
        terms.setdefault(service, {})[first["terms_type"]] = page
        for step in steps:
            days = (datetime.fromisoformat(step["time"]) - START) / timedelta(days=1)
            commits.append(snapshot(days, step["path"], pages[step["file"]], step["source_url"]))
    declared = Declarations(folder / "declared")
    for service, of_service in terms.items():
        declared.add(service, of_service)
    return write_repository(folder / "real", sorted(commits, key=lambda commit: commit.day)), declared


@pytest.mark.prove
def test_real_histories_come_in_go_out_and_come_in_the_same(fresh: WatchedHome, tmp_path: Path) -> None:
    repository, declared = _real_collection(tmp_path)
    known = watched_home(tmp_path / "known", f"sqlite:///{tmp_path / 'known.db'}")
    known.clock.pass_days(1000)
    imported = import_ota(known.home, repository, declarations=declared.root)
    assert (imported.skipped, imported.unaddressed) == ([], [])
    assert len(_changes(known)) >= 10
    _export(known, tmp_path / "out")
    import_ota(fresh.home, tmp_path / "out" / "snapshots", declarations=tmp_path / "out" / "declarations")
    assert _digests(fresh) == _digests(known)
    assert _versions(fresh) == _versions(known)
    assert _changes(fresh) == _changes(known)
    known.home.close()
