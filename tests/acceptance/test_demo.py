"""`smallprint demo` tells exactly the three meant changes, once a channel, and leaves its report."""

import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path


def test_the_demo_tells_three_changes_and_nothing_false(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "monitor.cli", "demo", "--into", str(tmp_path / "demo")],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "demo: 3 changes told, 0 false"
    mails = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in sorted((tmp_path / "demo" / "mail").iterdir())
    ]
    assert sorted(str(mail["Subject"]).partition("]")[0] for mail in mails) == [
        "[DATE",
        "[SUBSTANTIVE - worse",
        "[SUBSTANTIVE - worse",
    ]
    assert len(list((tmp_path / "demo" / "slack").iterdir())) == 3
    report = (tmp_path / "demo" / "report.html").read_text(encoding="utf-8")
    for words in ("Harborline Freight Privacy Policy", "<del", "<ins", "12 months", "24 months", "<td>browser</td>"):
        assert words in report


def test_the_demo_does_not_delete_a_folder_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "monitor.cli", "demo", "--into", str(tmp_path / "mine")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "Choose another with --into" in done.stderr
    assert (tmp_path / "mine" / "thesis.txt").read_text(encoding="utf-8") == "precious"
