"""Open Terms Archive through the command line: what a person is told of what came in, what did not, and what went out."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli import importing
from tests.homes import CommandLine
from tests.ota import Declarations, snapshot, write_repository
from tests.pages import KEPT_LONGER, POLICY

PAGE = {"fetch": "https://acme.example/privacy", "select": "main"}


@pytest.fixture
def home(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "home")


def test_a_collection_comes_in_and_goes_out(home: CommandLine, tmp_path: Path) -> None:
    terms = {"Privacy Policy": PAGE, "Imprint": PAGE | {"filter": "tidy"}}
    collection = Declarations(tmp_path / "collection").add("acme", terms, name="Acme Kites").root
    declared = home.result("import", "--from", "declarations", collection)
    assert declared.stdout == (
        "added: acme-kites/privacy-policy\n1 policies of 1 services imported, 1 listed.\n"
        "The first checks of the 1 new ones are due at the next `smallprint run`.\n"
    )
    assert "listed: Acme Kites, Imprint: needs the JavaScript filter tidy, which is not run here." in declared.stderr
    commits = [snapshot(-9, "acme/Privacy Policy.html", POLICY), snapshot(-5, "acme/Privacy Policy.html", KEPT_LONGER)]
    commits += [snapshot(-5, "Zoo/Imprint.html", POLICY)]
    snapshots = write_repository(tmp_path / "snapshots", commits)
    told = home.run("import", "--from", "ota", snapshots, "--declarations", collection)
    assert "new policy, paused (`smallprint add URL` watches it): zoo/imprint\n" in told
    assert "No address is known of zoo/imprint. Before it can be watched" in told
    assert told.endswith("3 captures imported, 0 known already, 0 skipped.\n")
    assert [change["significance"] for change in home.json("changes")] == ["substantive"]
    told = home.run("export", "git", tmp_path / "out")
    assert told.startswith(f"{tmp_path / 'out' / 'snapshots'}: 3 commits, one for each page that differed\n")
    assert "a new or an empty folder was wanted" in home.error("export", "git", tmp_path / "out")


@pytest.mark.parametrize(
    ("origin", "option", "belongs_to"),
    [
        ("ota", "--policy", "`--from warc` or `--from wayback` or `--from files`"),
        ("declarations", "--policy", "`--from warc` or `--from wayback` or `--from files`"),
        ("warc", "--declarations", "`--from ota`"),
        ("warc", "--url", "`--from files`"),
        ("warc", "--until", "`--from wayback`"),
        ("files", "--since", "`--from wayback`"),
        ("ota", "--archive", "`--from wayback`"),
    ],
)
def test_options_that_say_nothing_are_refused(tmp_path: Path, origin: str, option: str, belongs_to: str) -> None:
    asked = CliRunner().invoke(importing.app, ["--home", str(tmp_path), "import", "--from", origin, "x", option, "y"])
    assert (
        str(asked.exception)
        == f"{option} was given: it goes with {belongs_to}, this is `--from {origin}`. Leave it out."
    )
