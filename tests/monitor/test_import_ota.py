"""A collection's git history becomes ours: each file of each commit at its author date, once; nothing in it is run or written."""

import os
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from monitor.declarations import Declaration, PolicyDeclaration, SourceDeclaration
from monitor.errors import UsageError
from monitor.importing.captures import Imported
from monitor.importing.ota import import_ota
from monitor.interchange.ota_layout import Place, document_id, read_place, safe_name
from monitor.models import Alert, Change, Check, Policy, ResumePoint, Snapshot, Source, Version
from monitor.policies import sync
from tests.homes import ADDRESS, START, WatchedHome
from tests.ota import Commit, Declarations, git, snapshot, write_repository
from tests.pages import DATE_MOVED, KEPT_LONGER, POLICY

SOON = 1 / 1440  # a minute later
PAGE = "Acme/Privacy Policy.html"
COOKIES = POLICY.replace("Privacy Policy", "Cookies").replace("kites", "kites and cookies")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: what PostgreSQL does with a history from git, the round trip of `test_export_git.py` shows."""
    return f"sqlite:///{tmp_path / 'smallprint.db'}"


@pytest.fixture
def watched(watched: WatchedHome) -> WatchedHome:
    """A home in whose eyes the commits are past."""
    watched.clock.pass_days(1000)
    return watched


def _import(watched: WatchedHome, folder: Path, declarations: Declarations | None = None) -> Imported:
    return import_ota(watched.home, folder, declarations=declarations.root if declarations is not None else None)


def _outcomes(watched: WatchedHome) -> list[str]:
    with watched.home.database.reading() as session:
        return [outcome or "open" for outcome in session.scalars(select(Check.outcome).order_by(Check.captured_at))]


def _addresses(watched: WatchedHome) -> list[tuple[str, datetime]]:
    with watched.home.database.reading() as session:
        return [(row.url, row.captured_at) for row in session.scalars(select(Snapshot).order_by(Snapshot.captured_at))]


def _changes(watched: WatchedHome) -> list[tuple[datetime, str]]:
    with watched.home.database.reading() as session:
        changes = session.scalars(select(Change).order_by(Change.captured_at))
        return [(change.captured_at, change.significance) for change in changes]


def _count(watched: WatchedHome, table: type) -> int:
    with watched.home.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _day(days: float) -> datetime:
    return START + timedelta(days=days)


def _declare(watched: WatchedHome, *urls: str) -> None:
    sources = tuple(SourceDeclaration(url=url) for url in urls)
    declared = Declaration(service="Acme", policies=(PolicyDeclaration(type="Privacy Policy", sources=sources),))
    with watched.home.database.writing() as session:
        sync(session, [declared], interval_seconds=86400, now=watched.clock())


@pytest.mark.parametrize("bare", [True, False])
def test_each_version_of_a_file_is_a_capture_of_its_author_date(
    watched: WatchedHome, tmp_path: Path, bare: bool
) -> None:
    commits = [snapshot(0, PAGE, POLICY, ADDRESS), snapshot(2, PAGE, KEPT_LONGER, ADDRESS)]
    imported = _import(watched, write_repository(tmp_path / "c", commits, bare=bare))
    assert (imported.captures, imported.new_policies, imported.skipped) == (2, ["acme/privacy-policy"], [])
    assert _outcomes(watched) == ["first", "changed"]
    assert _addresses(watched) == [(ADDRESS, _day(0)), (ADDRESS, _day(2))]
    assert _changes(watched) == [(_day(2), "substantive")]
    assert _count(watched, Alert) == 0
    assert watched.home.claim() == []


def test_declarations_name_the_service_and_say_what_to_read(watched: WatchedHome, tmp_path: Path) -> None:
    declarations = Declarations(tmp_path / "d").add(
        "acme-inc", {"Privacy Policy": {"fetch": ADDRESS, "select": "main", "filter": "tidy"}}, name="Acme"
    )
    folder = write_repository(tmp_path / "c", [snapshot(0, "acme-inc/Privacy Policy.html", POLICY)])
    assert _import(watched, folder, declarations).unaddressed == []
    assert watched.policy().name == "Acme Privacy Policy"
    with watched.home.database.reading() as session:
        [source] = session.scalars(select(Source))
        assert (source.url, source.selection.select) == (ADDRESS, ("main",))


def test_an_address_is_that_of_the_snapshot_of_the_declarations_of_its_day_or_of_the_next_snapshot(
    watched: WatchedHome, tmp_path: Path
) -> None:
    former = [
        {"fetch": "https://acme.example/1", "select": "a", "validUntil": _day(1).isoformat()},
        {"fetch": "https://acme.example/2", "select": "a", "ValidUntil": "2026-03-04T08:00:00"},
        {"fetch": 7, "validUntil": "2026-03-05T08:00:00Z"},
        "nothing",
    ]
    declarations = Declarations(tmp_path / "d").add("Acme", {"Privacy Policy": {"fetch": ADDRESS, "select": "main"}})
    declarations.write("Acme.history.json", {"Privacy Policy": former, "Imprint": 7})
    commits = [snapshot(0.5, PAGE, POLICY), snapshot(1, PAGE, DATE_MOVED), snapshot(3, PAGE, POLICY)]
    commits += [snapshot(4, PAGE, KEPT_LONGER), snapshot(5, PAGE, POLICY, "https://acme.example/said")]
    commits += [
        snapshot(6, "Zoo/Imprint.html", POLICY),
        snapshot(7, "Zoo/Imprint.html", DATE_MOVED, "https://zoo.example/i"),
    ]
    commits += [snapshot(8, "Zoo/Imprint.html", POLICY), snapshot(9, "Yes/Imprint.html", POLICY)]
    _import(watched, write_repository(tmp_path / "c", commits), declarations)
    assert [url.removeprefix("https://") for url, _ in _addresses(watched)] == [
        *("acme.example/1", "acme.example/1", "acme.example/2", "acme.example/privacy", "acme.example/said"),
        *("zoo.example/i", "zoo.example/i", "zoo.example/i", "yes.invalid/Imprint"),
    ]


def test_a_policy_without_an_address_is_named_and_takes_one_by_a_declaration(
    watched: WatchedHome, tmp_path: Path
) -> None:
    from monitor.importing.ota_declarations import import_declarations

    folder = write_repository(tmp_path / "c", [snapshot(-9, PAGE, POLICY), snapshot(-5, PAGE, KEPT_LONGER)])
    assert _import(watched, folder).unaddressed == ["acme/privacy-policy"]
    declarations = Declarations(tmp_path / "d").add("Acme", {"Privacy Policy": {"fetch": ADDRESS, "select": "main"}})
    assert import_declarations(watched.home, declarations.root).policies == [("acme/privacy-policy", "updated")]
    assert _import(watched, folder).unaddressed == []
    watched.check(KEPT_LONGER)
    assert _outcomes(watched) == ["first", "changed", "unchanged"]


def test_pages_of_one_visit_make_one_version(watched: WatchedHome, tmp_path: Path) -> None:
    pages = [{"fetch": f"https://acme.example/legal/{name}.html"} for name in ("privacy", "cookies")]
    declarations = Declarations(tmp_path / "d").add("Acme", {"Privacy Policy": {"combine": pages, "select": "main"}})
    one, two = "Acme/Privacy Policy #legal-privacy.html", "Acme/Privacy Policy #legal-cookies.html"
    commits = [snapshot(0, one, POLICY), snapshot(SOON, "Zoo/Imprint.html", POLICY), snapshot(SOON, two, COOKIES)]
    commits += [
        snapshot(1, one, KEPT_LONGER),
        snapshot(1 + SOON, two, COOKIES.replace("30 days", "90 days")),
        snapshot(2, one, KEPT_LONGER.replace("We do not sell", "We may sell")),
    ]
    imported = _import(watched, write_repository(tmp_path / "c", commits), declarations)
    assert (imported.captures, imported.skipped) == (6, [])
    with watched.home.database.reading() as session:
        versions = session.scalars(select(Version).join(Policy).where(Policy.slug == "acme/privacy-policy"))
        assert [(one.captured_at, one.technical) for one in versions] == [
            (_day(SOON), False), (_day(1 + SOON), False), (_day(2), False)
        ]  # fmt: skip


def test_pages_come_and_go_with_the_times(watched: WatchedHome, tmp_path: Path) -> None:
    """First one page, then two others: each is the policy's as long as it was."""
    pages = [{"fetch": f"https://acme.example/{name}"} for name in ("privacy", "cookies")]
    declarations = Declarations(tmp_path / "d").add("Acme", {"Privacy Policy": {"combine": pages, "select": "main"}})
    commits = [snapshot(0, PAGE, POLICY, "https://acme.example/old"), snapshot(1, PAGE, KEPT_LONGER)]
    commits += [snapshot(5, "Acme/Privacy Policy #privacy.html", KEPT_LONGER)]
    commits += [snapshot(5 + SOON, "Acme/Privacy Policy #cookies.html", COOKIES)]
    _import(watched, write_repository(tmp_path / "c", commits), declarations)
    with watched.home.database.reading() as session:
        versions = list(session.scalars(select(Version).order_by(Version.number)))
        assert [(one.captured_at, one.technical) for one in versions] == [
            (_day(0), False), (_day(1), False), (_day(5 + SOON), True)
        ]  # fmt: skip
        assert [len(version.sources) for version in versions] == [1, 1, 2]
    assert _changes(watched) == [(_day(1), "substantive")]


def test_the_text_of_all_pages_in_one_file_is_one_page(watched: WatchedHome, tmp_path: Path) -> None:
    pages = [{"fetch": f"https://acme.example/{name}"} for name in ("privacy", "cookies")]
    declarations = Declarations(tmp_path / "d").add("Acme", {"Privacy Policy": {"combine": pages, "select": "main"}})
    text = "Privacy Policy\n==============\n\nAcme deletes your personal information after 30 days. It is not sold.\n\n- - -\n\nCookies\n=======\n\n"
    text += "We use cookies to remember you. " * 20
    commits = [
        Commit(0, {"Acme/Privacy Policy.md": text}),
        Commit(1, {"Acme/Privacy Policy.md": text.replace("30", "90")}),
    ]
    _import(watched, write_repository(tmp_path / "c", commits), declarations)
    assert _outcomes(watched) == ["first", "changed"]
    assert _changes(watched) == [(_day(1), "substantive")]


def test_deleted_and_renamed_files_links_and_what_is_no_services_are_no_captures(
    watched: WatchedHome, tmp_path: Path
) -> None:
    commits = [
        snapshot(0, PAGE, POLICY, ADDRESS),
        Commit(1, {PAGE: None, "README.md": "hello", ".github/workflows/x.yml": "on: push"}),
        snapshot(2, "Acme/deep/Privacy Policy.html", POLICY),
    ]
    folder = write_repository(tmp_path / "c", commits)
    link = b'commit refs/heads/main\ncommitter a <a@b> 1780000000 +0000\ndata 0\nfrom refs/heads/main^0\nM 120000 inline "Acme/Imprint.html"\ndata 11\n/etc/passwd\n'
    git(folder, "fast-import", "--quiet", stdin=link)
    imported = _import(watched, folder)
    assert imported.captures == 1
    assert imported.skipped == ["Acme/deep/Privacy Policy.html: a file as `<service>/<terms type>.html` was wanted"]


@pytest.mark.parametrize(
    "path",
    [
        "../../x/P\x1b[31m.html",
        "a\\..\\b/C:\n.html",
        "sp ace/ .html",
        "\x01/\x02.html",
        "é" * 200 + "/P.html",
        "a/b\xff\x00c",
    ],
)
def test_names_of_strangers_are_only_names(watched: WatchedHome, tmp_path: Path, path: str) -> None:
    before = sorted(tmp_path.rglob("*.html"))
    folder = tmp_path / "c"
    commits = [snapshot(0, PAGE, POLICY, ADDRESS), snapshot(1, path.replace("\x00", "").replace("..", "%2e"), POLICY)]
    imported = _import(watched, write_repository(folder, commits))
    assert sorted(tmp_path.rglob("*.html")) == before
    with watched.home.database.reading() as session:
        assert all(policy.name.isprintable() for policy in session.scalars(select(Policy)))
    assert imported.captures + len(imported.skipped) == 2
    assert "\x1b" not in "".join(imported.skipped)


def test_two_services_of_one_spelling_stay_two(watched: WatchedHome, tmp_path: Path) -> None:
    commits = [snapshot(0, PAGE, POLICY), snapshot(1, "ACME!/Privacy Policy.html", KEPT_LONGER)]
    imported = _import(watched, write_repository(tmp_path / "c", commits))
    assert imported.new_policies == ["acme/privacy-policy", "acme-acme/privacy-policy"]


def test_a_second_run_takes_only_what_is_new(watched: WatchedHome, tmp_path: Path) -> None:
    folder = write_repository(
        tmp_path / "c", [snapshot(0, PAGE, POLICY, ADDRESS), snapshot(1, PAGE, DATE_MOVED, ADDRESS)]
    )
    _import(watched, folder)
    write_repository(folder, [snapshot(2, PAGE, KEPT_LONGER, ADDRESS)])
    seen: list[tuple[int, int]] = []
    again = import_ota(watched.home, folder, on_progress=lambda done, total: seen.append((done, total)))
    assert (again.captures, again.known, seen) == (1, 0, [(1, 1)])
    assert _outcomes(watched) == ["first", "changed", "changed"]


def test_an_interrupted_import_goes_on_where_it_was(
    watched: WatchedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.importing.ota.SETTLE_EVERY", 2)
    pages = [POLICY, DATE_MOVED, KEPT_LONGER, POLICY, DATE_MOVED]
    folder = write_repository(tmp_path / "c", [snapshot(day, PAGE, page, ADDRESS) for day, page in enumerate(pages)])

    def die(done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_ota(watched.home, folder, on_progress=die)
    again = _import(watched, folder)
    assert (again.captures, again.known) == (3, 0)  # the third one's check was open
    assert _count(watched, Snapshot) == 5
    assert "open" not in _outcomes(watched)


def test_importing_all_again_adds_nothing(watched: WatchedHome, tmp_path: Path) -> None:
    folder = write_repository(
        tmp_path / "c", [snapshot(0, PAGE, POLICY, ADDRESS), snapshot(1, PAGE, KEPT_LONGER, ADDRESS)]
    )
    _import(watched, folder)
    with watched.home.database.writing() as session:
        session.delete(session.scalars(select(ResumePoint)).one())
    again = _import(watched, folder)
    assert (again.captures, again.known) == (0, 2)
    assert (_count(watched, Snapshot), _count(watched, Version), _count(watched, Change)) == (2, 2, 1)


def test_author_dates_that_go_backwards_are_folded_in_at_the_end(watched: WatchedHome, tmp_path: Path) -> None:
    commits = [
        snapshot(0, PAGE, POLICY, ADDRESS),
        snapshot(9, PAGE, KEPT_LONGER, ADDRESS),
        snapshot(4, PAGE, DATE_MOVED, ADDRESS),
    ]
    imported = _import(watched, write_repository(tmp_path / "c", commits))
    assert imported.reprocessed == ["acme/privacy-policy"]
    assert _changes(watched) == [(_day(4), "date"), (_day(9), "substantive")]


def test_a_watched_policy_keeps_its_address_and_takes_the_history(watched: WatchedHome, tmp_path: Path) -> None:
    watched.add("https://www.acme.example/privacy", service="ACME", terms_type="Privacy Policy")
    watched.check(POLICY)
    commits = [snapshot(-9, PAGE, KEPT_LONGER, ADDRESS), snapshot(-5, PAGE, POLICY, ADDRESS)]
    imported = _import(watched, write_repository(tmp_path / "c", commits))
    assert (imported.new_policies, imported.reprocessed) == ([], ["acme/privacy-policy"])
    assert _outcomes(watched) == ["first", "changed", "unchanged"]
    assert watched.policy().paused_at is None
    assert [source.url for source in watched.home.claim()] == ["https://www.acme.example/privacy"]


def test_a_policy_that_is_watched_and_was_not_checked_yet_is_asked_for_its_own_page_alone(
    watched: WatchedHome, tmp_path: Path
) -> None:
    watched.add("https://acme.example/old", service="Acme", terms_type="Privacy Policy")
    declarations = Declarations(tmp_path / "d").add("Acme", {"Privacy Policy": {"fetch": ADDRESS, "select": "main"}})
    commits = [snapshot(-9, "Acme/Privacy Policy #old.html", POLICY, "https://acme.example/old")]
    commits += [snapshot(-5, "Acme/Privacy Policy #privacy.html", KEPT_LONGER, ADDRESS)]
    assert _import(watched, write_repository(tmp_path / "c", commits), declarations).captures == 2
    assert [source.url for source in watched.home.claim()] == ["https://acme.example/old"]


def test_a_merge_brings_what_its_branches_brought(watched: WatchedHome, tmp_path: Path) -> None:
    folder = write_repository(tmp_path / "c", [snapshot(0, PAGE, POLICY, ADDRESS)])
    git(folder, "branch", "side")
    write_repository(folder, [snapshot(1, PAGE, KEPT_LONGER, ADDRESS)])
    tree = git(folder, "rev-parse", "main^{tree}").strip()
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "a"), ("EMAIL", "b"))
    }
    merge = subprocess.run(
        ["git", "-C", str(folder), "commit-tree", tree, "-p", "main", "-p", "side", "-m", "merge"],
        capture_output=True, check=True, env=os.environ | who,
    ).stdout.decode().strip()  # fmt: skip
    git(folder, "update-ref", "refs/heads/main", merge)
    assert _import(watched, folder).captures == 2


def test_a_commit_without_a_date_that_can_be_is_named(watched: WatchedHome, tmp_path: Path) -> None:
    folder = write_repository(tmp_path / "c", [snapshot(0, PAGE, POLICY, ADDRESS)])
    raw = b'commit refs/heads/main\ncommitter a <a@b> 99999999999999 +0000\ndata 1\nx\nfrom refs/heads/main^0\nM 100644 inline "Acme/Imprint.html"\ndata 1\nx\n'
    git(folder, "fast-import", "--quiet", "--date-format=raw-permissive", stdin=raw)
    imported = _import(watched, folder)
    assert imported.captures == 1
    assert "Acme/Imprint.html in commit" in imported.skipped[0]


def test_a_page_larger_than_any_is_named_and_the_next_is_taken(
    watched: WatchedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.importing.ota_history.MOST_BYTES", 100_000)
    commits = [snapshot(0, PAGE, b"x" * 200_000, ADDRESS), snapshot(1, PAGE, POLICY, ADDRESS)]
    imported = _import(watched, write_repository(tmp_path / "c", commits))
    assert imported.captures == 1
    assert "up to 100,000 bytes was wanted, 200,000 came" in imported.skipped[0]


def test_nothing_of_a_strangers_repository_is_run(watched: WatchedHome, tmp_path: Path) -> None:
    commits = [snapshot(0, "Acme/Imprint.html", "gone"), snapshot(1, PAGE, POLICY, ADDRESS)]
    folder = write_repository(tmp_path / "c", commits, bare=False)
    ran = tmp_path / "ran"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {ran}\n", encoding="utf-8")
    script.chmod(0o755)
    for name in (
        "core.fsmonitor",
        "core.pager",
        "gpg.program",
        "diff.external",
        "diff.x.textconv",
        "core.sshCommand",
        "filter.x.smudge",
    ):
        git(folder, "config", name, str(script))
    git(folder, "config", "log.showSignature", "true")
    git(folder, "config", "remote.origin.url", f"ext::{script}")
    git(folder, "config", "remote.origin.promisor", "true")
    (folder / ".git" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "info" / "attributes").write_text("* diff=x filter=x\n", encoding="utf-8")
    blob = git(folder, "rev-parse", "HEAD~1:Acme/Imprint.html").strip()
    (folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()  # the promisor remote would be asked for it
    ran.unlink(missing_ok=True)
    imported = _import(watched, folder)
    assert imported.captures == 1
    assert "are missing in the repository" in imported.skipped[0]
    assert not ran.exists()


def _shallow(folder: Path) -> None:
    whole = write_repository(folder.parent / "whole", [snapshot(0, PAGE, POLICY), snapshot(1, PAGE, KEPT_LONGER)])
    git(folder.parent, "clone", "-q", "--depth", "1", f"file://{whole}", str(folder))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda folder: None, "there is no such folder"),
        (lambda folder: folder.mkdir(), "not a git repository"),
        (lambda folder: git(folder.parent, "init", "-q", str(folder)), "no commit yet"),
        (_shallow, "git fetch --unshallow"),
    ],
)
def test_what_is_no_whole_repository_is_explained(watched: WatchedHome, tmp_path: Path, make, reason: str) -> None:
    make(tmp_path / "c")
    with pytest.raises(UsageError, match=reason):
        _import(watched, tmp_path / "c")
    assert _count(watched, Policy) == 0


def test_a_folder_within_another_repository_is_no_repository(watched: WatchedHome, tmp_path: Path) -> None:
    around = write_repository(tmp_path / "c", [snapshot(0, PAGE, POLICY)], bare=False)
    (around / "inner").mkdir()
    with pytest.raises(UsageError, match="not a git repository"):
        _import(watched, around / "inner")


def test_git_that_is_missing_is_explained(
    watched: WatchedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_repository(tmp_path / "c", [snapshot(0, PAGE, POLICY)])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git was wanted, it is not installed"):
        _import(watched, folder)


def test_what_was_not_taken_and_may_be_is_looked_at_again(watched: WatchedHome, tmp_path: Path) -> None:
    _declare(watched, "https://acme.example/one", "https://acme.example/two")
    folder = write_repository(tmp_path / "c", [snapshot(-2, PAGE, POLICY, ADDRESS)])
    imported = _import(watched, folder)
    [reason] = imported.skipped
    assert imported.damaged == 0
    assert "Declare it as one with `smallprint add --from FILE`, then import again" in reason
    _declare(watched, "https://acme.example/one", ADDRESS)
    again = _import(watched, folder)
    assert (again.captures, again.skipped) == (1, [])
    assert _import(watched, folder).known == 0


def test_a_copy_that_was_mended_gives_the_page_that_was_missing(watched: WatchedHome, tmp_path: Path) -> None:
    folder = write_repository(
        tmp_path / "c", [snapshot(-2, PAGE, POLICY, ADDRESS), snapshot(-1, PAGE, KEPT_LONGER, ADDRESS)]
    )
    blob = git(folder, "rev-parse", f"HEAD:{PAGE}").strip()
    place = folder / "objects" / blob[:2] / blob[2:]
    away = place.rename(tmp_path / "away")
    imported = _import(watched, folder)
    assert (len(imported.skipped), imported.damaged) == (1, 1)
    away.rename(place)
    again = _import(watched, folder)
    assert (again.captures, again.known, again.skipped) == (1, 1, [])


@pytest.mark.parametrize("said", ["0200" + "0" * 5000, "99999999999999999999", "0200000", "²00"])
def test_a_status_that_is_none_costs_nothing(watched: WatchedHome, tmp_path: Path, said: str) -> None:
    commits = [snapshot(-2, PAGE, POLICY, ADDRESS, f"X-status: {said}"), snapshot(-1, PAGE, KEPT_LONGER, ADDRESS)]
    imported = _import(watched, write_repository(tmp_path / "c", commits))
    assert (imported.captures, imported.skipped) == (2, [])


def _damaged(folder: Path, keep_bytes: int) -> Path:
    """A repository whose newest page has lost its end."""
    commits = [snapshot(0, PAGE, POLICY, ADDRESS), snapshot(1, PAGE, KEPT_LONGER, ADDRESS)]
    blob = git(write_repository(folder, commits), "rev-parse", f"HEAD:{PAGE}").strip()
    place = folder / "objects" / blob[:2] / blob[2:]
    place.chmod(0o644)
    place.write_bytes(place.read_bytes()[:keep_bytes])
    return folder


def test_a_page_that_is_not_in_a_damaged_copy_is_named(watched: WatchedHome, tmp_path: Path) -> None:
    imported = _import(watched, _damaged(tmp_path / "c", 1))
    assert imported.captures == 1
    assert "are missing in the repository" in imported.skipped[0]


def test_a_page_torn_in_a_damaged_copy_is_named_and_the_next_is_taken(watched: WatchedHome, tmp_path: Path) -> None:
    folder = write_repository(_damaged(tmp_path / "c", 300), [snapshot(2, PAGE, DATE_MOVED, ADDRESS)])
    imported = _import(watched, folder)
    assert [at for _, at in _addresses(watched)] == [_day(0), _day(2)]
    assert "git cat-file failed: unable to stream" in imported.skipped[0]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "\n\n",
        ":100644 100644 aaaa bbbb M\nAcme/Imprint.html",
        f"0123456789abcdef\n\nX-source-document-location:{ADDRESS}\r\nX-status: 99999\nX-captured-at: tomorrow\nX-: \xff",
        "X-source-document-location: javascript:alert(1)\nX-status: -1\nX-captured-at: 1999-01-01",
        "x" * 200_000,
    ],
)
def test_whatever_a_message_says_its_files_are_taken(watched: WatchedHome, tmp_path: Path, message: str) -> None:
    commits = [Commit(0, {PAGE: POLICY, "Zoo/Imprint.html": POLICY}, message), Commit(1, {PAGE: KEPT_LONGER}, message)]
    imported = _import(watched, write_repository(tmp_path / "c", commits))
    assert (imported.captures, imported.skipped) == (3, [])
    assert {at for _, at in _addresses(watched)} == {_day(0), _day(1)}
    with watched.home.database.reading() as session:
        assert set(session.scalars(select(Snapshot.status))) == {200}


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


def test_services_that_no_letter_names_are_told_apart(watched: WatchedHome, tmp_path: Path) -> None:
    names = ["---", "___", "~"]
    commits = [
        snapshot(day, f"{name}/Privacy Policy.html", POLICY, f"https://{day}.example/privacy")
        for day, name in enumerate(names)
    ]
    assert _import(watched, write_repository(tmp_path / "r", commits)).captures == 3
    with watched.home.database.reading() as session:
        assert len({policy.service_id for policy in session.scalars(select(Policy))}) == 3
