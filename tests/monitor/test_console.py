"""What strangers wrote is shown as text: it does not steer the terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.console import out, print_table
from monitor.rendering.cleaning import clean_lines

HOSTILE = "a\x1b]0;title\x07b\x1b[2Jc\x9bd\u202ee"


def test_no_control_character_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    out.print(f"skipped: {HOSTILE}", markup=False)
    print_table((HOSTILE,), [(HOSTILE,)], empty="")
    printed = capsys.readouterr().out
    assert printed.count("a ]0;title b [2Jc de") == 3
    assert not set(printed) & set("\x1b\x07\x9b\u202e")


@given(st.text())
def test_lines_stay_lines(text: str) -> None:
    cleaned = clean_lines(text)
    assert cleaned.count("\n") == text.count("\n")
    assert all(sign == "\n" or sign.isprintable() or not sign.isascii() for sign in cleaned)
