"""Two texts that say the same words in another dress are no change, whichever of the two came first."""

import pytest

from monitor.diff.compare import compare
from monitor.types import Significance
from tests.monitor.diff_documents import POLICY, read

QUIET = (Significance.NONE, Significance.COSMETIC)


def told(old: str, new: str, *, after: tuple[str, ...] = ()) -> set[tuple[str, Significance]]:
    """The rule and the level of each edit, when a line within the policy changes so; the same in both directions."""
    first, second = (read(*POLICY[:4], *line.split("\n"), *POLICY[4:], *after) for line in (old, new))
    there, back = compare(first, second), compare(second, first)
    verdicts = {(edit.rule, edit.significance) for edit in there.edits}
    assert {level for _, level in verdicts} == {edit.significance for edit in back.edits}
    assert there.significance is back.significance
    return verdicts


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Updated 7 days ago", "Updated over a week ago"),
        ("Updated yesterday", "Updated just now"),
        (
            "Written by Anna Smith · Updated a few hours ago · Seeds",
            "Written by Anna Smith · Updated 3 weeks ago · Seeds",
        ),
        ("This article was updated 5 days ago.", "This article was updated 2 months ago."),
        ("Mis à jour il y a 3 jours", "Mis à jour il y a plus d'une semaine"),
        ("Dernière mise à jour : hier", "Dernière mise à jour : il y a 2 mois"),
        ("Vor 3 Tagen aktualisiert", "Vor einer Woche aktualisiert"),
        ("Zuletzt aktualisiert: gestern", "Zuletzt aktualisiert: vor über einem Jahr"),
        ("Actualizado hace más de una semana", "Actualizado hace 2 meses"),
        ("Aggiornato oltre un mese fa", "Aggiornato ieri"),
        ("Atualizado há 3 dias", "Atualizado há mais de uma semana"),
        ("Laatst bijgewerkt: 3 dagen geleden", "Laatst bijgewerkt: meer dan een week geleden"),
    ],
)
def test_how_long_ago_a_page_was_updated_is_no_change(old, new):
    assert told(old, new) == {("running clock", Significance.NONE)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("46 vendors", "105 vendors"),
        ("TCF vendors (46)", "TCF vendors (1,051)"),
        ("12 people found this helpful", "14 people found this helpful"),
        ("Was this helpful? 3 out of 4 found this helpful", "Was this helpful? 5 out of 9 found this helpful"),
        ("Seeds · 1.2k views · 1 comment", "Seeds · 1.3k views · 3 comments"),
        ("46 fournisseurs", "105 fournisseurs"),
        ("3 Kommentare", "1 Kommentar"),
        ("120 visitas", "121 visitas"),
        ("2 commenti", "9 commenti"),
        ("12 visualizações", "21 visualizações"),
        ("7 weergaven", "8 weergaven"),
    ],
)
def test_counts_of_a_page_are_no_change(old, new):
    assert told(old, new) == {("counter", Significance.NONE)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Trace Id 7f3a9bc0d1e2f", "Trace Id 00b1c2d3e4f5a"),
        ("Request ID: 3f2504e0-4f89-11d3-9a0c-0305e82c3301", "Request ID: 8c1d04aa-77b2-4f10-8d3e-5a20e11f9b7c"),
        ("1234567890123456789", "9876543210987654321"),
        ("Build 4.12.3 (7f3a9bc)", "Build 4.13.0 (a01b2c3)"),
        ("Version de l'application 5.1.0", "Version de l'application 5.2.0"),
    ],
)
def test_identifiers_of_a_visit_or_a_build_are_no_change(old, new):
    assert told(old, new) == {("identifier", Significance.NONE)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Our seed list is dated September 15, 2025.", "Our seed list is dated 15 September 2025."),
        ("Our seed list is dated September 15, 2025.", "Our seed list is dated 15/09/2025."),
        ("Our seed list is dated Sept. 15th, 2025.", "Our seed list is dated 2025-09-15."),
        ("Liste du 1er janvier 2025", "Liste du 01.01.2025"),
        ("Liste vom 15. März 2025", "Liste vom 15.03.2025"),
        ("Lista del 15 de septiembre de 2025", "Lista del 15 sept. 2025"),
        ("Elenco del 15 settembre 2025", "Elenco del 15/09/2025"),
        ("Lista de 15 de setembro de 2025", "Lista de 2025-09-15"),
        ("Lijst van 15 maart 2025", "Lijst van 15-03-2025"),
    ],
)
def test_a_date_written_in_another_way_is_the_same_date(old, new):
    assert told(old, new) == {("same date", Significance.COSMETIC)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("You may recognize the organization by its color.", "You may recognise the organisation by its colour."),
        ("The licence of the centre was cancelled.", "The license of the center was canceled."),
        ("Nous paraîtrons au mois d'août, sans coût.", "Nous paraitrons au mois d'aout, sans cout."),
        ("Der Prozeß ist selbständig und aufwendig.", "Der Prozess ist selbstständig und aufwändig."),
        ("El guión sólo se usa en setiembre.", "El guion solo se usa en septiembre."),
        ("Perchè sopratutto i semi?", "Perché soprattutto i semi?"),
        ("A actualização do projecto é electrónica.", "A atualização do projeto é eletrônica."),
        ("Dit is akkoord, de aktie ook.", "Dit is accoord, de actie ook."),
    ],
)
def test_words_that_have_two_spellings_are_the_same_words(old, new):
    assert told(old, new) == {("same words", Significance.COSMETIC)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('Read about it <a href="">here</a>.', "Read about it here."),
        ('Read about it <a href="https://seeds.example" target="_blank">here.', "Read about it here."),
        ("Seeds&nbsp;and pots &amp; soil", "Seeds and pots & soil"),
        ("See [your garden][1] for more seeds.", "See your garden for more seeds."),
        ("You must [license us to plant it][your-content] at once.", "You must license us to plant it at once."),
        ("See [our garden](https://seeds.example/garden) for more seeds.", "See our garden for more seeds."),
        ("See our garden (opens in a new tab) for more seeds.", "See our garden for more seeds."),
        ("Voir notre jardin (s’ouvre dans une nouvelle fenêtre).", "Voir notre jardin."),
    ],
)
def test_markup_that_was_printed_as_text_is_no_word(old, new):
    assert told(old, new) == {("markup", Significance.COSMETIC)}


def test_the_definition_of_a_link_that_is_printed_comes_and_goes_without_a_change():
    line = "[your-content]: /terms/open-source#your-content"
    assert {level for _, level in told(f"Seeds need water.\n{line}", "Seeds need water.")} <= set(QUIET)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("**Seeds** need __water__.", "Seeds need water."),
        ("“Seeds” need gardeners’ water", '"Seeds" need gardeners\' water'),
        ("Seeds ( all of them ) need water : a lot .", "Seeds (all of them) need water: a lot."),
        ("SEEDS NEED WATER EVERY DAY.", "Seeds need water every day."),
        ("● Seeds need water.", "Seeds need water."),
    ],
)
def test_signs_and_letter_case_are_dress(old, new):
    assert {level for _, level in told(old, new)} == {Significance.COSMETIC}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Seeds need infor- mation on the 28 th floor.", "Seeds need information on the 28th floor."),
        ("Seeds needwater on the web site.", "Seeds need water on the website."),
    ],
)
def test_words_glued_or_split_are_the_same_words(old, new):
    assert told(old, new) == {("same letters", Significance.COSMETIC)}


def test_a_text_cut_into_other_lines_and_words_is_the_same_text():
    line = "our suppliers of seeds: Lumen Seeds GmbH, One Front Street, 28 th floor, Berlin, and Maple Pots Ltd, 100 First Plaza, Leeds"
    pieces = "● our suppliers of seeds: Lumen Seeds GmbH, One Front Street, 28th\nfloor, Berlin, and Maple Pots\nLtd, 100 First Plaza, Leeds"
    assert {level for _, level in told(line, pieces)} == {Significance.COSMETIC}


def test_two_figures_run_together_are_another_figure():
    old = "We keep the list of\nyour seeds for 10 0 days\nafter the last order."
    new = "We keep the list of your seeds\nfor 100 days after the last order."
    assert max(level for _, level in told(old, new)) >= Significance.MINOR


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("3.1 Seeds need water.", "Seeds need water."),
        ("(xviii) Seeds need water.", "Seeds need water."),
        ("Article 5 – Seeds need water", "Seeds need water"),
        ("o seeds need water", "seeds need water"),
        ("© 2024 Lumen Garden", "© 2025-2026 Lumen Garden"),
    ],
)
def test_marks_before_a_clause_and_years_of_copyright_are_dress(old, new):
    assert told(old, new) == {("renumbered", Significance.COSMETIC)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Write to [email protected] about seeds.", "Write to seeds@lumen.example about seeds."),
        ("Write to [email protected]or call us about seeds.", "Write to seeds@lumen.example or call us about seeds."),
        ("Write to see[email protected] about seeds.", "Write to [email protected]lumen.example about seeds."),
    ],
)
def test_an_address_hidden_from_robots_is_no_change_also_when_it_sticks_to_its_neighbours(old, new):
    assert told(old, new) == {("hidden address", Significance.NONE)}


def test_several_dresses_at_once_are_still_dress():
    old = "(a) The licence <b>begins</b> on September 15, 2025 at the web site."
    new = "The license begins on 15 September 2025 at the website."
    assert told(old, new) == {("several dresses", Significance.COSMETIC)}


def test_a_list_of_changes_read_in_another_time_zone_is_no_change():
    old = "September 15, 2025: pots added\nMarch 1, 2025: soil added\nJanuary 9, 2024: first seeds"
    new = "September 14, 2025: pots added\nFebruary 28, 2025: soil added\nJanuary 8, 2024: first seeds"
    assert told(old, new) == {("time zone", Significance.COSMETIC)}
