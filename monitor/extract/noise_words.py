"""The words by which boilerplate gives itself away. Data only; what they may decide stands in `monitor.extract.boilerplate`."""

from monitor.words import comparison_key

LANDMARK_TAGS = frozenset({"nav", "footer", "dialog", "menu"})
LANDMARK_ROLES = frozenset([
    "navigation", "contentinfo", "search", "dialog", "alertdialog", "alert", "menu", "menubar", "toolbar",
    "tooltip", "status", "complementary",
])  # fmt: skip

# Whole words of class names and ids. They only hint: nothing that reads like prose or holds a heading is dropped for them.
NAMES = frozenset([
    "nav", "navbar", "navigation", "menu", "megamenu", "submenu", "breadcrumb", "breadcrumbs", "sidebar", "sidenav",
    "footer", "topbar", "toolbar", "pagination", "pager", "share", "sharing", "sharer", "social", "socials",
    "related", "recommended", "recommendations", "promo", "promotion", "promotions", "advert", "advertisement",
    "ad", "ads", "banner", "newsletter", "subscribe", "subscription", "signup", "login", "search", "searchbox",
    "popover", "tooltip", "chat", "chatbot", "widget", "cookie", "cookies", "consent", "gdpr", "cmp", "skip",
    "skiplink", "cta", "feedback", "helpful", "comments", "comment", "rating", "votes", "language", "languages",
    "lang", "locale", "switcher", "announcement", "notification", "appstore", "download", "backtotop", "totop",
    "print", "screenreader", "visuallyhidden", "sr",
])  # fmt: skip

# Layers over the page: marked even when they read like prose, if they stand apart.
OVERLAYS = frozenset([
    "modal", "modals", "popup", "popups", "popin", "dialog", "dialogs", "lightbox", "overlay", "toast", "snackbar", "offcanvas", "drawer",
])  # fmt: skip

# One word of each, and none of the third, names a consent banner or its centre of preferences, if it stands apart.
CONSENT_NAMES = frozenset([
    "cookie", "cookies", "consent", "gdpr", "rgpd", "dsgvo", "ccpa", "cmp", "tracking", "traceurs",
])  # fmt: skip
CONSENT_PARTS = frozenset([
    "banner", "bar", "modal", "popup", "popin", "dialog", "layer", "overlay", "wall", "box", "notification",
    "notify", "notice", "message", "alert", "consent", "settings", "preferences", "preference", "center", "centre",
    "manager", "tab", "footer", "hint", "toast", "info",
])  # fmt: skip
NOT_CONSENT = frozenset([
    "policy", "table", "list", "declaration", "page", "article", "content", "statement",
])  # fmt: skip

# What is shown on one kind of screen only.
SCREENS = frozenset([
    "hidden", "hide", "visible", "show", "mobile", "desktop", "tablet", "phone", "variant", "only", "xs", "sm", "md", "lg", "xl",
])  # fmt: skip

# What the button of a consent banner says, in comparison form, whole text of the button.
ACCEPT = frozenset(
    comparison_key(label)
    for label in [
        "accept", "accept all", "accept all cookies", "accept cookies", "allow all", "allow all cookies", "allow cookies",
        "i accept", "i agree", "agree", "agree and close", "accept and close", "got it", "ok", "okay", "allow selection", "reject all",
        "reject", "decline", "deny", "only necessary", "necessary only", "save preferences", "confirm my choices", "save settings",
        "tout accepter", "accepter", "accepter tout", "j'accepte", "accepter et fermer", "tout refuser", "refuser", "continuer sans accepter",
        "alle akzeptieren", "akzeptieren", "alle cookies akzeptieren", "zustimmen", "einverstanden", "alle ablehnen", "ablehnen", "auswahl speichern",
        "aceptar", "aceptar todo", "aceptar todas", "aceptar cookies", "rechazar", "rechazar todo", "accetta", "accetta tutti", "accetta tutto", "rifiuta",
        "aceitar", "aceitar todos", "alles accepteren", "accepteren", "akkoord", "zaakceptuj", "akceptuję", "zaakceptuj wszystkie", "acceptera", "acceptera alla",
        "godkänn alla", "accepter alle", "tillad alle", "godta alle", "hyväksy kaikki", "hyväksy", "přijmout vše", "souhlasím", "elfogadom", "accept toate",
    ]
)  # fmt: skip
CONSENT = ("cookie", "consent", "tracker", "traceur", "einwilligung", "einwilligen", "vendor", "tcf", "galletas")

# How a link or button begins (comparison form, whole words) that asks the visitor to buy, join, try, get or chat.
CALLS = tuple(
    f"{comparison_key(label)} "
    for label in [
    "start", "get started", "get the app", "get it", "get a", "get your", "get free", "try", "join", "sign up", "register", "subscribe", "download", "install",
    "buy", "shop", "order now", "book", "reserve", "claim your", "discover", "explore", "see plans", "see pricing", "view plans", "view pricing", "view offers",
    "upgrade", "go premium", "create account", "create an account", "create your", "create a free", "open an account", "free trial", "request a demo", "watch",
    "schedule a", "talk to", "chat", "ask us", "ask away", "ask a question", "contact sales", "become a", "find your", "meet", "learn how", "let's go", "let's talk",
    "commencer", "démarrer", "essayer", "essayez", "essai gratuit", "je m'inscris", "inscrivez", "s'inscrire", "inscription", "s'abonner", "abonnez", "je m'abonne",
    "télécharger", "téléchargez", "découvrir", "découvrez", "acheter", "commander", "réserver", "réservez", "rejoindre", "rejoignez", "créer un compte",
    "créer mon compte", "demander une démo", "profiter", "profitez", "j'en profite", "discuter", "discutons", "tchat", "je commence",
    "jetzt", "kostenlos", "gratis", "loslegen", "los geht's", "testen", "ausprobieren", "registrieren", "anmelden und", "konto erstellen", "herunterladen", "app laden",
    "entdecken", "kaufen", "bestellen", "buchen", "abonnieren", "mitmachen", "mitglied werden", "demo anfordern", "demo buchen",
    "empezar", "empieza", "comenzar", "comienza", "prueba", "probar", "regístrate", "registrarse", "suscríbete", "descargar", "descarga", "descubre", "comprar", "compra",
    "únete", "crear cuenta", "reservar", "inizia", "prova", "registrati", "iscriviti", "scarica", "scopri", "acquista", "prenota", "unisciti", "crea un account",
    "começar", "comece", "experimente", "inscreva", "cadastre", "assine", "baixar", "baixe", "transferir a app", "descubra", "junte", "criar conta",
    "probeer", "aan de slag", "begin", "schrijf je in", "meld je aan", "downloaden", "download", "ontdek", "koop", "bestel", "boek", "word lid",
    "rozpocznij", "zacznij", "wypróbuj", "zarejestruj", "pobierz", "dołącz", "kup", "börja", "prova gratis", "ladda ner", "kom igång", "køb", "prøv", "hent appen",
    ]
)  # fmt: skip

# The first words of the buttons by which a page is handled.
TOOLS = frozenset([
    "print", "copy", "close", "share", "edit", "back", "top", "more", "show", "hide", "expand", "collapse", "read", "menu", "toggle", "previous", "next", "save",
    "imprimer", "copier", "fermer", "partager", "retour", "plus", "afficher", "masquer", "lire", "voir", "drucken", "kopieren", "schließen", "teilen", "zurück", "mehr",
    "anzeigen", "weiter", "imprimir", "copiar", "cerrar", "compartir", "volver", "ver", "leer", "stampa", "copia", "chiudi", "condividi", "fechar", "voltar", "sluiten", "drukuj",
])  # fmt: skip
# The words of a line that says how to reach somebody.
REACHING = frozenset([
    "contact", "contacts", "write", "email", "e-mail", "mail", "phone", "telephone", "call", "address", "questions", "question", "contacter", "contactez", "écrire",
    "écrivez", "courriel", "téléphone", "adresse", "kontakt", "kontaktieren", "schreiben", "telefon", "anschrift", "fragen", "contacto", "contactar", "escribir", "correo",
    "teléfono", "dirección", "contatti", "contattare", "scrivere", "telefono", "indirizzo", "contato", "contacte", "escreva", "telefone", "endereço", "adres", "telefoon",
])  # fmt: skip

# Headings (comparison form, start of the text) that open a list of other pages.
OTHER_PAGES = tuple(
    comparison_key(heading)
    for heading in [
    "related articles", "related content", "related posts", "related topics", "related pages", "related links", "recommended articles",
    "recommended for you", "you may also like", "you might also like", "you may be interested", "recently viewed", "read more articles",
    "more articles", "articles in this section", "other articles", "see also", "popular articles", "latest posts", "latest articles",
    "latest news", "further reading", "share this", "was this article helpful", "was this helpful", "did this answer your question", "have more questions",
    "still have questions", "help and support", "articles associés", "articles connexes", "articles similaires", "articles de cette section", "à lire aussi",
    "voir aussi", "cet article vous a-t-il été utile", "cet article vous a-t-il aidé", "cette page vous a-t-elle", "avez-vous trouvé cet article", "war dieser artikel", "war diese seite",
    "hat ihnen dieser artikel", "is this page helpful", "was this page helpful", "was this page useful", "did you find this", "how helpful was", "te resultó útil", "fue útil esta página",
    "questo articolo ti è stato", "este artigo foi útil", "was dit artikel nuttig", "czy ten artykuł był pomocny", "verwandte artikel", "ähnliche artikel", "verwandte beiträge", "weitere artikel",
    "beiträge in diesem abschnitt", "war dieser beitrag hilfreich", "das könnte sie auch interessieren", "artículos relacionados", "¿fue útil este artículo",
    "articoli correlati", "artigos relacionados", "gerelateerde artikelen", "powiązane artykuły",
    ]
)  # fmt: skip
