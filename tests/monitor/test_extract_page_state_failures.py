"""Failures in whatever words and with whatever around them are recognised; what a policy says of the same matters is none."""

import pytest

from monitor.extract.page_state import page_state
from monitor.extract.readers import read_page
from monitor.types import PageState
from tests.monitor.histories import clauses

MENU = "<nav><a href='/a'>Shop</a> <a href='/b'>Stores</a> <a href='/c'>Help</a></nav>"
FOOT = "<footer><a href='/p'>Privacy</a> <a href='/t'>Terms</a> <a href='/i'>Imprint</a></footer>"
TEASERS = "".join(
    f"<div><h3>The {kind} kite</h3><p>Light as a leaf and loud as a drum, this one loves the wind above the dunes; sewn by hand in our loft in {days} days, with tails in nine colours.</p></div>"
    for days, kind in enumerate(
        ("delta", "sled", "box", "stunt", "night", "beach", "storm", "feather", "giant", "pocket"), 2
    )
)


def read(main: str, title: str = "Kites and more", lang: str = "en") -> tuple[PageState, str]:
    page = f"<html lang='{lang}'><head><title>{title}</title></head><body>{MENU}<main>{main}</main>{FOOT}</body></html>"
    return page_state(read_page(page.encode(), content_type="text/html; charset=utf-8"))


def links(*texts: str) -> str:
    return "<ul>" + "".join(f"<li><a href='/{place}'>{text}</a></li>" for place, text in enumerate(texts)) + "</ul>"


SAID = [
    (PageState.ERROR_PAGE, "en", "<h1>Lost in the clouds</h1><p>We couldn’t find what you were looking for.</p>"),
    (PageState.ERROR_PAGE, "en", "<p>This content isn't available right now. Its owner may have hidden it.</p>"),
    (PageState.ERROR_PAGE, "en", "<h1>Back soon</h1><p>Our site is currently undergoing some maintenance.</p>"),
    (PageState.ERROR_PAGE, "en", "<p><b>Fatal error</b>: Uncaught Error: Call to undefined function kite() in page.php:4</p>"),
    (PageState.ERROR_PAGE, "en", "<p>Sorry, kites are not available in your country or region.</p>"),
    (PageState.ERROR_PAGE, "fr", "<h1>Aïe</h1><p>Le document que vous cherchez a été supprimé ou déplacé.</p>"),
    (PageState.ERROR_PAGE, "fr", "<h1>À bientôt</h1><p>La boutique est en maintenance, nous revenons vite.</p>"),
    (PageState.ERROR_PAGE, "fr", "<p>Cet article n'est pas disponible dans votre pays.</p>"),
    (PageState.ERROR_PAGE, "de", "<h1>Huch</h1><p>Diese Seite gibt es nicht mehr.</p>"),
    (PageState.ERROR_PAGE, "es", "<h1>Vaya</h1><p>No encontramos la página.</p>"),
    (PageState.ERROR_PAGE, "it", "<p>La pagina richiesta non è stata trovata.</p>"),
    (PageState.ERROR_PAGE, "nl", "<p>Deze pagina kunnen we niet vinden.</p>"),
    (PageState.ERROR_PAGE, "pt", "<p>Não encontrámos esta página.</p>"),
    (PageState.ERROR_PAGE, "pl", "<p>Ups, nie ma takiej strony.</p>"),
    (PageState.BOT_WALL, "en", "<p>Press &amp; hold to confirm that you are a human.</p>"),
    (PageState.BOT_WALL, "en", "<p>The requested URL was rejected. Your support id is 77 12.</p>"),
    (PageState.BOT_WALL, "fr", "<h1>Une seconde</h1><p>Faites glisser le curseur pour compléter le puzzle.</p>"),
    (PageState.BOT_WALL, "de", "<p>Ihre Anfrage wurde von unserem Schutz blockiert.</p>"),
    (PageState.LOGIN_WALL, "en", "<h1>For members only</h1><p>Join the club to keep reading.</p>"),
    (PageState.LOGIN_WALL, "fr", "<p>Vous devez vous identifier pour accéder à cette rubrique.</p>"),
    (PageState.LOGIN_WALL, "de", "<p>Melden Sie sich an, um fortzufahren.</p>"),
    (PageState.CONSENT_WALL, "en", "<h2>You decide</h2><p>We and our 90 partners store and access information on your device, such as cookies.</p>"),
    (PageState.CONSENT_WALL, "fr", "<h2>À vous de choisir</h2><p>Accepter les cookies publicitaires ou s'abonner pour 2 € par mois.</p>"),
    (PageState.CONSENT_WALL, "de", "<p>Mit Werbung und Tracking lesen: Die Zustimmung ist widerrufbar. Oder ein Abo ohne Cookies.</p>"),
    (PageState.WRONG_PAGE, "en", "<h1>Are you over 18?</h1><p>Tell us before you enter.</p>"),
    (PageState.WRONG_PAGE, "fr", "<h1>Avez-vous l'âge légal ?</h1>"),
    (PageState.WRONG_PAGE, "en", "<h1>Better in the app</h1><p>Open in the app to see kites fly.</p>"),
    (PageState.WRONG_PAGE, "en", "<p>Your browser is no longer supported.</p>"),
    (PageState.WRONG_PAGE, "en", "<h1>Privacy Policy</h1><p>This policy has moved to our trust centre.</p>"),
    (PageState.WRONG_PAGE, "en", "<h1>Search results for privacy</h1><p>37 pages.</p>"),
    (PageState.EMPTY, "en", "<h1>Terms of Service</h1><p>Coming soon.</p>"),
    (PageState.EMPTY, "en", "<h1>{{ policy.title }}</h1><p>{{ policy.body }}</p><p>{{ policy.end }}</p><p>{{ policy.end }}</p><p>x y</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "lang", "main"), SAID)
def test_a_failure_is_recognised_by_what_it_says(state, lang, main):
    found, evidence = read(main, lang=lang)
    assert found is state
    assert evidence


@pytest.mark.parametrize(
    "main",
    [
        "<h1>Privacy Policy</h1><p>Select the version for the country or region you live in.</p>" + links("Europe", "United Kingdom", "United States", "Canada", "Japan", "Elsewhere"),
        "<h1>Choose your country</h1>" + links("Belgique", "Danmark", "España", "Polska"),
        "<h1>Legal</h1>" + "".join(f"<h3><a href='/{x}'>{x}</a></h3><p>In short.</p>" for x in ("Terms", "Privacy", "Cookies")),
        "<h1>Farewell</h1><p>After nine years on the beach we have flown home for good.</p>",
        "<h1>Work in the loft</h1>" + "<p>You cut, sew and fly. Bring patience, string and a warm coat for the beach in spring.</p>" * 8,
    ],
)  # fmt: skip
def test_a_page_that_leads_elsewhere_or_says_nothing_of_a_policy_is_none(main):
    assert read(main)[0] in {PageState.WRONG_PAGE, PageState.EMPTY}


@pytest.mark.parametrize("heading", ["We couldn't find that page", "La page demandée n'existe plus", "404"])
def test_an_error_among_many_words_of_advertising_is_an_error(heading):
    assert read(f"<h1>{heading}</h1><div>{TEASERS * 4}</div>")[0] is PageState.ERROR_PAGE


def test_a_policy_that_lost_its_text_to_an_error_is_an_error():
    assert (
        read("<h1>Something went wrong</h1><p>Refresh, please.</p>", title="Privacy Policy")[0] is PageState.ERROR_PAGE
    )


GOOD = [
    "<h1>Security Policy</h1><p>Report holes to us. Do not exceed the rate limit; where access is denied, stop. No automated requests that slow the site.</p>",
    "<h1>Service Level Agreement</h1><h2>Scheduled maintenance</h2><p>The service may be temporarily unavailable while we do maintenance that we announced five days before.</p>",
    "<h1>Acceptable Use Policy</h1><p>No robots. You may see a security check when we notice unusual traffic; too many requests lead to a block of your address.</p>",
    "<h1>Cookies</h1><p>Two cookies: one keeps you logged in, one knows your language. Neither of these cookies leaves the shop.</p><div class='cookie-banner'><p>We use cookies.</p><button>Accept all</button></div>",
    "<h1>Privacy</h1><p>We do not collect anything. The app works offline and keeps what you type on your phone.</p>",
    "<p>Angaben gemäß § 5</p><p>Ada Wind, Dünenweg 3, 26548 Norderney</p>",
    "<h1>Refunds</h1><p>Send kites back within sixty days in their box. The price comes back within a week.</p>",
    "<h1>Linking policy</h1><p>If your link leads to a page not found, tell us. Pages that are no longer available are not our fault.</p>",
    "<h1>Privacy Policy</h1><p>If you live in Europe, choose the European version of this policy.</p>" + clauses()[:1200],
    "<h1>Subscription terms</h1><p>You must log in to continue a subscription. Members only content stays available until the paid month ends.</p>",
    "<h1>Accessibility statement</h1><p>If your browser is not supported, write to us and we send you the text by post, at no cost.</p>",
    "<h1>Juhised</h1><p>" + "Ole viisakas ja lahke oma kaaslaste vastu ning hoia randa puhtana. " * 8 + "</p>",
]  # fmt: skip


@pytest.mark.parametrize("main", GOOD)
def test_a_short_policy_may_speak_of_failures(main):
    assert read(main, lang="et" if "Juhised" in main else "en") == (PageState.OK, "")


@pytest.mark.parametrize("title", ["404 Coffee - Privacy Policy", "Page not found", "Just a moment cafe | Privacy"])
def test_an_odd_title_makes_no_failure_of_a_policy(title):
    assert read(f"<h1>Privacy Policy</h1>{clauses()[:1500]}", title=title)[0] is PageState.OK
    assert read(f"<h1>Privacy Policy</h1>{clauses()}", title=title)[0] is PageState.OK
