"""Ways of writing a policy's own date that were once overlooked, each with an invented page."""

import pytest

from monitor.extract.document import extract
from tests.monitor.stated import body, row, stated


@pytest.mark.parametrize(
    ("line", "language", "dates"),
    [
        ("Last adjustment: 11.11.2025", "en", ("2025-11-11", None)),
        ("Status: 13 May 2025", "en", ("2025-05-13", None)),
        ("Issue 2, June 2023", "en", ("2023-06", None)),
        ("Updated 06 Feb 18", "en", ("2018-02-06", None)),
        ("🔒 Updated · Jun 18, 2024 · 7 min read", "en", ("2024-06-18", None)),
        ("2022-05-09T22:38:32Z Updated", "en", ("2022-05-09", None)),
        ("Start of validity: 3 February 2025", "en", (None, "2025-02-03")),
        ("This statement was drawn up in April 2016.", "en", ("2016-04", None)),
        ("the present wording having last been amended on 15 August 2022.", "en", ("2022-08-15", None)),
        ("Date of this version: 29 September 2023. It will come into force on 29 October 2023.", "en",
         ("2023-09-29", "2023-10-29")),
        ("Stand:30.06.2026Wir freuen uns über Ihr Interesse an unserer Schule.", "de", ("2026-06-30", None)),
        ("Diese AGB gelten ab dem 01.04.2025. Die bis 31.03.2025 gültigen AGB stehen im Archiv.", "de",
         (None, "2025-04-01")),
        ("Diese AGB treten mit 28. Mai 2022 in Kraft und ersetzen die bisherigen AGB vom 1. Juli 2019.", "de",
         (None, "2022-05-28")),
        ("An dieser Stelle steht der Tag der letzten Überarbeitung, nämlich der 25. April 2022.", "de",
         ("2022-04-25", None)),
        ("Le présent règlement entre en application le 11 mars 2019.", "fr", (None, "2019-03-11")),
        ("El presente reglamento entrará en vigor el día 1 de julio de 2021.", "es", (None, "2021-07-01")),
        ("11 de marzo de 2026 (fecha de la última modificación)", "es", ("2026-03-11", None)),
        ("تم تعديل هذه السياسة بتاريخ 9 تشرين الأول 2024", "ar", ("2024-10-09", None)),
        ("آخر تحديث: 3 كانون الثاني 2024", "ar", ("2024-01-03", None)),
    ],
)  # fmt: skip
def test_it_is_found(line, language, dates):
    assert stated(line, *body(6), language=language) == dates


def test_a_signature_with_its_place_is_found_on_a_short_page_too():
    lines = ("Signed for the trustees,", "Bath, 18 March 2021", "J. Rider, Secretary")
    assert stated(*body(4), *lines) == ("2021-03-18", None)
    assert stated(*body(40), "Acme & Sons Cyclists, Leeds, March 2021") == ("2021-03", None)


def test_the_running_line_of_a_printed_document_counts_with_its_page_numbers():
    pages = [[*body(9), f"ACM-GCC-EN - 11 December 2020 - Page {number} of 3"] for number in (1, 2, 3)]
    assert stated(*[line for page in pages for line in page], *body(20)) == ("2020-12-11", None)


@pytest.mark.parametrize("head", ["Indice | Date | Nature de la modification", "Version | Date | Objet"])
def test_the_newest_row_of_a_history_of_the_document_counts(head):
    rows = [row(head), row("A | 02/02/2019 | Création"), row("B | 14/10/2021 | Délais"), row("C | 05/12/2023 | Taxes")]
    assert stated(*body(6), *rows, language="fr") == ("2023-12-05", None)


def test_of_documents_with_the_same_label_the_first_ones_date_counts():
    pages = (*body(30), "Date updated: 25 April 2018", *body(60), "Date updated: 1 July 2024")
    assert stated(*pages) == ("2018-04-25", None)


def test_a_day_at_the_start_of_a_markdown_line_is_no_number_of_a_list():
    text = (
        "# Datenschutz\n\n19. Dezember 2024\n\nWir verarbeiten die Daten, die Sie uns bei der Bestellung mitteilen.\n"
    )
    document = extract(text.encode(), url="policy.md")
    assert document.stated.last_updated is not None
    assert document.stated.last_updated.value == "2024-12-19"
    assert "19. Dezember 2024" in document.text
