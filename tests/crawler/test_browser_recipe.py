"""What the page recipe opens, what it leaves alone, and when it goes back to the page as it was."""

from dataclasses import replace

from tests.crawler.texts import POLICY
from tests.crawling import Crawling, as_source
from tests.site import Site

LATE = "What we share with partners is listed here, and it is not much."
# A part whose text the page makes only when its button is pressed, as client-side applications do.
LAZY = f"""<script>
  function fill(id, text = {LATE!r}) {{
    const panel = document.getElementById(id) || document.body.appendChild(document.createElement('div'));
    panel.id = id; panel.textContent = text;
  }}
</script>"""
ADDS = "onclick=\"fill('p'); this.setAttribute('aria-expanded', 'true')\""


def read_all(site: Site, crawled: Crawling, parts: dict[str, str]) -> dict[str, str]:
    """What the browser brings of a policy with each of these parts in it."""
    urls = [
        site.page(f"/{number}", f"<main>{POLICY}{part}</main>{LAZY}") for number, part in enumerate(parts.values(), 1)
    ]
    sources = [replace(as_source(url, number), browser="always") for number, url in enumerate(urls, 1)]
    captures = {result.source_id: result.capture for result in crawled(*sources).results}
    assert {number: capture.final_url for number, capture in captures.items()} == dict(enumerate(urls, 1))
    return {name: captures[number].body.decode() for number, name in enumerate(parts, 1)}


def read(site: Site, crawled: Crawling, part: str) -> str:
    return read_all(site, crawled, {"": part})[""]


def only_pages(site: Site) -> bool:
    return all(path.removeprefix("/").isdecimal() for path in site.paths())


OPENED = {
    "a button that names its panel": f"<button aria-expanded=false aria-controls=p {ADDS}>Partners</button><div id=p></div>",
    "a button whose panel is made later": f"<button aria-expanded=false aria-controls=p {ADDS}>Partners</button>",
    "something in the role of a button": f"<div role=button aria-expanded=false aria-controls=p {ADDS}>Partners</div>",
    "an accordion's button in its heading": f"<h3><button aria-expanded=false {ADDS}>Partners</button></h3>",
    "a link to the panel": f"<a href=#p aria-expanded=false aria-controls=p {ADDS}>Partners</a><div id=p></div>",
    "a button in a form that does not send it": f"<form action=/sent><button type=button aria-expanded=false aria-controls=p {ADDS}>P</button></form>",
    "an empty tab": f"<div role=tab aria-selected=false aria-controls=p {ADDS}>Partners</div><div id=p role=tabpanel></div>",
    "details that fetch their text": "<details ontoggle=\"fill('p')\"><summary>Partners</summary><p id=p></p></details>",
    "one inside of another": f"""<h3><button aria-expanded=false onclick="this.setAttribute('aria-expanded', 'true');
        fill('q', ''); document.getElementById('q').innerHTML = document.getElementById('t').innerHTML">All</button></h3>
        <template id=t><h4><button aria-expanded=false {ADDS}>Partners</button></h4></template>""",
}


def test_what_is_closed_is_opened(site: Site, crawled: Crawling):
    pages = read_all(site, crawled, OPENED)
    # in the script, and now in the page
    assert {name: html.count(LATE) for name, html in pages.items()} == dict.fromkeys(OPENED, 2)
    assert all("thirty days" in html for html in pages.values())


def test_details_are_open_in_what_is_archived(site: Site, crawled: Crawling):
    html = read(site, crawled, "<details><summary>More</summary><p>Even more.</p></details>")
    assert '<details open="">' in html


def test_what_a_part_fetches_when_it_opens_is_waited_for(site: Site, crawled: Crawling):
    site.page("/part", LATE, delay_seconds=0.3)
    html = read(
        site,
        crawled,
        "<h3><button aria-expanded=false onclick=\"fetch('/part').then(r => r.text()).then(t => fill('p', t))\">P</button></h3>",
    )
    assert html.count(LATE) == 2


LEFT_ALONE = {
    "a menu": f"<button aria-haspopup=menu aria-expanded=false aria-controls=p {ADDS}>Menu</button>",
    "navigation": f"<nav><button aria-expanded=false aria-controls=p {ADDS}>Products</button></nav>",
    "a dialog": f"<div role=dialog><button aria-expanded=false aria-controls=p {ADDS}>Choices</button></div>",
    "what is switched off": f"<button aria-disabled=true aria-expanded=false aria-controls=p {ADDS}>Partners</button>",
    "a link elsewhere": f"<a href=/elsewhere aria-expanded=false aria-controls=p {ADDS}>Partners</a>",
    "a button within a link": f"<a href=/elsewhere><span role=button aria-expanded=false aria-controls=p {ADDS}>P</span></a>",
    "a button that sends a form": f"<form action=/sent><button aria-expanded=false aria-controls=p {ADDS}>Send</button></form>",
    "a button of a form elsewhere": f"<form id=f action=/sent></form><button form=f aria-expanded=false aria-controls=p {ADDS}>S</button>",
    "a tab whose text is there": f"<div role=tab aria-selected=false aria-controls=q {ADDS}>P</div><div id=q hidden>Here.</div>",
    "any other button": f"<button {ADDS}>Accept all</button>",
    "what is open": f"<button aria-expanded=true aria-controls=p {ADDS}>Partners</button>",
}


def test_what_is_no_closed_part_of_the_content_is_left_alone(site: Site, crawled: Crawling):
    pages = read_all(site, crawled, LEFT_ALONE)
    assert {name: html.count(LATE) for name, html in pages.items()} == dict.fromkeys(LEFT_ALONE, 1)
    assert only_pages(site)


OPENER = '<h3><button aria-expanded=false onclick="{}">Partners</button></h3>'
TRAPS = {
    "goes elsewhere": "location.href = '/elsewhere'",
    "replaces the page": "location.replace('/elsewhere')",
    "sends a form": "const f = document.createElement('form'); f.action = '/sent'; document.body.append(f); f.submit()",
    "asks a form to be sent": "const f = document.createElement('form'); f.action = '/sent'; document.body.append(f); f.requestSubmit()",
    "presses a link": "const a = document.createElement('a'); a.href = '/elsewhere'; document.body.append(a); a.click()",
    "opens a window": "window.open('/elsewhere')",
    "shows a route of its own": "history.pushState(0, '', '/elsewhere'); document.body.textContent = 'Elsewhere'",
    "empties the page": "document.querySelector('main').textContent = 'Partners only.'",
    "takes a section away": "document.querySelector('main p').remove(); document.querySelector('main p').remove()",
    "leaves for an empty page": "location.href = 'about:blank'",
    "never ends": "setTimeout(() => { while (1) {} }, 0)",
    "asks and asks": "for (let n = 0; n < 50; n++) alert('And now?')",
    "reloads": "location.reload()",
}


def test_a_click_that_leads_away_or_loses_text_leaves_the_page_as_it_was(site: Site, crawled: Crawling):
    pages = read_all(site, crawled, {name: OPENER.format(script) for name, script in TRAPS.items()})
    assert {name: html.count("thirty days") for name, html in pages.items()} == dict.fromkeys(TRAPS, 12)
    assert only_pages(site)


def test_parts_that_close_each_other_do_not_cost_the_text_of_the_open_one(site: Site, crawled: Crawling):
    panel = "The first part says at some length what is kept, and for how long it is kept. " * 3
    swap = "document.getElementById('p').textContent = 'The second part.'"
    html = read(site, crawled, f"<div id=p>{panel}</div>" + OPENER.format(swap))
    assert panel.strip() in html


def test_a_clock_that_ticks_does_not_keep_the_parts_closed(site: Site, crawled: Crawling):
    clock = "<p id=c></p><script>setInterval(() => { c.textContent = `You have been here for ${Date.now()} moments of time` }, 300)</script>"
    long = "".join(f"<p>Clause {number} is about how we keep what you order from us.</p>" for number in range(80))
    assert read(site, crawled, long + clock + OPENED["a button that names its panel"]).count(LATE) == 2


def test_a_page_cannot_answer_for_the_recipe(site: Site, crawled: Crawling):
    """Its own functions, and names that hide the document's, are not the ones that are asked."""
    html = read(
        site,
        crawled,
        """<form name=body></form><img name=documentElement><img name=querySelectorAll><script>
        String.prototype.trim = () => ({length: 'x'.repeat(1 << 28)}); Map.prototype.set = null;
        Object.defineProperty(Element.prototype, 'outerHTML', {get: () => 'forged'});
        window.recipe = {html: () => 'forged'};</script>""",
    )
    assert html.startswith("<html>")
    assert html.count("thirty days") == 12


def test_many_closed_parts_are_opened_in_time(site: Site, crawled: Crawling):
    part = (
        "<h3><button aria-expanded=false onclick=\"this.after('Opened.'); this.ariaExpanded = 'true'\">P</button></h3>"
    )
    assert read(site, crawled, part * 250).count("Opened.") == 500
