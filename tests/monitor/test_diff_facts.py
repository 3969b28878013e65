"""Facts are typed pairs in the words of the page; a thing said elsewhere has neither come nor gone."""

import pytest

from monitor.diff.compare import compare
from monitor.diff.quantities import find_quantities
from tests.monitor.diff_documents import policy, read


def facts(old: str, new: str) -> list[tuple[str, str | None, str | None]]:
    frame = ("# Terms of Lumen Garden", "## The garden")
    diff = compare(read(*frame, old), read(*frame, new))
    return [(fact.type, fact.old, fact.new) for fact in diff.facts]


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("date", "in force since 1 July 2021 for all", "1 July 2021"),
        ("date", "gültig ab 1. Juli 2021", "1. Juli 2021"),
        ("date", "depuis le 16 août 2021", "16 août 2021"),
        ("date", "desde el 3 de mayo de 2024", "3 de mayo de 2024"),
        ("date", "on 2024-02-29 at noon", "2024-02-29"),
        ("duration", "within thirty (30) days of it", "thirty (30) days"),
        ("duration", "within 5 business days", "5 business days"),
        ("duration", "pendant 13 mois au plus", "13 mois"),
        ("duration", "für zwölf Monate", "zwölf Monate"),
        ("amount", "a fee of $1,250.50 a year", "$1,250.50"),
        ("amount", "une taxe de 20 % du prix", "20 %"),
        ("amount", "up to EUR 500 in total", "EUR 500"),
        ("age", "children under the age of 16 may", "under the age of 16"),
        ("age", "at least eighteen years old", "at least eighteen years old"),
        ("email", "write to help.me@lumen.example today", "help.me@lumen.example"),
        ("url", "see https://lumen.example/seeds?x=1.", "https://lumen.example/seeds?x=1"),
        ("url", "see lumengarden.com/help for more", "lumengarden.com/help"),
        ("phone", "call (206) 555-0198 now", "(206) 555-0198"),
        ("phone", "call +44 20 7946 0958 now", "+44 20 7946 0958"),
        ("address", "at 12 Rose Street, Suite 4 in town", "12 Rose Street, Suite 4"),
        ("address", "or P.O. Box 4711, Seedville", "P.O. Box 4711"),
    ],
)
def test_a_quantity_is_found_in_the_words_of_the_text(kind, text, found):
    assert (kind, found) in [(mention.type, mention.text) for mention in find_quantities(text)]


@pytest.mark.parametrize("text", ["section 4.2.1 of these terms", "version 2.10", "we are at your side", "in the year"])
def test_numbers_of_places_are_no_quantities(text):
    assert find_quantities(text) == []


def test_hostile_text_is_read_in_linear_time():
    for text in ("1 " * 50_000, "a." * 50_000, "A, " * 50_000, "one " * 50_000, "+1-" * 50_000, "x@" * 50_000):
        find_quantities(text)


def test_old_and_new_of_a_figure_are_told_as_a_pair():
    old, new = "You pay $10 within 30 days after the harvest.", "You pay $12 within 14 days after the harvest."
    assert facts(old, new) == [("duration", "30 days", "14 days"), ("amount", "$10", "$12")]


def test_a_flipped_sentence_is_told_with_the_words_around_it():
    found = facts("The gardener has an obligation to water.", "The gardener has no obligation to water.")
    assert found == [("negation", "The gardener has an obligation to water", "The gardener has no obligation to water")]


def test_a_withdrawn_promise_is_told():
    diff = compare(policy(old1="## Contact", new1="We do not sell your garden photos.\n## Contact"), policy())
    assert ("negation", "We do not sell your garden photos", None) in [(f.type, f.old, f.new) for f in diff.facts]


def test_a_company_that_took_over_is_told_as_a_party():
    found = facts(
        "The garden is run by Lumen Seeds, Inc. of Rosetown.", "The garden is run by Rosy Plants LLC of Rosetown."
    )
    assert ("party", "Lumen Seeds, Inc.", "Rosy Plants LLC") in found


def test_a_thing_that_the_old_page_says_elsewhere_has_not_come():
    diff = compare(
        read("# Terms", "We share photos with our affiliates and with you.", "We water the beds at night."),
        read(
            "# Terms",
            "We share photos with our affiliates and with you.",
            "We water the beds of our affiliates at night.",
        ),
    )
    assert [fact for fact in diff.facts if fact.type == "party"] == []


def test_the_same_date_in_another_notation_is_no_fact():
    found = facts("It holds from 3 March 2025 on for all.", "It holds from March 3, 2025 on for all gardeners.")
    assert [kind for kind, _, _ in found] == ["wording"]


def test_a_fact_names_its_section():
    diff = compare(policy(), policy(old1="30 days", new1="14 days"))
    assert diff.facts[0].section == "Privacy Policy of Lumen Garden > How long we keep it"


@pytest.mark.parametrize(
    "citation",
    [
        "Art. 6 Abs. 1 lit. f DSGVO",
        "§ 5 TMG",
        "article L. 121-1 du Code de la consommation",
        "article 17 du RGPD",
        "loi n° 78-17 du 6 janvier 1978",
        "artículo 13 del Reglamento (UE) 2016/679",
        "Ley Orgánica 3/2018",
        "Real Decreto Legislativo 1/2007",
        "D.Lgs. 196/2003",
        "Article 6(1)(f) of the GDPR",
        "Regulation (EU) 2016/679",
        "the Data Protection Act 2018".removeprefix("the "),
        "courts of Hamburg",
    ],
)
def test_a_law_is_told_as_its_language_cites_it(citation):
    found = facts("Lumen Garden keeps records.", f"Lumen Garden keeps records under {citation}, as all do.")
    assert ("law", None, citation) in found


@pytest.mark.parametrize(
    "age", ["unter 16 Jahren", "mindestens 18 Jahre alt", "moins de 15 ans", "menores de 14 años", "minori di 16 anni"]
)
def test_an_age_is_told_in_five_languages(age):
    assert ("age", age) in [(mention.type, mention.text) for mention in find_quantities(f"Wir: {age}, gilt hier.")]


def test_duties_licences_and_denials_of_a_new_passage_are_told_by_their_clauses():
    new = (
        "You grant us a royalty-free licence to your garden photos. You must water the beds every evening of the summer."
        " Seeds cannot be returned."
    )
    found = facts("We sell seeds.", f"We sell seeds. {new}")
    assert ("licence", None, "You grant us a royalty-free licence to your garden photos") in found
    assert ("duty", None, "You must water the beds every evening of the summer") in found
    assert ("negation", None, "Seeds cannot be returned") in found
