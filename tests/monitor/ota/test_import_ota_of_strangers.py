"""A collection that is damaged, odd or hostile: what can be taken is, the rest is named, and nothing of it is run."""

from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.errors import UsageError
from monitor.models import Policy, Snapshot
from tests.homes import ADDRESS, WatchedHome
from tests.monitor.ota.taking import addresses, count, day, declare, take
from tests.ota import Commit, git, snapshot, write_repository
from tests.pages import DATE_MOVED, KEPT_LONGER, POLICY

PAGE = "Acme/Privacy Policy.html"


def test_a_commit_without_a_date_that_can_be_is_named(watched: WatchedHome, tmp_path: Path) -> None:
    folder = write_repository(tmp_path / "c", [snapshot(0, PAGE, POLICY, ADDRESS)])
    raw = b'commit refs/heads/main\ncommitter a <a@b> 99999999999999 +0000\ndata 1\nx\nfrom refs/heads/main^0\nM 100644 inline "Acme/Imprint.html"\ndata 1\nx\n'
    git(folder, "fast-import", "--quiet", "--date-format=raw-permissive", stdin=raw)
    imported = take(watched, folder)
    assert imported.captures == 1
    assert "Acme/Imprint.html in commit" in imported.skipped[0]


def test_a_page_larger_than_any_is_named_and_the_next_is_taken(
    watched: WatchedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.importing.ota_history.MOST_BYTES", 100_000)
    commits = [snapshot(0, PAGE, b"x" * 200_000, ADDRESS), snapshot(1, PAGE, POLICY, ADDRESS)]
    imported = take(watched, write_repository(tmp_path / "c", commits))
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
    imported = take(watched, folder)
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
        take(watched, tmp_path / "c")
    assert count(watched, Policy) == 0


def test_a_folder_within_another_repository_is_no_repository(watched: WatchedHome, tmp_path: Path) -> None:
    around = write_repository(tmp_path / "c", [snapshot(0, PAGE, POLICY)], bare=False)
    (around / "inner").mkdir()
    with pytest.raises(UsageError, match="not a git repository"):
        take(watched, around / "inner")


def test_git_that_is_missing_is_explained(
    watched: WatchedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_repository(tmp_path / "c", [snapshot(0, PAGE, POLICY)])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git was wanted, it is not installed"):
        take(watched, folder)


def test_what_was_not_taken_and_may_be_is_looked_at_again(watched: WatchedHome, tmp_path: Path) -> None:
    declare(watched, "https://acme.example/one", "https://acme.example/two")
    folder = write_repository(tmp_path / "c", [snapshot(-2, PAGE, POLICY, ADDRESS)])
    imported = take(watched, folder)
    [reason] = imported.skipped
    assert imported.damaged == 0
    assert "Declare it as one with `smallprint add --from FILE`, then import again" in reason
    declare(watched, "https://acme.example/one", ADDRESS)
    again = take(watched, folder)
    assert (again.captures, again.skipped) == (1, [])
    assert take(watched, folder).known == 0


def test_a_copy_that_was_mended_gives_the_page_that_was_missing(watched: WatchedHome, tmp_path: Path) -> None:
    folder = write_repository(
        tmp_path / "c", [snapshot(-2, PAGE, POLICY, ADDRESS), snapshot(-1, PAGE, KEPT_LONGER, ADDRESS)]
    )
    blob = git(folder, "rev-parse", f"HEAD:{PAGE}").strip()
    place = folder / "objects" / blob[:2] / blob[2:]
    away = place.rename(tmp_path / "away")
    imported = take(watched, folder)
    assert (len(imported.skipped), imported.damaged) == (1, 1)
    away.rename(place)
    again = take(watched, folder)
    assert (again.captures, again.known, again.skipped) == (1, 1, [])


@pytest.mark.parametrize("said", ["0200" + "0" * 5000, "99999999999999999999", "0200000", "²00"])
def test_a_status_that_is_none_costs_nothing(watched: WatchedHome, tmp_path: Path, said: str) -> None:
    commits = [snapshot(-2, PAGE, POLICY, ADDRESS, f"X-status: {said}"), snapshot(-1, PAGE, KEPT_LONGER, ADDRESS)]
    imported = take(watched, write_repository(tmp_path / "c", commits))
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
    imported = take(watched, _damaged(tmp_path / "c", 1))
    assert imported.captures == 1
    assert "are missing in the repository" in imported.skipped[0]


def test_a_page_torn_in_a_damaged_copy_is_named_and_the_next_is_taken(watched: WatchedHome, tmp_path: Path) -> None:
    folder = write_repository(_damaged(tmp_path / "c", 300), [snapshot(2, PAGE, DATE_MOVED, ADDRESS)])
    imported = take(watched, folder)
    assert [at for _, at in addresses(watched)] == [day(0), day(2)]
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
    imported = take(watched, write_repository(tmp_path / "c", commits))
    assert (imported.captures, imported.skipped) == (3, [])
    assert {at for _, at in addresses(watched)} == {day(0), day(1)}
    with watched.home.database.reading() as session:
        assert set(session.scalars(select(Snapshot.status))) == {200}


def test_services_that_no_letter_names_are_told_apart(watched: WatchedHome, tmp_path: Path) -> None:
    names = ["---", "___", "~"]
    commits = [
        snapshot(day, f"{name}/Privacy Policy.html", POLICY, f"https://{day}.example/privacy")
        for day, name in enumerate(names)
    ]
    assert take(watched, write_repository(tmp_path / "r", commits)).captures == 3
    with watched.home.database.reading() as session:
        assert len({policy.service_id for policy in session.scalars(select(Policy))}) == 3
