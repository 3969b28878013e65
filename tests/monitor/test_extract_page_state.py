"""A wall, an error or a shell is never a policy, and a policy is never one of them."""

import pytest

from monitor.extract.page_state import page_state
from monitor.extract.readers import read_page
from monitor.types import PageState

CLAUSE = "<p>We keep the records of your orders for two years and then delete them, unless a law obliges us to keep them.</p>"


def state_of(markup: str, status: int = 200) -> PageState:
    return page_state(read_page(markup.encode(), content_type="text/html"), status)[0]


WALLS = [
    (PageState.ERROR_PAGE, "<title>404</title><h1>Page not found</h1><p>Try the search.</p>"),
    (PageState.ERROR_PAGE, "<h1>This page isn’t available</h1><p>The link may be broken, or the page may have been removed.</p>"),
    (PageState.ERROR_PAGE, "<h2>Application error: a client-side exception has occurred</h2>"),
    (PageState.ERROR_PAGE, "<title>Boutique</title><h1>Oups !</h1><p>La page est introuvable.</p>"),
    (PageState.ERROR_PAGE, "<h1>Die Seite konnte nicht gefunden werden</h1><p>Zur Startseite</p>"),
    (PageState.ERROR_PAGE, "<h1>ページが見つかりません</h1><p>トップに戻る</p>"),
    (PageState.ERROR_PAGE, "<h1>We are down for maintenance</h1><p>Please come back in an hour.</p>"),
    (PageState.BOT_WALL, "<title>Just a moment...</title><h1>shop.example</h1><p>Verify you are human by completing the action below.</p>"),
    (PageState.BOT_WALL, "<h1>Access denied</h1><p>You have been blocked. Reference #18.2f.</p>"),
    (PageState.BOT_WALL, "<title>Attention</title><div id='challenge-stage'></div>"),
    (PageState.BOT_WALL, "<p>Merci de confirmer que vous n’êtes pas un robot.</p>"),
    (PageState.LOGIN_WALL, "<h1>Log in</h1><form><label>Name</label><input><input type='password'></form>"),
    (PageState.LOGIN_WALL, "<h1>Welcome</h1><p>You must be logged in to see this page.</p>"),
    (PageState.LOGIN_WALL, "<h1>Connexion</h1><form><input type='password'></form><p>Mot de passe oublié ?</p>"),
    (PageState.CONSENT_WALL, "<div><p>Before you go on: this shop and its partners use cookies for ads. Cookies also count visits.</p><button>Accept all</button></div>"),
    (PageState.LOADING, "<div id='root'></div><noscript>You need to enable JavaScript to run this app.</noscript>"),
    (PageState.LOADING, "<p>Loading...</p>"),
    (PageState.LOADING, "<meta http-equiv='refresh' content='0;/x'><p>You should be redirected quickly, if not click here.</p>"),
    (PageState.EMPTY, "<p> </p>"),
    (PageState.EMPTY, ""),
    (PageState.EMPTY, "<h1>Terms of use of the shop and club</h1>"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "markup"), WALLS)
def test_a_page_that_is_no_policy_says_what_it_is_and_why(state, markup):
    found, evidence = page_state(read_page(f"<html><body>{markup}</body></html>".encode()), 200)
    assert found is state
    assert evidence


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (404, PageState.ERROR_PAGE),
        (410, PageState.ERROR_PAGE),
        (500, PageState.ERROR_PAGE),
        (401, PageState.LOGIN_WALL),
    ],
)
def test_a_status_that_is_no_success_is_believed(status, state):
    assert state_of(f"<body>{CLAUSE * 30}</body>", status) is state


def test_a_refusal_that_asks_for_a_human_is_a_bot_wall():
    assert state_of("<h1>Checking your browser</h1>", 403) is PageState.BOT_WALL
    assert state_of("<h1>Forbidden</h1>", 403) is PageState.ERROR_PAGE


POLICIES = [
    f"<title>Privacy</title><h1>Privacy</h1>{CLAUSE}",
    f"<h1>Cookie policy</h1><p>We use cookies. Cookies are small files.</p><button>Accept all</button>{CLAUSE}",
    f"<h1>Terms</h1>{CLAUSE}<p>You must be logged in to use the club. Access denied means that the account is closed.</p>"
    + CLAUSE * 4,
    f"<h1>Terms</h1>{CLAUSE * 20}<p>When a page is not found or an error occurred, we are not liable.</p>",
    f"<title>Page not found</title><h1>Terms of the club</h1>{CLAUSE * 20}",
    f"<h1>Terms</h1>{CLAUSE * 20}<form><h2>Log in</h2><input type='password'></form>",
    "<h1>Imprint</h1><p>Shop Ltd.<br>1 Main Street<br>Springfield</p><p>Register number 12345</p>",
    "<h1>Copyright</h1><p>Write to law@shop.example when a picture is yours and we will take it down.</p>",
    f"<div class='captcha'></div><h1>Terms</h1>{CLAUSE}",
    f"<noscript>Please enable JavaScript.</noscript><div id='app'><h1>Terms</h1>{CLAUSE}</div>",
]


@pytest.mark.parametrize("markup", POLICIES)
def test_a_policy_is_never_called_inaccessible(markup):
    assert page_state(read_page(f"<html><body>{markup}</body></html>".encode())) == (PageState.OK, "")


@pytest.mark.parametrize("text", ["Loading\n=======\n", "# Loading"])
def test_a_shell_kept_as_markdown_is_a_shell(text):
    assert page_state(read_page(text.encode(), url="terms.md"))[0] is PageState.LOADING
