"""The label table is data: complete, checked on load, and explained when it is wrong."""

import subprocess
import sys

import pytest

from monitor.dates.labels import Kind, check, languages
from monitor.errors import ConfigurationError
from tests.monitor.stated import stated

PROMISED = [
    "en",
    "fr",
    "de",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "cs",
    "sk",
    "hu",
    "ro",
    "bg",
    "el",
    "sl",
    "hr",
    "lv",
    "lt",
    "et",
    "da",
    "sv",
    "nb",
    "fi",
    "tr",
    "ru",
    "uk",
    "ja",
    "zh",
    "ko",
    "th",
    "vi",
    "id",
    "ar",
    "he",
    "hi",
]


def test_every_promised_language_has_labels():
    assert set(PROMISED) <= set(languages())


@pytest.mark.parametrize(
    ("table", "place"),
    [
        (["en"], "wanted languages"),
        ({"en": ["last updated"]}, "labels.yaml: en"),
        ({"en": {"labels": ["last updated"]}}, "labels.yaml: en.labels: no such list"),
        ({"en": {"updated": "updated"}}, "labels.yaml: en.updated"),
        ({"en": {"filler": [True]}}, "in quotes"),
        ({"en": {"months": {13: ["smarch"]}}}, "labels.yaml: en.months"),
        ({"en": {"months": {5: [7]}}}, "labels.yaml: en.months"),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(table, place):
    with pytest.raises(ConfigurationError, match=place):
        check(table)


def test_a_right_table_is_returned_as_it_is():
    table = {"en": {str(Kind.UPDATED): ["updated"], "months": {5: ["may"]}}}
    assert check(table) is table


def test_importing_the_package_reads_no_table_and_no_month_names():
    code = "import sys, monitor.dates.find, monitor.dates.labels as labels; assert 'babel' not in sys.modules; assert labels._table.cache_info().currsize == 0"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_answers_do_not_depend_on_what_was_asked_before():
    lines = [("5 listopada 2024", "pl"), ("5. listopada 2024.", "hr"), ("5 listopada 2024", None)]
    first = [stated(line, language=language) for line, language in lines]
    again = [stated(line, language=language) for line, language in reversed(lines)]
    assert first == again[::-1]
