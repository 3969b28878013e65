"""The dates that a page states about itself: chosen among others, told with evidence, found as people write them."""

import pytest

from tests.monitor.stated import body, find, heading, item, paragraph, row, stated


def test_two_dates_of_one_line_keep_their_own_labels():
    assert stated("Effective: April 3, 2024. Last Revised: March 8, 2024.") == ("2024-03-08", "2024-04-03")
    assert stated("Effective as of June 9, 2023 | Posted: June 10, 2023") == ("2023-06-10", "2023-06-09")
    line = "mis à jour le 3 mars 2019 et en vigueur à partir du 8 avril 2019"
    assert stated(line, language="fr") == ("2019-03-03", "2019-04-08")
    assert stated("制定日：令和3年4月1日 最終改定日：令和5年10月2日", language="ja") == ("2023-10-02", None)


@pytest.mark.parametrize(
    "line",
    [
        "Last Updated and Effective: June 11, 2019",
        "Last Updated/Effective Date: June 11, 2019",
        "Revised and effective June 11, 2019",
    ],
)
def test_labels_joined_share_one_date(line):
    assert stated(line) == ("2019-06-11", "2019-06-11")


def test_the_policys_name_may_stand_between_label_and_date():
    assert stated(*body(), "Acme last updated these Acme Open Cellar Terms on May 5, 2024.") == ("2024-05-05", None)
    assert stated("Last update of the Acme Great Big Rocket Park: 5 May 2024") == ("2024-05-05", None)


def test_an_update_that_will_apply_is_only_effective():
    assert stated("These updates will apply from April 8, 2021.") == (None, "2021-04-08")


def test_the_last_update_beats_the_first_publication():
    assert stated("Published on 1 March 2020", *body(), "Last updated: 9 June 2023") == ("2023-06-09", None)


def test_who_registered_before_a_date_does_not_hide_when_the_policy_applies():
    line = "For riders who joined prior to June 4, 2019, this Policy will be effective on June 24, 2019."
    assert stated(line) == (None, "2019-06-24")


def test_the_first_dated_section_is_the_main_policy():
    page = ["Last updated: April 9, 2023", *body(), "Last updated: June 2, 2024", *body()]
    assert stated(*page) == ("2023-04-09", None)


def test_a_dated_section_below_a_dated_head_does_not_lend_its_date():
    page = ["Last updated: April 9, 2023", *body(), "Effective: June 2, 2024", *body()]
    assert stated(*page) == ("2023-04-09", None)


def test_a_list_of_changes_gives_its_newest_entry():
    newest_first = [item("June 8, 2023: a new lock maker."), item("May 2, 2015: spelling.")]
    assert stated(*body(), paragraph("Change log:"), *newest_first) == ("2023-06-08", None)
    assert stated(*body(), paragraph("Change log:"), *reversed(newest_first)) == ("2023-06-08", None)


def test_a_section_about_changes_is_no_list_of_changes():
    page = [*body(), heading("Changes to this notice"), "This notice is effective as of May 5, 2020."]
    assert stated(*page) == (None, "2020-05-05")
    law = item("We follow the Act of 5 May 2020.")
    assert stated(*body(), heading("Changes to this notice"), law) == (None, None)


def test_an_entry_that_cites_a_law_is_still_an_entry():
    page = [heading("Change log"), item("5 May 2024: adapted to the Data Act."), item("1 May 2020: first version.")]
    assert stated(*body(), *page) == ("2024-05-05", None)


def test_a_clear_statement_at_the_foot_beats_a_vague_one_at_the_head():
    head = "Effective 23 March 2018 the new locks were built into all bicycles that shops, couriers and riders use."
    assert stated(head, *body(), "These terms take effect on 14 October 2021.") == (None, "2021-10-14")


def test_a_table_of_updates_gives_its_newest_row():
    rows = [row("1 | Rules updated | 23.4.2019"), row("2 | Rules updated | 14.6.2021")]
    assert stated(*body(), *rows) == ("2021-06-14", None)


def test_a_table_of_versions_gives_its_newest_row_whatever_the_changes_were():
    rows = [
        row("Version | Part | Changes | Date"),
        row("1 | All | First draft | 3 May 2018"),
        row("2 | Locks | Updated words on the Locks Act | 19 January 2024"),
        row("3 | Wheels | Rims named | 4 July 2022"),
    ]
    assert stated(*rows, *body()) == ("2024-01-19", None)
    assert stated(*rows, "Last updated: 5 August 2024", *body()) == ("2024-08-05", None)


def test_a_table_of_other_things_with_dates_gives_none():
    rows = [
        row("Partner | Country | Date"),
        row("Acme Locks | Norway | 3 May 2018"),
        row("Acme Rims | Peru | 4 May 2018"),
    ]
    assert stated(*body(), *rows, *body()) == (None, None)


def test_a_label_in_the_next_cell_counts():
    assert stated(row("Last updated | 5 May 2024")) == ("2024-05-05", None)


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Readers: 3.1KLast updated: Jun 24, 2023", "2023-06-24"),
        ("Last updated August 24, 2022Bicycles are lent.", "2022-08-24"),
        ("Updated:November 24, 2022", "2022-11-24"),
        ("_Last updated:_ _August 24, 2022_", "2022-08-24"),
        (r"_Last updated: \[April 2020\]._", "2020-04"),
        ("Last\u00a0updated:\u00a0May\u00a05,\u00a02024", "2024-05-05"),
        ("Last upd\u200bated: \u200b\u200b4 June 2022", "2022-06-04"),
        ("Last updated: 04. July, 2021", "2021-07-04"),
        ("LAST UPDATED: 5TH MAY 2024", "2024-05-05"),
        ("🗓 Last updated: 5 May 2024", "2024-05-05"),
        ("> Updated July 23rd, 2019. See previous versions.", "2019-07-23"),
        ("Version: 4 Apr 2023", "2023-04-04"),
    ],
)
def test_dates_are_found_as_people_write_them(line, date):
    assert stated(line)[0] == date


def test_a_label_may_stand_on_the_line_above_or_below():
    assert stated("Last update of these Rules:\nApril 9, 2023", *body()) == ("2023-04-09", None)
    assert stated(heading("Effective date"), "April 9, 2023", *body()) == (None, "2023-04-09")
    assert stated(item("2021-04-08T10:20:30Z"), item("Updated"), *body()) == ("2021-04-08", None)
    assert stated("These lending rules are effective as of\nJune 9, 2019.", *body()) == (None, "2019-06-09")


def test_a_date_alone_counts_at_the_head_and_at_the_foot_only():
    assert stated(heading("Privacy policy"), "23 May 2022", *body()) == ("2022-05-23", None)
    assert stated(*body(), "Acme Bicycles d.o.o., May 2019") == ("2019-05", None)
    assert stated(*body(), "23 May 2022", *body()) == (None, None)


def test_a_date_alone_does_not_compete_with_a_label():
    assert stated("23 May 2022", "Effective date: 1 June 2022", *body()) == (None, "2022-06-01")


def test_the_running_line_of_a_printed_document_is_its_version():
    page = [block for _ in range(4) for block in (paragraph("rev 7 - 23/04/19"), *body(10))]
    assert stated(*page, language="it") == ("2019-04-23", None)


def test_evidence_is_the_exact_line_and_its_block():
    found = find("Privacy policy", "Acme Ltd\nLast updated: _May 5, 2024_", *body())
    assert found.last_updated is not None
    assert (found.last_updated.evidence, found.last_updated.block) == ("Last updated: _May 5, 2024_", 1)
    assert found.last_updated.confidence == "high"


def test_evidence_from_a_very_long_line_is_a_part_of_it_with_the_date():
    line = f"{'We may change these rules. ' * 40}This policy is effective as of June 24, 2019. {'You agree. ' * 40}".strip()
    found = find(line).effective
    assert found is not None
    assert "effective as of June 24, 2019." in found.evidence
    assert f" {found.evidence} " in line
    assert len(found.evidence) <= 400


def test_every_other_date_is_told_with_its_reason():
    found = find(
        "Last updated: May 5, 2024", "Locks follow the Act of 9 June 2017.", *body(), "Last updated: May 1, 2020"
    )
    assert [(other.value, other.reason) for other in found.rejected] == [
        ("2017-06-09", "belongs to a law, a decision or a register"),
        ("2020-05-01", "another date of the page comes before it"),
    ]


def test_an_empty_page_states_nothing():
    assert stated() == (None, None)
    assert stated("") == (None, None)


@pytest.mark.parametrize(
    ("line", "language", "expected"),
    [
        ("Diese AGB wurden am 23.04.2019 zuletzt geändert.", "de", ("2019-04-23", None)),
        ("Diese Bedingungen treten am 1. Januar 2024 in Kraft.", "de", (None, "2024-01-01")),
        ("Deze voorwaarden zijn op 8 juni 2021 voor het laatst gewijzigd.", "nl", ("2021-06-08", None)),
        ("Jelen ÁSZF 2022. január 1-jétől hatályos.", "hu", (None, "2022-01-01")),
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
    assert stated("Mise à jour : 23/04/2019", *body(), language="en") == ("2019-04-23", None)
    assert stated("Updated on 23 Apr 2019.", *body(), language="fr") == ("2019-04-23", None)


def test_codes_of_kindred_languages_and_regions_are_understood():
    assert stated("Sist oppdatert: 5. mars 2021", language="no") == ("2021-03-05", None)
    assert stated("Última atualização: 5 de março de 2021", language="pt-BR") == ("2021-03-05", None)
    assert stated("Last updated: 5 March 2021", language="xx") == ("2021-03-05", None)


def test_the_precision_is_that_of_the_page():
    for written, precision in (("5 May 2024", "day"), ("May 2024", "month"), ("2024", "year")):
        found = find(f"Last updated: {written}", "The Act of 9 June 2017 applies.")
        assert found.last_updated is not None
        assert found.last_updated.precision == precision
        assert [other.precision for other in found.rejected] == ["day"]


def test_the_newest_of_several_changes_in_a_row_counts():
    assert stated(*body(), "2020年6月1日 改定", "2022年4月1日 改定", language="ja") == ("2022-04-01", None)
    assert stated(*body(), "Privacy policy created May 2018, amended June 2020, amended March 2022") == (
        "2022-03",
        None,
    )


def test_a_text_that_replaces_others_may_still_say_since_when_it_applies():
    line = "Diese AGB ersetzen die bisherigen AGB und gelten ab 6.5.2022."
    assert stated(line, *body(), language="de") == (None, "2022-05-06")
    assert stated("These terms replace the previous terms and conditions dated 5 May 2020.", *body()) == (None, None)


def test_a_table_of_revisions_by_month_gives_its_newest_row():
    rows = [row("Révision | Date"), row("A | 05/2018"), row("B | 11/2021")]
    assert stated(*body(), *rows, language="fr") == ("2021-11", None)
