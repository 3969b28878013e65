"""The forms in which dates are written, apart from what is said about them."""

import pytest

from monitor.dates.forms import find_mentions
from monitor.dates.lines import plain


def values(text, language="en"):
    return [mention.value for mention in find_mentions(plain(text), language) if mention]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("2024-05-31", "en"),
        ("2024-05-31T22:38:32Z", "en"),
        ("2024. 05. 31.", "hu"),
        ("2024/5/31", "pt"),
        ("31.05.2024", "de"),
        ("31. 5. 2024", "cs"),
        ("31 / 05 / 2024", "fr"),
        ("31-05-2024", "nl"),
        ("05/31/2024", "en"),
        ("May 31, 2024", "en"),
        ("May 31st , 2024", "en"),
        ("31st of May 2024", "en"),
        ("31st day of May 2024", "en"),
        ("31-May-2024", "en"),
        ("May-31-2024", "en"),
        ("le 31 mai2024", "fr"),
        ("31 de mayo del 2024", "es"),
        ("31 de maio de 2024", "pt"),
        ("2024. május 31-től", "hu"),
        ("2024 m. gegužės 31 d.", "lt"),
        ("2024. gada 31. maijā", "lv"),
        ("«31» мая 2024 г.", "ru"),
        ("31η Μαΐου 2024", "el"),
        ("31 מאי 2024", "he"),
        ("31 במאי 2024", "he"),
        ("٣١ مايو ٢٠٢٤", "ar"),
        ("31 พฤษภาคม พ.ศ. 2567", "th"),
        ("31 พ.ค. 2567", "th"),
        ("ngày 31 tháng 5 năm 2024", "vi"),
        ("2024年5月31日", "ja"),
        ("２０２４年５月３１日", "ja"),
        ("令和6年5月31日", "ja"),
        ("民國113年5月31日", "zh"),
        ("二〇二四年五月三十一日", "zh"),
        ("2024년 05월 31일", "ko"),
        ("20240531", "en"),
        ("05312024", "en"),
    ],
)
def test_one_day_in_many_forms(text, language):
    assert values(text, language) == ["2024-05-31"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("May 2024", "2024-05"),
        ("MAY-2024", "2024-05"),
        ("05/2024", "2024-05"),
        ("2024-05", "2024-05"),
        ("2024", "2024"),
    ],
)
def test_months_and_years_alone_keep_their_precision(text, value):
    assert values(text) == [value]


def test_two_digit_years_belong_to_this_century():
    assert values("31.05.24") == ["2024-05-31"]


def test_ambiguous_numbers_have_both_readings():
    (mention,) = [mention for mention in find_mentions("05/06/2024", "en") if mention]
    assert {reading.value for reading in mention.readings} == {"2024-06-05", "2024-05-06"}


def test_a_name_that_two_languages_give_to_two_months_has_both_readings():
    assert values("5 listopada 2024", "pl") == ["2024-11-05"]
    assert values("5. listopada 2024", "hr") == ["2024-10-05"]
    (mention,) = [mention for mention in find_mentions("5 listopada 2024", None) if mention]
    assert {reading.value for reading in mention.readings} == {"2024-11-05", "2024-10-05"}


@pytest.mark.parametrize(
    "text",
    ["2020-00-00", "31.02.2024", "2016/679", "04.11.12.13.09", "1920 x 1080", "0000-00-00", "99/99/2024", "2509 LP"],
)
def test_what_is_no_day_of_the_calendar_is_no_date(text):
    assert values(text) == []


def test_short_foreign_month_names_are_not_believed_on_a_page_in_another_language():
    assert values("Model 10 pro 2021", "en") == ["2021"]
    assert values("10 pro 2021", "cs") == ["2021-12-10"]


def test_several_dates_of_one_line_come_in_order():
    assert values("23 Apr 2023 , 04 May 2022 , 14 Jun 2021") == ["2023-04-23", "2022-05-04", "2021-06-14"]
    assert values("© 2019 15 March 2020") == ["2019", "2020-03-15"]
    assert values("© 2019. March 15, 2020") == ["2019", "2020-03-15"]
    assert values("国民2024年5月31日") == ["2024-05-31"]
    assert values("April 23, 2023 June 4, 2022 May 8, 2021") == ["2023-04-23", "2022-06-04", "2021-05-08"]
