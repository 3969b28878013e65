"""What a person types is read as terms, and found in a text where a reader would see it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.search.sought import MOST_TERMS, SNIPPET_CHARACTERS, Term, places, snippet, terms, typed


def hits(typed: str, text: str) -> list[str]:
    return [text[start:end] for start, end in places(terms(typed), text)]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Data retention", [Term(("data",)), Term(("retention",))]),
        ('"30 days" data', [Term(("30", "days")), Term(("data",))]),
        ("“30 days”", [Term(("30", "days"))]),
        ("arbitrat*", [Term(("arbitrat",), begins=True)]),
        ('"class act"*', [Term(("class", "act"), begins=True)]),
        (
            'data -sale -"opt out"',
            [Term(("data",)), Term(("sale",), unwanted=True), Term(("opt", "out"), unwanted=True)],
        ),
        ("e-mail", [Term(("e", "mail"))]),
        ('"not closed', [Term(("not", "closed"))]),
        ("個人", [Term(("個", "人"))]),
        ("MÜLLER ＡＣＭＥ", [Term(("muller",)), Term(("acme",))]),
        ("a AND b) NEAR(", [Term(("a",)), Term(("and",)), Term(("b",)), Term(("near",))]),
    ],
)
def test_what_is_typed_is_read_as_these_terms(typed: str, read: list[Term]) -> None:
    assert list(terms(typed)) == read


@pytest.mark.parametrize(
    ("typed_in_a_shell", "arguments"),
    [
        ('data "30 days"', ["data", "30 days"]),
        ('delete -"third parties"', ["delete", "-third parties"]),
        ('data "class act"* -"opt o"*', ["data", "class act*", "-opt o*"]),
        ("data “third parties” -sale", ["data", "“third parties” -sale"]),
    ],
)
def test_quotes_that_a_shell_took_are_put_back(typed_in_a_shell: str, arguments: list[str]) -> None:
    assert terms(typed(arguments)) == terms(typed_in_a_shell)


@pytest.mark.parametrize("typed", ["", "  ", "-sale", "*", '""', "()'\\"])
def test_nothing_to_look_for_is_explained_with_an_example(typed: str) -> None:
    with pytest.raises(UsageError, match=r"words to look for were wanted.*Such as"):
        terms(typed)


def test_too_many_words_are_explained() -> None:
    with pytest.raises(UsageError, match="at most 50 words"):
        terms(" ".join(["word"] * (MOST_TERMS + 1)))


def test_hits_are_found_without_regard_to_case_accents_quotes_and_in_scripts_without_spaces() -> None:
    assert hits("don't zurich", "You don’t move to ZÜRICH.") == ["don’t", "ZÜRICH"]
    assert hits("個人情報", "お客様の個人情報を第三者") == ["個人情報"]
    assert hits("เก็บ", "เราเก็บข้อมูล") == ["เก็บ"]
    assert hits("retain*", "We retain; retained, unretained") == ["retain", "retained"]
    assert hits('"30 days"', "30 or 60 days, then 30-days") == ["30-days"]


@given(st.text(max_size=400), st.integers(0, 400), st.integers(1, 30))
def test_a_snippet_is_a_part_of_its_text_with_the_first_hit_in_it(text: str, start: int, length: int) -> None:
    start = min(start, max(0, len(text) - 1))
    place = (start, min(start + length, len(text)))
    made = snippet(text, [place] if text else [])
    shown = "".join(run for run, _ in made.runs)
    assert shown in text
    assert len(shown) <= SNIPPET_CHARACTERS
    assert (made.cut == (False, False)) == (shown == text)
    assert not text or any(hit and text[place[0] : place[1]].startswith(run) for run, hit in made.runs)


@given(st.text(max_size=80))
def test_anything_typed_is_terms_or_an_explained_error(typed: str) -> None:
    try:
        found = terms(typed)
    except UsageError:
        return
    assert any(not term.unwanted for term in found)
    signs = [sign for term in found for word in term.words for sign in word if sign.isascii() and not sign.isalnum()]
    assert signs == []
