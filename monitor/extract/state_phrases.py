"""What pages say that are not the policy: a table for `page_state`, compared as whole words in comparison form."""

from monitor.words import comparison_key


def _keys(*phrases: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(comparison_key(phrase) for phrase in phrases))


# In a title, a heading or another short first line.
ERROR = _keys(
    "404", "page not found", "not found", "page cannot be found", "page can't be found", "page can not be found", "page could not be found",
    "page couldn't be found", "page doesn't exist", "page does not exist", "page isn't available", "page is not available", "page unavailable",
    "page is no longer available", "page no longer exists", "content isn't available", "content is not available", "can't find that page",
    "can't find the page", "couldn't find that page", "couldn't find the page", "cannot find the page", "this page is missing",
    "application error", "internal server error", "server error", "bad gateway", "gateway timeout", "gateway time-out",
    "service unavailable", "service temporarily unavailable", "temporarily unavailable", "site maintenance", "under maintenance", "down for maintenance", "scheduled maintenance",
    "be right back", "something went wrong", "something's gone wrong", "something has gone wrong", "an error occurred", "an error has occurred",
    "unexpected error", "error 403", "error 404", "error 410", "error 500", "error 502", "error 503", "403 forbidden", "forbidden", "410 gone", "500 error", "site not found",
    "domain is for sale", "account suspended", "bandwidth limit exceeded",
    "page introuvable", "page non trouvée", "page n'existe pas", "page n'existe plus", "page est introuvable", "n'est plus disponible", "une erreur est survenue",
    "une erreur s'est produite", "erreur 404", "erreur 500", "en maintenance", "service indisponible", "oups",
    "seite nicht gefunden", "seite konnte nicht gefunden werden", "seite wurde nicht gefunden", "seite existiert nicht", "nicht verfügbar",
    "fehler 404", "fehler aufgetreten", "etwas ist schiefgelaufen", "wartungsarbeiten", "página no encontrada", "página no existe",
    "no se ha encontrado la página", "algo salió mal", "se ha producido un error", "pagina non trovata", "pagina non esiste", "si è verificato un errore",
    "página não encontrada", "página não existe", "ocorreu um erro", "pagina niet gevonden", "pagina bestaat niet", "er is iets misgegaan",
    "nie znaleziono strony", "strona nie istnieje", "strona nie została znaleziona", "wystąpił błąd", "sidan hittades inte", "sidan kunde inte hittas", "siden blev ikke fundet",
    "siden ble ikke funnet", "siden finnes ikke", "sivua ei löytynyt", "stránka nenalezena", "stránka nebyla nalezena", "stránka neexistuje", "az oldal nem található",
    "pagina nu a fost găsită", "sayfa bulunamadı", "страница не найдена", "сторінку не знайдено", "η σελίδα δεν βρέθηκε", "ページが見つかりません", "找不到页面", "页面不存在",
    "找不到頁面", "페이지를 찾을 수 없습니다", "không tìm thấy trang", "halaman tidak ditemukan",
)  # fmt: skip

# Anywhere on a short page.
BOT_WALL = _keys(
    "verify you are human", "verify that you are human", "verify you're human", "are you a robot", "you are not a robot", "not a robot", "i am human", "prove you are human",
    "prove that you are human", "checking your browser", "checking if the site connection is secure", "enable javascript and cookies to continue", "enable cookies and reload", "unusual traffic",
    "automated access", "automated requests", "attention required", "just a moment", "security check", "complete the captcha", "solve the captcha", "captcha", "ray id",
    "access denied", "access to this page has been denied", "you have been blocked", "you don't have permission to access", "request blocked", "request could not be satisfied",
    "pardon our interruption", "browser check", "ddos protection", "incapsula incident", "reference #18", "too many requests", "rate limit", "performing security verification",
    "vérifiez que vous êtes humain", "vérifier que vous n'êtes pas un robot", "vous n'êtes pas un robot", "accès refusé", "trafic inhabituel", "zugriff verweigert", "kein roboter",
    "bestätigen sie, dass sie ein mensch", "sicherheitsüberprüfung", "no eres un robot", "no soy un robot", "acceso denegado", "accesso negato", "non sono un robot", "acesso negado",
    "não sou um robô", "toegang geweigerd", "odmowa dostępu", "nie jestem robotem", "доступ запрещен", "доступ ограничен",
)  # fmt: skip
LOGIN_WALL = _keys(
    "log in to continue", "login to continue", "sign in to continue", "log in to view", "sign in to view", "please log in", "please login", "please sign in",
    "you must be logged in", "you must log in", "you need to log in", "you need to sign in", "need to be logged in", "log in or sign up",
)  # fmt: skip

# In the title or a heading of a short page that has a field for a password.
LOGIN_HEAD = _keys(
    "log in", "login", "sign in", "sign up to continue", "authentication required",
    "connectez-vous", "veuillez vous connecter", "vous devez être connecté", "se connecter", "connexion", "identifiez-vous", "melden sie sich an", "bitte melde dich an", "bitte anmelden",
    "bitte einloggen", "anmelden", "einloggen", "inicia sesión", "iniciar sesión", "accedi", "effettua il login", "entrar", "inicie sessão", "inloggen",
    "log ind", "logg inn", "logga in", "kirjaudu", "zaloguj", "přihlásit", "bejelentkezés", "giriş yap", "войти", "увійти", "ログイン", "登录", "登入", "로그인",
)  # fmt: skip
LOADING = _keys(
    "loading", "please wait", "enable javascript", "javascript is disabled", "javascript is required", "requires javascript", "turn on javascript", "activate javascript", "javascript to run this app",
    "should be redirected", "will be redirected", "being redirected", "you are being redirected", "redirecting", "if you are not redirected", "object moved",
    "chargement", "veuillez patienter", "activer javascript", "activez javascript", "redirection en cours", "vous allez être redirigé", "wird geladen", "bitte warten",
    "aktivieren sie javascript", "javascript aktivieren", "weitergeleitet", "cargando", "espere por favor", "caricamento", "carregando", "a carregar", "laden", "even geduld",
    "ładowanie", "proszę czekać", "laddar", "indlæser", "laster", "ladataan", "načítání", "betöltés", "yükleniyor", "загрузка", "завантаження", "読み込み中", "加载中", "載入中", "로딩 중",
)  # fmt: skip

# Of pages that are not filled yet.
UNFILLED = _keys(
    "lorem ipsum", "insert text", "sample page", "example page", "test test", "index of /", "dolor sit amet", "coming soon", "bientôt disponible", "demnächst verfügbar", "próximamente", "prossimamente", "em breve", "binnenkort beschikbaar", "wkrótce",
)  # fmt: skip

# A page with one of these in its title or headings is about cookies, not a question about them.
POLICY_TITLES = _keys(
    "policy", "policies", "notice", "statement", "terms", "politique", "conditions", "charte", "richtlinie", "erklärung", "bedingungen", "hinweise", "política",
    "condiciones", "informativa", "termini", "condizioni", "termos", "beleid", "verklaring", "voorwaarden", "polityka", "regulamin", "policy", "zásady", "podmínky", "politik",
)  # fmt: skip

# What a title says of the kind of document.
DOCUMENT_KINDS = {
    "privacy": _keys(
        "privacy", "data protection", "confidentialité", "vie privée", "protection des données", "données personnelles", "datenschutz", "datenschutzerklärung", "datenschutzhinweise",
        "datenschutzrichtlinie", "datenschutzbestimmungen", "privacidad", "protección de datos", "privacidade", "proteção de dados", "riservatezza", "protezione dei dati", "privacybeleid",
        "privacyverklaring", "prywatności", "soukromí", "osobních údajů", "osobných údajov", "integritetspolicy", "personvern", "privatlivspolitik", "tietosuoja", "tietosuojaseloste",
        "adatvédelmi", "adatkezelési", "confidențialitate", "απορρήτου", "поверителност", "конфиденциальности", "конфіденційності", "gizlilik",
    ),
    "terms": _keys(
        "terms", "conditions", "agreement", "eula", "contract", "cgu", "cgv", "cgs", "contrat", "nutzungsbedingungen", "geschäftsbedingungen", "agb", "vertrag", "términos", "condiciones",
        "contrato", "termini", "condizioni", "contratto", "termos", "condições", "gebruiksvoorwaarden", "algemene voorwaarden", "regulamin", "podmínky", "podmienky", "villkor", "vilkår",
        "käyttöehdot", "feltételek", "termeni", "όροι", "условия", "умови", "şartları",
    ),
    "cookies": _keys("cookie", "cookies", "traceurs", "trackers", "cookie-richtlinie", "cookierichtlinie", "evästeet"),
    "conduct": _keys("guidelines", "rules", "acceptable use", "charte", "règles", "richtlinien", "gemeinschaftsrichtlinien", "normas", "regole", "regras", "правила"),
    "imprint": _keys("imprint", "impressum", "legal notice", "mentions légales", "aviso legal", "note legali", "rechtliche hinweise"),
    "copyright": _keys("copyright", "dmca", "takedown", "intellectual property", "propriété intellectuelle", "urheberrecht"),
}  # fmt: skip

# A page with one of these in its title or headings says of itself that it is a policy of some kind.
DOCUMENT_TITLES = (
    *POLICY_TITLES,
    *(phrase for phrases in DOCUMENT_KINDS.values() for phrase in phrases),
    *_keys("legal", "disclaimer", "licence", "license", "règlement", "политика"),
)

# Titles of short policies that are no proof of one on a page that reads otherwise: shops and walls have such titles too.
OTHER_TITLES = _keys(
    "refund", "refunds", "returns", "shipping", "delivery", "warranty", "eligibility", "requirements", "code of conduct", "accessibility", "copyright", "contact", "colofon", "remboursements", "retours",
    "livraison", "accessibilité", "rückgabe", "rückerstattung", "versand", "widerruf", "barrierefreiheit", "garantie", "anbieterkennzeichnung", "devoluciones", "reembolsos", "envíos", "garantía", "resi",
    "rimborsi", "spedizioni", "garanzia", "devoluções", "reembolsos", "envios", "retourneren", "verzending", "zwroty", "dostawa", "gwarancja",
)  # fmt: skip
