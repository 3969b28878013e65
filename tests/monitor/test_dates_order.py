"""Day-month or month-day: decided by evidence, or told as undecided."""

import pytest

from tests.monitor.stated import find


def updated(*lines, language="en", url=""):
    found = find(*lines, language=language, url=url).last_updated
    assert found is not None
    return found


def test_another_date_of_the_document_decides():
    assert updated("Last updated: 05/06/2024", "Version of 31/01/2020").value == "2024-06-05"
    assert updated("Last updated: 05/06/2024", "Version of 01/31/2020").value == "2024-05-06"
    assert updated("Last updated: 05/06/2024", "Version of 01/31/2020").alternatives == ()


def test_a_number_that_is_hardly_a_date_decides_nothing():
    assert updated("Last updated: 05/06/2024", "see section 3.14.15").alternatives


@pytest.mark.parametrize("language", ["fr", "de", "it", "ru", "vi"])
def test_other_languages_than_english_write_the_day_first(language):
    found = updated("Version: 05/06/2024", language=language)
    assert (found.value, found.confidence) == ("2024-06-05", "high")


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("https://acme.co.uk/privacy", "2024-06-05"),
        ("https://acme.gov/privacy", "2024-05-06"),
        ("https://acme.com/en-us/privacy", "2024-05-06"),
        ("https://acme.com/en_GB/privacy", "2024-06-05"),
    ],
)
def test_the_country_of_the_address_decides_for_english(url, value):
    found = updated("Last updated: 05/06/2024", url=url)
    assert (found.value, found.confidence) == (value, "high")


@pytest.mark.parametrize("url", ["https://acme.com/privacy", "https://acme.io", "http://127.0.0.1/", "http://[bad", ""])
@pytest.mark.parametrize("label", ["Last updated", "Version"])
def test_what_nothing_decides_is_told_with_both_readings(url, label):
    found = updated(f"{label}: 05/06/2024", url=url)
    assert found.confidence == "low"
    assert set(found.alternatives) == {"2024-06-05", "2024-05-06"}
    assert found.value in found.alternatives


def test_how_months_are_written_by_name_makes_a_reading_likelier():
    assert updated("Last updated: 05/06/2024", "Call us after 3 March 2020.").value == "2024-06-05"
    assert updated("Last updated: 05/06/2024", "Call us after March 3, 2020.").value == "2024-05-06"


def test_the_language_of_the_label_decides_when_the_page_has_none():
    found = updated("Dernière mise à jour : 05/06/2024", language=None)
    assert (found.value, found.confidence) == ("2024-06-05", "high")


def test_the_language_of_the_label_tells_which_month_a_name_means():
    assert updated("Ostatnia aktualizacja: 5 listopada 2024", language=None).value == "2024-11-05"
    assert updated("Zadnje ažuriranje: 5. listopada 2024.", language=None).value == "2024-10-05"
