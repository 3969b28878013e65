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

# Headings (comparison form, start of the text) that open a list of other pages.
OTHER_PAGES = tuple(
    comparison_key(heading)
    for heading in [
    "related articles", "related content", "related posts", "related topics", "related pages", "related links", "recommended articles",
    "recommended for you", "you may also like", "you might also like", "you may be interested", "recently viewed", "read more articles",
    "more articles", "articles in this section", "other articles", "see also", "popular articles", "latest posts", "latest articles",
    "latest news", "further reading", "share this", "was this article helpful", "was this helpful", "did this answer your question", "have more questions",
    "still have questions", "help and support", "articles associés", "articles connexes", "articles similaires", "articles de cette section", "à lire aussi",
    "voir aussi", "cet article vous a-t-il été utile", "verwandte artikel", "ähnliche artikel", "verwandte beiträge", "weitere artikel",
    "beiträge in diesem abschnitt", "war dieser beitrag hilfreich", "das könnte sie auch interessieren", "artículos relacionados", "¿fue útil este artículo",
    "articoli correlati", "artigos relacionados", "gerelateerde artikelen", "powiązane artykuły",
    ]
)  # fmt: skip
