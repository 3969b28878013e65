"""What says nothing of itself is told from a short policy by the policy's own words."""

import pytest

from tests.monitor.histories import PageHistory, clauses, page

SHORT = page("".join(clauses().split("<h2>")[1:2]) + clauses().split("<h2>")[2])
TINY = page("<p>" + clauses().split("</p>")[0].split("<p>")[1] + "</p>" + clauses().split("<p>")[2])
STRANGERS = [
    "<h1>Bad link</h1><p>Whoever sent you here made a typo. Our policies are listed below.</p>",
    "<h1>Privacy centre</h1><p>Your privacy and your rights, at a glance and with a smile.</p>",
]


@pytest.mark.parametrize("policy", [SHORT, TINY])
@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_notice_in_a_short_policys_place_is_no_change_for_weeks(policy, stranger):
    history = PageHistory()
    history.see(policy, policy, *[f"<html lang='en'><body>{stranger}</body></html>"] * 14, policy)
    assert history.outcomes() == ["first", "unchanged", *["inaccessible"] * 14, "unchanged"]


def test_a_short_policy_rewritten_at_its_length_waits_or_is_told():
    history = PageHistory(hours=0.5)
    rewritten = page(
        "<p>Orders leave us with where you live and what you are called. The law says how long such records must stay.</p>"
        "<p>Ask, and you receive a copy; mistakes are put right, and what the law does not hold is erased.</p>"
        "<p>Nobody but the courier and the processor named here receives personal data from us. Contracts are our legal basis.</p>"
        "<p>Complaints may be brought before the authority. We modify this policy when we must, and state the date above.</p>"
    )
    history.see(SHORT, rewritten, rewritten)
    assert history.decisions[1].outcome.value == "changed"


def test_a_short_policy_that_loses_a_clause_is_a_change():
    history = PageHistory()
    history.see(SHORT, SHORT.replace("We share your", "We hold your", 1))
    assert history.outcomes() == ["first", "changed"]


def test_a_short_policy_that_comes_to_a_few_lines_of_its_own_kind_waits():
    history = PageHistory(hours=0.5)
    history.see(
        SHORT,
        page(
            "<p>Nothing about visitors is written down here, no list of orders is kept, and the shop forgets who came as soon as "
            "the parcel has left the loft; whoever doubts it may ask the owner in person, on the beach, any morning but Monday.</p>"
        ),
    )
    assert history.decisions[-1].suspicious
