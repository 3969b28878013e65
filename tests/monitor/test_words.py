"""One canonical form: what is dressed differently is equal, what says something else is not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.words import canonical, canonical_lines, comparison_key, sought_words, words

SAME = [
    ("don’t", "don't"),
    ("the “Service”", 'the "Service"'),
    ("the «Service»", 'the "Service"'),
    ("pages 3–5", "pages 3-5"),
    ("twelve\u00a0months", "twelve months"),
    ("twelve\u202f\u2009months", "twelve months"),
    ("ﬁnal and eﬀective", "final and effective"),
    ("retro\u00adactive", "retroactive"),
    ("zero\u200bwidth\ufeff", "zerowidth"),
    ("Cafe\u0301", "Café"),
    ("YOUR RIGHTS", "Your Rights"),
    ("STRASSE", "straße"),
    ("and so on…", "and so on..."),
    ("données : oui", "données: oui"),
    ("( b ) cookies", "(b) cookies"),
    ("line\nbreak", "line break"),
    ("利用 規約", "利用規約"),
    ("Ｔｅｒｍｓ １２", "Terms 12"),
    ("\u202aleft\u202c to right", "left to right"),
]

DIFFERENT = [
    ("we may share", "we will share"),
    ("we share", "we do not share"),
    ("30 days", "14 days"),
    ("1.5 percent", "15 percent"),
    ("$100", "€100"),
    ("5%", "5"),
    ("cannot", "can"),
    ("résumé", "resume"),
    ("利用する", "利用しない"),
    ("10²", "102"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_another_dress_is_the_same_text(left, right):
    assert comparison_key(left) == comparison_key(right)


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_other_words_are_another_text(left, right):
    assert comparison_key(left) != comparison_key(right)


def test_canonical_text_keeps_its_case_and_its_quotes():
    assert canonical("  The “Service”\n is\tﬁne\u200b ") == "The “Service” is fine"


def test_line_breaks_stay_where_lines_are_asked_for():
    assert canonical_lines("1 Main St\r\n\r\n  Springfield \u2028USA") == "1 Main St\nSpringfield\nUSA"


def test_words_are_told_apart_and_money_is_a_word():
    assert words("Don’t pay $1,000.50 (or 5%) — ever.") == ["don't", "pay", "$", "1,000.50", "or", "5", "%", "ever"]


def test_hyphens_part_words_and_scripts_without_spaces_are_read_by_character():
    assert words("third-party 規約 policy") == ["third", "party", "規", "約", "policy"]


def test_marks_above_and_below_letters_belong_to_the_word():
    assert words("हिन्दी की") == ["हिन्दी", "की"]


@given(st.text())
def test_every_form_is_its_own_form(text):
    assert canonical(canonical(text)) == canonical(text)
    assert canonical_lines(canonical_lines(text)) == canonical_lines(text)
    assert comparison_key(comparison_key(text)) == comparison_key(text)
    assert words(" ".join(words(text))) == words(text)


@given(st.text())
def test_canonical_text_is_composed_visible_and_on_one_line(text):
    form = canonical(text)
    assert unicodedata.is_normalized("NFC", form)
    assert not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in form)
    assert "  " not in form
    assert form == form.strip()


@given(st.text())
def test_the_key_of_the_canonical_form_is_the_key_of_the_text(text):
    assert comparison_key(canonical(text)) == comparison_key(text)
    assert words(canonical(text)) == words(text)


@given(st.text(alphabet="abc \u00a0\u200b\u00ad\n\t"))
def test_white_space_and_invisible_signs_never_count(text):
    visible = text.replace("\u200b", "").replace("\u00ad", "")
    assert words(text) == visible.split()


@given(
    st.lists(st.sampled_from(["we", "may", "will", "not", "30", "days", "share", "€"]), min_size=1, max_size=9),
    st.data(),
)
def test_a_word_added_is_always_seen(sentence, data):
    place = data.draw(st.integers(0, len(sentence)))
    longer = [*sentence[:place], "never", *sentence[place:]]
    assert comparison_key(" ".join(longer)) != comparison_key(" ".join(sentence))


@given(st.text())
def test_words_are_sought_alike_whether_they_are_plain_or_not(text: str) -> None:
    among_others = [word for _, _, word in sought_words(f"{text} é")][:-1]
    assert [word for _, _, word in sought_words(text)] == among_others
    assert all(word and " " not in word for word in among_others)
