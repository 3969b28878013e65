"""What may happen to a page between two fetches, done to real pages: names and landmarks lost, policy words changed, noise come.

Every mutation changes a parsed page in place and says whether it found a place for it. Where on a page the policy stands is known
from the corpus's hand-written selectors; which of many places is taken follows from a number, so that every run is the same.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lxml import etree, html

LANDMARKS = ("main", "nav", "header", "footer", "article", "aside", "section")
_NOT_POLICY = ("script", "style", "noscript", "template", "nav", "header", "footer")
_LEAVES = ("p", "li", "td", "dd")
_BLOCKS = frozenset(["p", "li", "ul", "ol", "div", "table", "section", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "tr"])
_CLAUSE_WORDS = 12
_UNITS = r"(?:days?|months?|years?|hours?|jours|mois|ans|tagen?|monaten?|jahren?|días|meses|años)"
_NUMBER = re.compile(
    rf"(?<![\d.,§])(\d{{1,3}})(?=\)?[\s\xa0]+(?:calendar |business |working )?{_UNITS}\b)", re.IGNORECASE
)
_WORD = re.compile(r"(?<![\w@./-])[a-zà-ÿ]{6,14}(?![\w@/-])")
_OTHER_WORDS = ("insurers", "brokers", "advertising", "fingerprints", "salary", "criminal")
_SENTENCES = (
    " We also hand the list of your friends to two insurers.",
    " A fee of 15 euros is charged for every copy that you ask for.",
    " Your voice is recorded whenever the microphone of the telephone is open.",
)
_SECTIONS = (
    "<div><h3>Voice recordings</h3><p>We record calls so that our staff can learn from them.</p><a href='/recordings'>Learn more</a></div>",
    "<div><button>New partners</button><div>We share your name with two insurers.</div></div>",
    "<details><summary>New partners</summary><p>We share your name with two insurers.</p></details>",
    "<div><h3>Free trial</h3><p>A free trial turns into a paid plan after 14 days unless you cancel.</p><a href='/plans'>View plans</a></div>",
    "<section><h3>Do you sell it?</h3><p>Yes, we sell it to three brokers abroad.</p><button>Was this clear?</button></section>",
)
_COPYRIGHT = re.compile(r"((?:©|\(c\)|copyright)[^\d]{0,20}(?:\d{4}\s?[-–]\s?)?)(20\d\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """A parsed page; `policy`: its hand-selected regions; `leaves`: the paragraphs, items and cells of the policy's text."""

    tree: html.HtmlElement
    policy: Sequence[html.HtmlElement] = field(repr=False)
    leaves: Sequence[html.HtmlElement] = field(repr=False)
    chance: int = 0

    @property
    def body(self) -> html.HtmlElement:
        return self.tree.body


Mutation = Callable[[Place], bool]


def parse(body: bytes) -> html.HtmlElement:
    return html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))


def markup(tree: html.HtmlElement) -> bytes:
    return b"<!doctype html>" + html.tostring(tree, encoding="utf-8")


def place(tree: html.HtmlElement, select: Sequence[str], remove: Sequence[str], chance: int) -> Place:
    """The page with the policy's text found by these selectors, which must fit."""
    dropped = {element for selector in remove for element in tree.cssselect(selector)}
    found = list(dict.fromkeys(element for selector in select for element in tree.cssselect(selector)))
    outer = [element for element in found if not any(above in found for above in element.iterancestors())]
    leaves = [leaf for region in outer for leaf in region.iter(*_LEAVES) if _is_leaf(leaf, dropped)]
    counts = Counter(_said(leaf) for leaf in leaves)
    return Place(tree, outer, [leaf for leaf in leaves if counts[_said(leaf)] == 1], chance)


def _is_leaf(element: html.HtmlElement, dropped: set[html.HtmlElement]) -> bool:
    """It holds words of its own, and neither it nor what it stands in was dropped or is furniture."""
    if any(below.tag in _BLOCKS for below in element.iterdescendants(etree.Element)) or not _said(element):
        return False
    around = [element, *element.iterancestors()]
    return not any(one in dropped or one.tag in _NOT_POLICY or one.get("role") == "navigation" for one in around)


def _said(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


# What a redesign does: no word of the page moves.


def lose_names(page: Place) -> bool:
    """No class and no id."""
    for element in page.tree.iter(etree.Element):
        element.attrib.pop("class", None)
        element.attrib.pop("id", None)
    return True


def lose_landmarks(page: Place) -> bool:
    """Landmarks become `div`, roles go."""
    for element in page.tree.iter(etree.Element):
        element.attrib.pop("role", None)
        if element.tag in LANDMARKS:
            element.tag = "div"
    return True


def lose_attributes(page: Place) -> bool:
    """No attribute is left but the targets of links, and the text that one hides from robots."""
    for element in page.body.iter(etree.Element):
        for name in set(element.attrib) - {"href", "data-cfemail"}:
            del element.attrib[name]
    return True


# What the author of a policy does.


def replace_word(page: Place) -> bool:
    def other(found: re.Match[str]) -> str:
        choice = _OTHER_WORDS[page.chance % len(_OTHER_WORDS)]
        return choice if choice != found[0] else "pigeons"

    return _rewrite(page, _WORD, other)


def change_number(page: Place) -> bool:
    return _rewrite(page, _NUMBER, lambda found: str(int(found[0]) + 11))


def delete_clause(page: Place) -> bool:
    return _drop(page, [leaf for leaf in page.leaves if len(_said(leaf).split()) >= _CLAUSE_WORDS])


def delete_short_item(page: Place) -> bool:
    headings = {_said(heading).casefold() for heading in page.tree.iter("h1", "h2", "h3", "h4", "h5", "h6")}
    items = [leaf for leaf in page.leaves if leaf.tag == "li" and not leaf.xpath(".//a")]
    return _drop(
        page, [item for item in items if 3 <= len(_said(item).split()) <= 5 and _said(item).casefold() not in headings]
    )


def add_sentence(page: Place) -> bool:
    leaves = [leaf for leaf in page.leaves if len(_said(leaf).split()) >= _CLAUSE_WORDS]
    if not leaves:
        return False
    leaf = leaves[page.chance % len(leaves)]
    sentence = _SENTENCES[page.chance % len(_SENTENCES)]
    if len(leaf):
        leaf[-1].tail = (leaf[-1].tail or "") + sentence
    else:
        leaf.text = (leaf.text or "") + sentence
    return True


def add_clause(page: Place) -> bool:
    leaves = [leaf for leaf in page.leaves if leaf.tag in {"p", "li"} and len(_said(leaf).split()) >= _CLAUSE_WORDS]
    if not leaves:
        return False
    leaf = leaves[page.chance % len(leaves)]
    clause = html.fragment_fromstring(f"<{leaf.tag}>{_SENTENCES[page.chance % len(_SENTENCES)]}</{leaf.tag}>")
    _insert_after(leaf, clause)
    return True


def add_section(page: Place) -> bool:
    """A section in another dress than the rest: in a box with a link, behind a button, or in a closed panel."""
    leaves = [leaf for leaf in page.leaves if leaf.tag == "p" and leaf.getparent().tag not in {"li", "td", "dd"}]
    if len(leaves) < 3:
        return False
    _insert_after(leaves[page.chance % (len(leaves) - 1)], _chosen(page, _SECTIONS))
    return True


def _insert_after(leaf: html.HtmlElement, clause: html.HtmlElement) -> None:
    leaf.addnext(clause)
    clause.tail, leaf.tail = leaf.tail, None


def _rewrite(page: Place, pattern: re.Pattern[str], other: Callable[[re.Match[str]], str]) -> bool:
    """Replace one match in the running text of the policy."""
    texts = [
        (element, name)
        for leaf in page.leaves
        if len(_said(leaf).split()) >= _CLAUSE_WORDS
        for element in leaf.iter(etree.Element)
        for name in ("text", "tail")
        if not (element is leaf and name == "tail")
        and "data-cfemail" not in element.attrib
        and pattern.search(getattr(element, name) or "")
    ]
    if not texts:
        return False
    element, name = texts[page.chance % len(texts)]
    text = getattr(element, name)
    found = list(pattern.finditer(text))[page.chance % len(list(pattern.finditer(text)))]
    setattr(element, name, text[: found.start()] + other(found) + text[found.end() :])
    return True


def _drop(page: Place, leaves: Sequence[html.HtmlElement]) -> bool:
    if not leaves:
        return False
    leaves[page.chance % len(leaves)].drop_tree()
    return True


# What goes on around a policy.

_RELATED = (
    "<div><h3>Related articles</h3><ul><li><a href='/x1'>How to reset a lost password</a></li><li><a href='/x2'>Moving an account to another device</a></li></ul></div>",
    "<div><h2>You might also like</h2><div><a href='/x1'><h4>Ten ideas for a rainy Sunday</h4></a></div><div><a href='/x2'><h4>What our members say about winter</h4></a></div></div>",
    "<div><h2>From our blog</h2><div><a href='/x1'><h3>How we cut the costs of a parcel in half</h3></a><p>Our engineers spent the winter on a new way to draw maps, and here is what they learned.</p></div><div><a href='/x2'><h3>Five walks for the first warm days</h3></a><p>Pack a flask and put on your boots: these are the routes that our readers like.</p></div></div>",
    "<section><h3>Articles associés</h3><ul><li><a href='/x1'>Changer de mot de passe</a></li><li><a href='/x2'>Supprimer une photo de la galerie</a></li></ul></section>",
)
_PROMOS = (
    "<div><h3>Get the app today</h3><p>Take it with you wherever you go.</p><a href='/app'>Download now</a></div>",
    "<div><p>Spring is here: three months for the price of one!</p><a href='/offers/spring'>Start now</a></div>",
    "<div><h2>Prêt à commencer ?</h2><a href='/inscription'>Essai gratuit</a></div>",
)
_BANNERS = (
    "<p>We and our 46 partners use cookies to measure visits and to show advertising that suits you. You may change your mind at any time.</p><button>Accept all</button><button>Settings</button>",
    "<h2>Your choice about cookies</h2><p>This site stores cookies on your device to remember who you are. Read more in our cookie notice.</p><div><button>Reject all</button><button>Allow all cookies</button></div>",
    "<p>Nous utilisons des cookies pour mesurer l'audience et personnaliser les publicités qui vous sont montrées.</p><button>Tout refuser</button><button>Tout accepter</button>",
)
_PROMPTS = (
    "<p>Hi there! Do you need any help?</p><button>Start a chat</button>",
    "<div>Questions? Chat with us</div><div><button>Ask away</button></div>",
    "<p>Was this page useful?</p><button>Yes</button><button>No</button>",
    "<p>It looks like you are in Canada. Would you like to go to our Canadian site?</p><button>Stay here</button><a href='https://ca.shop.example/'>Go to Canada</a>",
    "<p>Bonjour, comment pouvons-nous vous aider ?</p><button>Discuter</button>",
)
_MENU = "<li><a href='/gifts'>Gift cards</a></li><li><a href='/careers-new'>Careers in the team</a></li>"


def add_related(page: Place) -> bool:
    return _add_after(page, _RELATED)


def add_related_inside(page: Place) -> bool:
    return _add_inside(page, _RELATED)


def add_promo_before(page: Place) -> bool:
    return _add_at(page, _PROMOS, 0)


def add_promo_after(page: Place) -> bool:
    return _add_after(page, _PROMOS)


def add_promo_inside(page: Place) -> bool:
    return _add_inside(page, _PROMOS)


def add_named_banner(page: Place) -> bool:
    return _add_at(page, [f"<div id='consent' class='cookie-banner'>{text}</div>" for text in _BANNERS], 0)


def add_nameless_banner(page: Place) -> bool:
    return _add_at(page, [f"<div><div><div>{text}</div></div></div>" for text in _BANNERS], -1)


def add_chat_prompt(page: Place) -> bool:
    return _add_at(page, [f"<div class='chat-widget'>{text}</div>" for text in _PROMPTS], -1)


def add_nameless_chat_prompt(page: Place) -> bool:
    return _add_at(page, [f"<div><div>{text}</div></div>" for text in _PROMPTS], -1)


def change_menu(page: Place) -> bool:
    """Two more entries in a list of links outside of the policy; a new menu where the page has none."""
    inside = (
        {below for region in page.policy for below in region.iter(etree.Element)}
        if page.body not in page.policy
        else set()
    )
    lists = [
        menu
        for menu in page.body.iter("ul")
        if menu not in inside
        and len(menu) >= 3
        and all(
            item.tag == "li" and item.xpath("./a[starts-with(@href, '/') or starts-with(@href, 'http')]")
            for item in menu
        )
    ]
    if not lists:
        return _add_at(page, [f"<nav><ul>{_MENU}</ul></nav>"], 0)
    for entry in html.fragments_fromstring(_MENU):
        lists[page.chance % len(lists)].append(entry)
    return True


def change_footer(page: Place) -> bool:
    """The next copyright year; a new line of links where the page states none."""
    for element in page.body.iter(etree.Element):
        for name in ("text", "tail"):
            text = getattr(element, name) or ""
            if _COPYRIGHT.search(text):
                setattr(element, name, _COPYRIGHT.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", text))
                return True
    return _add_at(page, ["<footer><a href='/imprint'>Imprint</a> <a href='/press'>Press</a> © 2031</footer>"], -1)


def _add_at(page: Place, fragments: Sequence[str], index: int) -> bool:
    _insert(page.body, _chosen(page, fragments), index)
    return True


def _add_after(page: Place, fragments: Sequence[str]) -> bool:
    """Beside the policy's region, or at the end of the body when the region is all of it."""
    if not page.policy or page.policy[-1].getparent() is None or page.policy[-1].tag in {"body", "html"}:
        return _add_at(page, fragments, -1)
    region, fragment = page.policy[-1], _chosen(page, fragments)
    _insert_after(region, fragment)
    return True


def _add_inside(page: Place, fragments: Sequence[str]) -> bool:
    """At the end of what holds the policy's last paragraph."""
    last = next((leaf for leaf in reversed(page.leaves) if leaf.tag == "p"), None)
    if last is None or last.getparent().tag in {"li", "td", "body"}:
        return False
    last.getparent().append(_chosen(page, fragments))
    return True


def _chosen(page: Place, fragments: Sequence[str]) -> html.HtmlElement:
    return html.fragment_fromstring(fragments[page.chance % len(fragments)])


def _insert(parent: html.HtmlElement, fragment: html.HtmlElement, index: int) -> None:
    if index < 0:
        parent.append(fragment)
        return
    fragment.tail, parent.text = parent.text, None
    parent.insert(index, fragment)


REDESIGNS: tuple[Mutation, ...] = (lose_names, lose_landmarks, lose_attributes)
EDITS: tuple[Mutation, ...] = (
    replace_word,
    change_number,
    delete_clause,
    delete_short_item,
    add_sentence,
    add_clause,
    add_section,
)
NOISE: tuple[Mutation, ...] = (
    add_related, add_related_inside, add_promo_before, add_promo_after, add_promo_inside, add_named_banner, add_nameless_banner,
    add_chat_prompt, add_nameless_chat_prompt, change_menu, change_footer,
)  # fmt: skip
