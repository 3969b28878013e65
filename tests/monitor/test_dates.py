"""Traps of real policy pages, told with invented lines."""

import pytest

from tests.monitor.stated import body, find, heading, item, paragraph, row, stated


@pytest.mark.parametrize(
    "line",
    [
        "Acme complies with the Data Protection Act, in force since 25 May 2018.",
        "The GDPR took effect on May 25, 2018.",
        "Transfers rest on the Standard Contractual Clauses, version B1.0, in force from 21 March 2022.",
        "This right follows from Regulation (EU) 2016/679 of 27 April 2016.",
    ],
)
def test_the_date_of_a_law_is_not_the_policys(line):
    assert stated(line) == (None, None)
    assert stated(*body(), line) == (None, None)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Conforme à la loi n° 2018-493 du 20 juin 2018", "fr"),
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
        "As of June 18, 2026, we have never received such a letter.",
        "As of 23 June 2021, you may find additional controls in your settings.",
        "Acme Ltd is the data controller, as of 31 August 2023.",
        "Acme will close the coin shop on January 31, 2026.",
        "Offer valid from November 2020, subject to change.",
        "Prices effective from 1 March 2024.",
        "Acme Inc. was incorporated on May 5, 2010.",
        "By opening an account from 1 July 2020 on, you accept these rules.",
    ],
)
def test_a_fact_with_a_date_is_not_the_policys_date(line):
    assert stated(*body(), line, *body()) == (None, None)
    assert stated(line) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        'You can check the "effective date" posted at the top of this page.',
        "The date on which this notice was last revised is shown at the top.",
        "These terms are effective immediately upon posting.",
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
        "This copy was archived on 2019-02-08.",
        "Previous version: May 5, 2020",
        "Previous versions: January 27, 2025 August 22, 2018 May 1, 2018",
        "These terms supersede those published on 15 October 2025.",
        "See the Terms of Use effective before 2024-08-16.",
        "The terms effective until 31 December 2023 can be found here.",
    ],
)
def test_earlier_versions_and_archives_are_not_this_version(line):
    assert stated(line) == (None, None)


def test_a_list_of_earlier_versions_gives_no_date():
    page = [*body(), heading("Previous versions"), item("1 September 2023"), item("1 July 2023")]
    assert stated(*page) == (None, None)


def test_the_date_above_a_list_of_earlier_versions_counts():
    page = [*body(), "30 May 2024", "Previous versions", item("1 September 2023"), item("1 July 2023")]
    assert stated(*page) == ("2024-05-30", None)


def test_a_period_is_not_a_date_of_the_policy():
    assert stated("Privacy policy in force from 05/07/2021 to 10/05/2022") == (None, None)
    assert stated("Politique en vigueur du 05/07/2021 au 10/05/2022", language="fr") == (None, None)
    assert stated("Terms 2021-07-05 - 2022-05-10") == (None, None)


def test_a_version_still_to_come_is_not_this_one():
    assert stated("Our new Privacy Policy comes into effect on 11 November 2026.") == (None, None)
    both = "This Privacy Policy is effective June 15, 2021. A new Privacy Policy becomes effective on January 1, 2023."
    assert stated(both) == (None, "2021-06-15")


@pytest.mark.parametrize(
    "line", ["© 1995-2008 Acme", "Copyright © 2025 Acme Ltd. Version 1.3", "© 2026 Acme. 5 May 2026"]
)
def test_a_copyright_notice_is_no_date(line):
    assert stated(*body(), line) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        "Fax: 03.20.87.50.06",
        "8.1.10 The provider shall answer.",
        "We answer 24/7/365.",
        "Registered as J40/372/23.01.2002",
    ],
)
def test_numbers_that_look_like_dates_are_none(line):
    assert stated(line) == (None, None)


def test_a_date_in_an_address_or_a_file_name_is_none():
    assert stated("Last updated rules: https://acme.example/rules-2024-05-31.pdf") == (None, None)


def test_two_dates_of_one_line_keep_their_own_labels():
    assert stated("Effective: July 1, 2026. Last Revised: May 26, 2026.") == ("2026-05-26", "2026-07-01")
    assert stated("Effective as of October 29, 2025 | Posted: October 30, 2025") == ("2025-10-30", "2025-10-29")
    line = "mis à jour le 29 juillet 2022 et en vigueur à partir du 5 août 2022"
    assert stated(line, language="fr") == ("2022-07-29", "2022-08-05")
    assert stated("制定日：令和7年5月14日 最終改定日：令和7年11月13日", language="ja") == ("2025-11-13", None)


@pytest.mark.parametrize(
    "line",
    [
        "Last Updated and Effective: May 27, 2021",
        "Last Updated/Effective Date: May 27, 2021",
        "Revised and effective May 27, 2021",
    ],
)
def test_labels_joined_share_one_date(line):
    assert stated(line) == ("2021-05-27", "2021-05-27")


def test_the_policys_name_may_stand_between_label_and_date():
    assert stated(*body(), "Acme last updated these Acme Open Door Terms on May 5, 2024.") == ("2024-05-05", None)
    assert stated("Last update of the Acme Great Big Rocket Park: 5 May 2024") == ("2024-05-05", None)


def test_an_update_that_will_apply_is_only_effective():
    assert stated("These updates will apply from September 1, 2023.") == (None, "2023-09-01")


def test_the_last_update_beats_the_first_publication():
    assert stated("Published on 1 March 2020", *body(), "Last updated: 7 July 2026") == ("2026-07-07", None)


def test_who_registered_before_a_date_does_not_hide_when_the_policy_applies():
    line = "For users who registered prior to May 15, 2018, this Policy will be effective on May 25, 2018."
    assert stated(line) == (None, "2018-05-25")


def test_the_first_dated_section_is_the_main_policy():
    page = ["Last updated: May 11, 2026", *body(), "Last updated: January 28, 2026", *body()]
    assert stated(*page) == ("2026-05-11", None)


def test_a_dated_section_below_a_dated_head_does_not_lend_its_date():
    page = ["Last updated: May 11, 2026", *body(), "Effective: January 28, 2026", *body()]
    assert stated(*page) == ("2026-05-11", None)


def test_a_list_of_changes_gives_its_newest_entry():
    newest_first = [item("April 16, 2026: replaced a processor."), item("May 20, 2014: corrected typos.")]
    assert stated(*body(), paragraph("Change log:"), *newest_first) == ("2026-04-16", None)
    assert stated(*body(), paragraph("Change log:"), *reversed(newest_first)) == ("2026-04-16", None)


def test_a_table_of_updates_gives_its_newest_row():
    rows = [row("1.0 | Document updated | 25.2.2022"), row("1.1 | Document updated | 16.7.2026")]
    assert stated(*body(), *rows) == ("2026-07-16", None)


def test_a_label_in_the_next_cell_counts():
    assert stated(row("Last updated | 5 May 2024")) == ("2024-05-05", None)


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Views: 2.4MLast updated: Jun 29, 2026", "2026-06-29"),
        ("Last updated August 21, 2026These terms apply.", "2026-08-21"),
        ("Effective:November 28, 2025", None),
        ("_Last updated:_ _August 21, 2023_", "2023-08-21"),
        (r"_Last updated: \[October 2021\]._", "2021-10"),
        ("Last\u00a0updated:\u00a0May\u00a05,\u00a02024", "2024-05-05"),
        ("Last upd\u200bated: \u200b\u200b2 June 2021", "2021-06-02"),
        ("Last updated: 03. June, 2022", "2022-06-03"),
        ("LAST UPDATED: 5TH MAY 2024", "2024-05-05"),
        ("🗓 Last updated: 5 May 2024", "2024-05-05"),
        ("> Updated June 21st, 2020. View previous versions.", "2020-06-21"),
        ("Version: 2 Apr 2026", "2026-04-02"),
    ],
)
def test_dates_are_found_as_people_write_them(line, date):
    assert stated(line)[0] == date


def test_a_label_may_stand_on_the_line_above_or_below():
    assert stated("Last update of this Privacy Policy:\nApril 7, 2026", *body()) == ("2026-04-07", None)
    assert stated(heading("Effective date"), "April 7, 2026", *body()) == (None, "2026-04-07")
    assert stated(item("2022-05-09T22:38:32Z"), item("Updated"), *body()) == ("2022-05-09", None)
    assert stated("This Privacy Policy is effective as of\nAugust 6, 2018.", *body()) == (None, "2018-08-06")


def test_a_date_alone_counts_at_the_head_and_at_the_foot_only():
    assert stated(heading("Privacy policy"), "21 April 2026", *body()) == ("2026-04-21", None)
    assert stated(*body(), "Acme d.o.o., August 2020") == ("2020-08", None)
    assert stated(*body(), "21 April 2026", *body()) == (None, None)


def test_a_date_alone_does_not_compete_with_a_label():
    assert stated("21 April 2026", "Effective date: 1 May 2026", *body()) == (None, "2026-05-01")


def test_the_running_line_of_a_printed_document_is_its_version():
    page = [block for _ in range(4) for block in (paragraph("2024.1 - 16/02/24"), *body(10))]
    assert stated(*page, language="it") == ("2024-02-16", None)


def test_evidence_is_the_exact_line_and_its_block():
    found = find("Privacy policy", "Acme Ltd\nLast updated: _May 5, 2024_", *body())
    assert found.last_updated is not None
    assert (found.last_updated.evidence, found.last_updated.block) == ("Last updated: _May 5, 2024_", 1)
    assert found.last_updated.confidence == "high"


def test_every_other_date_is_told_with_its_reason():
    found = find(
        "Last updated: May 5, 2024", "This follows the Act of 27 April 2016.", *body(), "Last updated: May 1, 2020"
    )
    assert [(other.value, other.reason) for other in found.rejected] == [
        ("2016-04-27", "belongs to a law, a decision or a register"),
        ("2020-05-01", "another date of the page comes before it"),
    ]


def test_an_empty_page_states_nothing():
    assert stated() == (None, None)
    assert stated("") == (None, None)


@pytest.mark.parametrize(
    ("line", "language", "expected"),
    [
        ("Diese AGB wurden am 24.05.2018 zuletzt geändert.", "de", ("2018-05-24", None)),
        ("Diese Bedingungen treten am 1. Januar 2024 in Kraft.", "de", (None, "2024-01-01")),
        ("Deze voorwaarden zijn op 5 juli 2022 voor het laatst gewijzigd.", "nl", ("2022-07-05", None)),
        ("Jelen ÁSZF 2022. január 1-től hatályos.", "hu", (None, "2022-01-01")),
        ("Nämä ehdot ovat voimassa 1.6.2020 alkaen.", "fi", (None, "2020-06-01")),
        ("Bu politika 5 Mart 2021 tarihinde güncellenmiştir.", "tr", ("2021-03-05", None)),
        ("2021年3月5日 改定", "ja", ("2021-03-05", None)),
        ("本协议自2020年6月1日起生效。", "zh", (None, "2020-06-01")),
        ("이 약관은 2020년 6월 1일부터 시행합니다.", "ko", (None, "2020-06-01")),
        ("यह नीति 5 मार्च 2021 को अपडेट की गई", "hi", ("2021-03-05", None)),
    ],
)
def test_a_label_may_follow_its_date(line, language, expected):
    assert stated(line, language=language) == expected


def test_a_label_may_be_in_another_language_than_the_page():
    assert stated("Mise à jour : 20/05/2024", *body(), language="en") == ("2024-05-20", None)
    assert stated("Updated on 20 Feb 2025.", *body(), language="fr") == ("2025-02-20", None)


def test_codes_of_kindred_languages_and_regions_are_understood():
    assert stated("Sist oppdatert: 5. mars 2021", language="no") == ("2021-03-05", None)
    assert stated("Última atualização: 5 de março de 2021", language="pt-BR") == ("2021-03-05", None)
    assert stated("Last updated: 5 March 2021", language="xx") == ("2021-03-05", None)
