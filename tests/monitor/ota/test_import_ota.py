"""A collection's git history becomes ours: each file of each commit at its author date, once; nothing in it is run or written."""

import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.importing.ota import import_ota
from monitor.models import Alert, Change, Policy, ResumePoint, Snapshot, Source, Version
from tests.homes import ADDRESS, WatchedHome
from tests.monitor.ota.taking import addresses, changes, count, day, outcomes, take
from tests.ota import Commit, Declarations, git, snapshot, write_repository
from tests.pages import DATE_MOVED, KEPT_LONGER, POLICY

SOON = 1 / 1440  # a minute later
PAGE = "Acme/Privacy Policy.html"
COOKIES = POLICY.replace("Privacy Policy", "Cookies").replace("kites", "kites and cookies")


@pytest.mark.parametrize("bare", [True, False])
def test_each_version_of_a_file_is_a_capture_of_its_author_date(
    watched: WatchedHome, tmp_path: Path, bare: bool
) -> None:
    commits = [snapshot(0, PAGE, POLICY, ADDRESS), snapshot(2, PAGE, KEPT_LONGER, ADDRESS)]
    imported = take(watched, write_repository(tmp_path / "c", commits, bare=bare))
    assert (imported.captures, imported.new_policies, imported.skipped) == (2, ["acme/privacy-policy"], [])
    assert outcomes(watched) == ["first", "changed"]
    assert addresses(watched) == [(ADDRESS, day(0)), (ADDRESS, day(2))]
    assert changes(watched) == [(day(2), "substantive")]
    assert count(watched, Alert) == 0
    assert watched.home.claim() == []


def test_declarations_name_the_service_and_say_what_to_read(watched: WatchedHome, tmp_path: Path) -> None:
    declarations = Declarations(tmp_path / "d").add(
        "acme-inc", {"Privacy Policy": {"fetch": ADDRESS, "select": "main", "filter": "tidy"}}, name="Acme"
    )
    folder = write_repository(tmp_path / "c", [snapshot(0, "acme-inc/Privacy Policy.html", POLICY)])
    assert take(watched, folder, declarations).unaddressed == []
    assert watched.policy().name == "Acme Privacy Policy"
    with watched.home.database.reading() as session:
        [source] = session.scalars(select(Source))
        assert (source.url, source.selection.select) == (ADDRESS, ("main",))


def test_an_address_is_that_of_the_snapshot_of_the_declarations_of_its_day_or_of_the_next_snapshot(
    watched: WatchedHome, tmp_path: Path
) -> None:
    former = [
        {"fetch": "https://acme.example/1", "select": "a", "validUntil": day(1).isoformat()},
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
    take(watched, write_repository(tmp_path / "c", commits), declarations)
    assert [url.removeprefix("https://") for url, _ in addresses(watched)] == [
        *("acme.example/1", "acme.example/1", "acme.example/2", "acme.example/privacy", "acme.example/said"),
        *("zoo.example/i", "zoo.example/i", "zoo.example/i", "yes.invalid/Imprint"),
    ]


def test_a_policy_without_an_address_is_named_and_takes_one_by_a_declaration(
    watched: WatchedHome, tmp_path: Path
) -> None:
    from monitor.importing.ota_declarations import import_declarations

    folder = write_repository(tmp_path / "c", [snapshot(-9, PAGE, POLICY), snapshot(-5, PAGE, KEPT_LONGER)])
    assert take(watched, folder).unaddressed == ["acme/privacy-policy"]
    declarations = Declarations(tmp_path / "d").add("Acme", {"Privacy Policy": {"fetch": ADDRESS, "select": "main"}})
    assert import_declarations(watched.home, declarations.root).policies == [("acme/privacy-policy", "updated")]
    assert take(watched, folder).unaddressed == []
    watched.check(KEPT_LONGER)
    assert outcomes(watched) == ["first", "changed", "unchanged"]


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
    imported = take(watched, write_repository(tmp_path / "c", commits), declarations)
    assert (imported.captures, imported.skipped) == (6, [])
    with watched.home.database.reading() as session:
        versions = session.scalars(select(Version).join(Policy).where(Policy.slug == "acme/privacy-policy"))
        assert [(one.captured_at, one.technical) for one in versions] == [
            (day(SOON), False), (day(1 + SOON), False), (day(2), False)
        ]  # fmt: skip


def test_pages_come_and_go_with_the_times(watched: WatchedHome, tmp_path: Path) -> None:
    """First one page, then two others: each is the policy's as long as it was."""
    pages = [{"fetch": f"https://acme.example/{name}"} for name in ("privacy", "cookies")]
    declarations = Declarations(tmp_path / "d").add("Acme", {"Privacy Policy": {"combine": pages, "select": "main"}})
    commits = [snapshot(0, PAGE, POLICY, "https://acme.example/old"), snapshot(1, PAGE, KEPT_LONGER)]
    commits += [snapshot(5, "Acme/Privacy Policy #privacy.html", KEPT_LONGER)]
    commits += [snapshot(5 + SOON, "Acme/Privacy Policy #cookies.html", COOKIES)]
    take(watched, write_repository(tmp_path / "c", commits), declarations)
    with watched.home.database.reading() as session:
        versions = list(session.scalars(select(Version).order_by(Version.number)))
        assert [(one.captured_at, one.technical) for one in versions] == [
            (day(0), False), (day(1), False), (day(5 + SOON), True)
        ]  # fmt: skip
        assert [len(version.sources) for version in versions] == [1, 1, 2]
    assert changes(watched) == [(day(1), "substantive")]


def test_the_text_of_all_pages_in_one_file_is_one_page(watched: WatchedHome, tmp_path: Path) -> None:
    pages = [{"fetch": f"https://acme.example/{name}"} for name in ("privacy", "cookies")]
    declarations = Declarations(tmp_path / "d").add("Acme", {"Privacy Policy": {"combine": pages, "select": "main"}})
    text = "Privacy Policy\n==============\n\nAcme deletes your personal information after 30 days. It is not sold.\n\n- - -\n\nCookies\n=======\n\n"
    text += "We use cookies to remember you. " * 20
    commits = [
        Commit(0, {"Acme/Privacy Policy.md": text}),
        Commit(1, {"Acme/Privacy Policy.md": text.replace("30", "90")}),
    ]
    take(watched, write_repository(tmp_path / "c", commits), declarations)
    assert outcomes(watched) == ["first", "changed"]
    assert changes(watched) == [(day(1), "substantive")]


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
    imported = take(watched, folder)
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
    imported = take(watched, write_repository(folder, commits))
    assert sorted(tmp_path.rglob("*.html")) == before
    with watched.home.database.reading() as session:
        assert all(policy.name.isprintable() for policy in session.scalars(select(Policy)))
    assert imported.captures + len(imported.skipped) == 2
    assert "\x1b" not in "".join(imported.skipped)


def test_two_services_of_one_spelling_stay_two(watched: WatchedHome, tmp_path: Path) -> None:
    commits = [snapshot(0, PAGE, POLICY), snapshot(1, "ACME!/Privacy Policy.html", KEPT_LONGER)]
    imported = take(watched, write_repository(tmp_path / "c", commits))
    assert imported.new_policies == ["acme/privacy-policy", "acme-acme/privacy-policy"]


def test_a_second_run_takes_only_what_is_new(watched: WatchedHome, tmp_path: Path) -> None:
    folder = write_repository(
        tmp_path / "c", [snapshot(0, PAGE, POLICY, ADDRESS), snapshot(1, PAGE, DATE_MOVED, ADDRESS)]
    )
    take(watched, folder)
    write_repository(folder, [snapshot(2, PAGE, KEPT_LONGER, ADDRESS)])
    seen: list[tuple[int, int]] = []
    again = import_ota(watched.home, folder, on_progress=lambda done, total: seen.append((done, total)))
    assert (again.captures, again.known, seen) == (1, 0, [(1, 1)])
    assert outcomes(watched) == ["first", "changed", "changed"]


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
    again = take(watched, folder)
    assert (again.captures, again.known) == (3, 0)  # the third one's check was open
    assert count(watched, Snapshot) == 5
    assert "open" not in outcomes(watched)


def test_importing_all_again_adds_nothing(watched: WatchedHome, tmp_path: Path) -> None:
    folder = write_repository(
        tmp_path / "c", [snapshot(0, PAGE, POLICY, ADDRESS), snapshot(1, PAGE, KEPT_LONGER, ADDRESS)]
    )
    take(watched, folder)
    with watched.home.database.writing() as session:
        session.delete(session.scalars(select(ResumePoint)).one())
    again = take(watched, folder)
    assert (again.captures, again.known) == (0, 2)
    assert (count(watched, Snapshot), count(watched, Version), count(watched, Change)) == (2, 2, 1)


def test_author_dates_that_go_backwards_are_folded_in_at_the_end(watched: WatchedHome, tmp_path: Path) -> None:
    commits = [
        snapshot(0, PAGE, POLICY, ADDRESS),
        snapshot(9, PAGE, KEPT_LONGER, ADDRESS),
        snapshot(4, PAGE, DATE_MOVED, ADDRESS),
    ]
    imported = take(watched, write_repository(tmp_path / "c", commits))
    assert imported.reprocessed == ["acme/privacy-policy"]
    assert changes(watched) == [(day(4), "date"), (day(9), "substantive")]


def test_a_watched_policy_keeps_its_address_and_takes_the_history(watched: WatchedHome, tmp_path: Path) -> None:
    watched.add("https://www.acme.example/privacy", service="ACME", terms_type="Privacy Policy")
    watched.check(POLICY)
    commits = [snapshot(-9, PAGE, KEPT_LONGER, ADDRESS), snapshot(-5, PAGE, POLICY, ADDRESS)]
    imported = take(watched, write_repository(tmp_path / "c", commits))
    assert (imported.new_policies, imported.reprocessed) == ([], ["acme/privacy-policy"])
    assert outcomes(watched) == ["first", "changed", "unchanged"]
    assert watched.policy().paused_at is None
    assert [source.url for source in watched.home.claim()] == ["https://www.acme.example/privacy"]


def test_a_policy_that_is_watched_and_was_not_checked_yet_is_asked_for_its_own_page_alone(
    watched: WatchedHome, tmp_path: Path
) -> None:
    watched.add("https://acme.example/old", service="Acme", terms_type="Privacy Policy")
    declarations = Declarations(tmp_path / "d").add("Acme", {"Privacy Policy": {"fetch": ADDRESS, "select": "main"}})
    commits = [snapshot(-9, "Acme/Privacy Policy #old.html", POLICY, "https://acme.example/old")]
    commits += [snapshot(-5, "Acme/Privacy Policy #privacy.html", KEPT_LONGER, ADDRESS)]
    assert take(watched, write_repository(tmp_path / "c", commits), declarations).captures == 2
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
    assert take(watched, folder).captures == 2
