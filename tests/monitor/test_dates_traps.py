"""Traps of real policy pages, told with invented lines: dates that are not the policy's."""

import pytest

from tests.monitor.stated import body, heading, item, row, stated


@pytest.mark.parametrize(
    "line",
    [
        "Acme complies with the Bicycle Lending Act, in force since 9 April 2019.",
        "The GDPR took effect in the Union on May 25, 2018.",
        "Transfers rest on Standard Contractual Clauses, version 2, in force from 4 May 2022.",
        "Riders have this right by Regulation (EU) 2016/679 of 27 April 2016.",
    ],
)
def test_the_date_of_a_law_is_not_the_policys(line):
    assert stated(line) == (None, None)
    assert stated(*body(), line) == (None, None)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Conforme à la loi n° 2019-321 du 23 mai 2019", "fr"),
        ("Nach dem Gesetz vom 30. Juni 2017, gültig ab 25. Mai 2018", "de"),
        ("Ley Orgánica 3/2018, de 5 de diciembre de 2018", "es"),
        ("D.Lgs. 101 del 10 agosto 2018", "it"),
        ("ustawa z dnia 10 maja 2018 r.", "pl"),
        ("根据2017年6月1日起施行的《网络安全法》", "zh"),
        ("個人情報の保護に関する法律(平成15年5月30日)", "ja"),
        ("Федеральный закон от 27.07.2006", "ru"),
        ("24.03.2016 tarihli 6698 sayılı Kanun", "tr"),
    ],
)
def test_laws_are_known_in_other_languages(line, language):
    assert stated(line, language=language) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        "As of March 9, 2022, nobody has asked us for a list of riders.",
        "As of 7 May 2019, riders can hide their routes in the settings.",
        "Acme Ltd answers for the data, as of 14 October 2020.",
        "Acme will close the bicycle cellar on February 27, 2025.",
        "Offer valid from April 2018, while bicycles last.",
        "Prices effective from 1 March 2024.",
        "Acme Inc. was incorporated on May 5, 2010.",
        "By renting a bicycle from 3 April 2017 on, you accept these rules.",
    ],
)
def test_a_fact_with_a_date_is_not_the_policys_date(line):
    assert stated(*body(), line, *body()) == (None, None)
    assert stated(line) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        'The "effective date" above this page tells you when we touched it.',
        "When this notice was last revised stands above its first line.",
        "These terms are effective as soon as you unlock a bicycle.",
        "Effective Date: ________",
        "Last updated: {{ date('d F Y') }}",
        "Last updated: 2020-00-00",
        "Last updated: [date]",
        "Last updated 7 days ago",
    ],
)
def test_words_about_a_date_are_no_date(line):
    assert stated(line) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        "A robot archived this copy on 2017-11-23.",
        "Previous version: May 5, 2020",
        "Previous versions: April 3, 2021 June 9, 2017 May 8, 2016",
        "These terms supersede those published on 9 June 2017.",
        "The rules effective before 2021-04-03 lie in the cellar.",
        "The terms effective until 30 June 2022 can be read at the counter.",
    ],
)
def test_earlier_versions_and_archives_are_not_this_version(line):
    assert stated(line) == (None, None)


def test_a_list_of_earlier_versions_gives_no_date():
    page = [*body(), heading("Previous versions"), item("4 August 2021"), item("9 June 2017")]
    assert stated(*page) == (None, None)


def test_the_date_above_a_list_of_earlier_versions_counts():
    page = [*body(), "12 February 2023", "Previous versions", item("4 August 2021"), item("9 June 2017")]
    assert stated(*page) == ("2023-02-12", None)


def test_a_period_is_not_a_date_of_the_policy():
    assert stated("Privacy policy in force from 05/03/2019 to 10/12/2020") == (None, None)
    assert stated("Charte en vigueur du 05/03/2019 au 10/12/2020", language="fr") == (None, None)
    assert stated("Terms 2019-03-05 - 2020-12-10") == (None, None)


def test_a_version_still_to_come_is_not_this_one():
    assert stated("Our new Privacy Policy comes into effect on 3 March 2027.") == (None, None)
    both = "This Privacy Policy is effective April 2, 2019. A new Privacy Policy becomes effective on May 8, 2020."
    assert stated(both) == (None, "2019-04-02")


@pytest.mark.parametrize(
    "line", ["© 1999-2012 Acme", "Copyright © 2024 Acme Bicycles. Version 2.2", "© 2026 Acme. 5 May 2026"]
)
def test_a_copyright_notice_is_no_date(line):
    assert stated(*body(), line) == (None, None)


def test_a_label_beside_a_copyright_notice_counts():
    assert stated(*body(), "© 2024 Acme Bicycles | Version: 03/2021") == ("2021-03", None)


@pytest.mark.parametrize(
    "line",
    [
        "Fax: 04.11.12.13.09",
        "7.2.11 The lender shall answer.",
        "We lend 24/7/365.",
        "Registered as K12/345/21.02.2003",
    ],
)
def test_numbers_that_look_like_dates_are_none(line):
    assert stated(line) == (None, None)


def test_a_date_in_an_address_or_a_file_name_is_none():
    assert stated("Last updated rules: https://acme.example/rules-2024-05-31.pdf") == (None, None)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Our bylaws were adopted on 3 May 2001.", "en"),
        ("We updated our bicycle app on 3 June 2022 to version 4.1.", "en"),
        ("A payment made on 3 March 2022 is refunded by 17 March 2022.", "en"),
        ("The service will be discontinued effective 31 March 2024.", "en"),
        ("Effective 1 July 2023, the refund window for bicycle tickets is 14 days.", "en"),
        ("We signed an agreement with Acme Cloud on 3 May 2021.", "en"),
        ("In force between 1 May 2020 and 4 June 2021: version 3.", "en"),
        ("UK Addendum version B1.0 in force 21 March 2022", "en"),
        ("Next review: June 2027", "en"),
        ("This notice will be reviewed in July 2026.", "en"),
        ("Les données antérieures au 3 mai 2021 sont supprimées.", "fr"),
        ("La version du 6 mai 2019 de l'application n'est plus prise en charge.", "fr"),
        ("Tarifs en vigueur au 1er janvier 2023", "fr"),
        ("Créée le 6 mai 2012, la société Acme loue des vélos.", "fr"),
        ("Une nouvelle version des CGU entrera en vigueur le 6 mai 2027.", "fr"),
        ("Verträge, die ab dem 1. März 2022 geschlossen werden, laufen einen Monat.", "de"),
        ("Seit dem 1. Dezember 2021 gilt das TTDSG.", "de"),
        ("La tarifa vigente desde el 6 de mayo de 2022 es de 3 euros.", "es"),
        ("Il concorso è valido dal 6 maggio 2022 al 6 giugno 2022.", "it"),
        ("Promocja obowiązuje od 6 maja 2022 r.", "pl"),
        ("Az akció 2022. május 6-tól érvényes.", "hu"),
        ("当社は2011年5月3日に設立されました。", "ja"),
        ("2020년 1월 1일 이전에 가입한 회원은 제외됩니다.", "ko"),
    ],
)
def test_dates_of_other_things_inside_the_text_say_nothing_of_the_text(line, language):
    assert stated(*body(), line, *body(), language=language) == (None, None)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("This cookie list was last updated on 4 May 2023.", "en"),
        ("Cette liste a été mise à jour le 4 mai 2023.", "fr"),
        ("Diese Tabelle wurde zuletzt am 4. Mai 2023 aktualisiert.", "de"),
    ],
)
def test_a_part_of_the_page_dates_the_page_only_at_its_head(line, language):
    assert stated(*body(), line, *body(), language=language) == (None, None)
    assert stated(line, *body(), language=language) == ("2023-05-04", None)


@pytest.mark.parametrize(
    "line",
    [
        "We have changed our May 4, 2021 Privacy Policy to name the bicycles.",
        "Riding is subject to the Cellar Agreement (effective 9 April 2022), a document of its own.",
        "The Fair Race Code for Clubs, effective from 5 June 2025, forms part of the programme.",
        "Spokely counts our visitors; see the Spokely privacy policy, last updated on 3 May 2023.",
        "Spokely's privacy policy was last updated on 3 May 2023.",
    ],
)
def test_another_document_that_is_only_named_keeps_its_date(line):
    assert stated("Privacy notice of Acme Bicycles", *body(8), line, *body(8)) == (None, None)


def test_the_policys_own_name_and_its_owners_are_no_other_document():
    head = "Acme Bicycles"
    for line in (
        "Acme's privacy policy was last updated on 3 May 2023.",
        "The Acme privacy policy, updated 3 May 2023.",
    ):
        assert stated(head, line, *body(8)) == ("2023-05-03", None)


@pytest.mark.parametrize(
    "line",
    [
        "Scheduled cellar maintenance: Sunday, 7 December 2025, 02:00–05:00.",
        "Last order date for the race: 18 December 2025.",
        "The winner will be told by 15 September 2025.",
        "R. Rider / 6 October 2022 10:30",
        "2025-11-19T13:03:18Z",
    ],
)
def test_a_date_that_is_called_something_else_is_not_the_policys(line):
    assert stated(line, *body(8)) == (None, None)
    assert stated(*body(8), line) == (None, None)


def test_news_and_table_rows_with_dates_are_no_changelog():
    news = [item(f"{day} May 2025 - {text}") for day, text in ((9, "We open in Leeds"), (3, "Updated opening hours"))]
    assert stated(*body(8), heading("Latest"), *news) == (None, None)
    rows = [row(f"{name} | hosting | 0{number} Feb 2021") for number, name in enumerate(("Spokely", "Frames Ltd"), 1)]
    assert stated(heading("Who helps us"), *rows, *body(8)) == (None, None)


def test_a_law_in_force_inside_the_sentence_is_not_the_policys():
    line = "Acme obéit à la loi du 25 septembre 2020 sur la protection des données, en vigueur depuis le 1er septembre 2023."
    assert stated("État au 23 juillet 2024", line, *body(4), language="fr") == ("2024-07-23", None)


def test_what_was_last_confirmed_is_not_the_text():
    line = "Unser Siegel wurde am 16.09.2024 verliehen und zuletzt am 15.09.2025 bestätigt."
    assert stated(*body(4), line, language="de") == (None, None)
    assert stated("Zuletzt am 15.09.2025 aktualisiert", *body(4), language="de") == ("2025-09-15", None)
