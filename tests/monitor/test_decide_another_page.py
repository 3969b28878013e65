"""What stands in the policy's place and is not the policy: inaccessible, never a change, for as long as it stands there."""

import pytest

from monitor.types import Outcome, PageState
from tests.monitor.histories import PageHistory, clauses, page

SHOP = "<h2>Kites for every wind</h2>" + "".join(
    f"<p>Fly higher this {season} with our lightest {kind} kite: free delivery, bright colours and a personal smile from our team in every box.</p>"
    for season in ("spring", "summer", "autumn", "winter")
    for kind in ("delta", "sled", "box", "stunt", "parafoil")
)
HOME_PAGE = page(SHOP, title="Kites and more: the kite shop", date="New: night kites")
FRENCH = page(
    "".join(
        f"<h2>Votre {chose}</h2><p>Nous recueillons votre {chose} lorsque vous passez commande dans notre boutique, et nous la conservons aussi longtemps que la loi l'exige. "
        f"Vous pouvez à tout moment nous demander une copie de votre {chose}, sa rectification ou son effacement. Nous ne la partageons avec aucun autre tiers.</p>"
        for chose in ("adresse", "commande", "photo", "carte bancaire", "correspondance", "ligne téléphonique")
    ),
    title="Politique de confidentialité",
    date="",
    lang="fr",
)
TERMS_OF_SALE = page(
    "".join(
        f"<h2>Buying a {kind}</h2><p>The price of a {kind} includes packaging. Payment is due on the invoice date; ownership of the {kind} passes on full payment. "
        f"A faulty {kind} will be exchanged or refunded; damage by wind, water or towing is excluded. Courts at our registered seat decide disputes about a {kind}.</p>"
        for kind in ("delta kite", "sled kite", "box kite", "stunt kite", "parafoil", "kite line", "kite bag", "reel")
    ),
    title="Terms of Sale",
    date="Version of 2 May 2025",
)
COOKIES = clauses()[: len(clauses()) // 8] + "".join(
    f"<p>A {kind} cookie counts visits for {firm} from a browser, until somebody clears it, refuses its banner or leaves for good.</p>"
    for kind in ("session", "lasting", "measuring", "advertising")
    for firm in ("Weather Ltd", "Breeze Ltd", "Gust Ltd", "Storm Ltd", "Calm Ltd")
)
OOPS = page("<p>Hmm. That went sideways. Come back later, or go and fly one outside.</p>", date="")


def test_a_home_page_under_the_policys_address_is_no_change_however_long_it_stands_there() -> None:
    history = PageHistory()
    history.see(page(), page(), *[HOME_PAGE] * 40)
    assert set(history.outcomes()[2:]) == {"inaccessible"}
    assert history.decisions[-1].page_state is PageState.WRONG_PAGE
    assert list(history.news()) == ["inaccessible"]


def test_on_recovery_the_page_is_compared_with_the_last_good_one() -> None:
    history = PageHistory()
    history.see(page(), HOME_PAGE, HOME_PAGE, HOME_PAGE)
    same = history.see(page())
    assert same.outcome is Outcome.UNCHANGED
    assert [news.kind for news in same.news] == ["recovered"]
    history.see(HOME_PAGE)
    changed = history.see(page(clauses().replace("at any time", "once a year")))
    assert changed.outcome is Outcome.CHANGED
    assert changed.diff is not None
    assert any("once a year" in (edit.new or "") for edit in changed.diff.edits)


def test_a_notice_in_the_policys_place_is_no_change() -> None:
    history = PageHistory()
    history.see(page(), *[OOPS] * 10)
    assert set(history.outcomes()[1:]) == {"inaccessible"}


def test_another_language_is_another_variant_and_tells_the_operator_once() -> None:
    history = PageHistory()
    history.see(*[page()] * 10, *[FRENCH] * 4, page())
    assert history.outcomes()[10:] == ["inaccessible"] * 4 + ["unchanged"]
    assert history.decisions[10].page_state is PageState.OTHER_VARIANT
    assert list(history.news()) == ["inaccessible", "recovered"]


def test_a_page_that_stays_in_another_language_is_compared_with_itself_from_then_on() -> None:
    history = PageHistory(hours=24 * 7)
    history.see(*[page()] * 20, *[FRENCH] * 12)
    taken_over = next(decision for decision in history.decisions if decision.technical)
    assert "in another language: fr instead of en" in taken_over.reason
    assert [news.kind for news in taken_over.news][-1] == "variant"
    changed = history.see(FRENCH.replace("à tout moment", "une fois par an"))
    assert changed.outcome is Outcome.CHANGED
    assert all(decision.diff is None for decision in history.decisions[:-1])


def test_the_first_language_again_is_taken_up_at_once() -> None:
    history = PageHistory(hours=24 * 7)
    history.see(*[page()] * 20, *[FRENCH] * 12)
    back = history.see(page())
    assert back.technical
    assert back.diff is None


def test_another_document_is_told_only_when_it_has_stood_for_days_and_from_its_first_sighting() -> None:
    history = PageHistory()
    history.see(page(), page())
    first_seen = history.at
    history.see(*[TERMS_OF_SALE] * 4)
    assert history.outcomes()[2:] == ["inaccessible"] * 3 + ["changed"]
    assert history.decisions[-1].seen_since == first_seen


@pytest.mark.parametrize("start", [HOME_PAGE, OOPS])
def test_a_history_that_starts_with_another_page_starts_anew_with_the_policy(start: str) -> None:
    history = PageHistory()
    history.see(start, start, page())
    assert history.decisions[-1].outcome is Outcome.FIRST
    assert history.decisions[-1].restarts
    assert history.see(page()).outcome is Outcome.UNCHANGED


def test_the_head_of_the_policy_alone_is_a_cut_page() -> None:
    history = PageHistory()
    history.see(page(), page(clauses()[: len(clauses()) * 45 // 100]))
    assert history.outcomes() == ["first", "inaccessible"]
    assert history.decisions[-1].page_state is PageState.TRUNCATED


def test_a_section_taken_out_of_the_middle_is_a_change() -> None:
    history = PageHistory()
    history.see(page(), page(clauses(without="bank account")))
    assert history.outcomes() == ["first", "changed"]
    assert not history.decisions[-1].suspicious


def test_an_end_that_is_gone_waits_for_a_second_sighting() -> None:
    history = PageHistory(hours=0.5)
    history.see(page(), page(clauses(without="age")))
    assert history.decisions[-1].suspicious
    confirmed = history.see(page(clauses(without="age")))
    assert confirmed.confirms == history.state.version


def test_another_contracting_party_waits_and_is_withdrawn_when_it_goes_back() -> None:
    told = "<p>This contract is made between you and {0}. {0} answers for it.</p>"
    ours, theirs = (page(clauses() + told.format(name)) for name in ("Kites Limited", "Wind Holding Inc."))
    history = PageHistory()
    history.see(ours, theirs)
    assert history.decisions[-1].suspicious
    assert "Wind Holding Inc instead of Kites Limited" in history.decisions[-1].reason
    assert history.see(ours).withdraws == 2


def test_a_history_that_starts_with_a_cut_page_starts_anew_with_the_whole_one() -> None:
    history = PageHistory()
    history.see(page(clauses()[: len(clauses()) * 45 // 100]), page())
    assert history.outcomes() == ["first", "first"]


def test_a_policy_that_has_stood_for_long_and_grows_at_its_end_is_a_change() -> None:
    history = PageHistory()
    history.see(*[page(clauses()[: len(clauses()) * 45 // 100])] * 5, page())
    assert history.outcomes()[-1] == "changed"


def test_a_policy_of_another_kind_by_its_title_is_another_document() -> None:
    history = PageHistory()
    history.see(page(), page(COOKIES, title="Cookie Notice"))
    assert history.decisions[-1].page_state is PageState.WRONG_PAGE
    assert "cookies, not privacy" in history.decisions[-1].reason


def test_the_same_rewrite_under_the_same_title_is_a_change() -> None:
    history = PageHistory()
    assert history.see(page(), page(COOKIES)).outcome is Outcome.CHANGED
