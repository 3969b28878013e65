"""All of the policy's words, none of the page's noise; judged on invented pages."""

import pytest

from monitor.errors import ReadingError
from monitor.extract.html import read_html
from monitor.extract.render import render

CLAUSES = (
    "<h2>What we collect</h2><p>We collect the name and the address that you give us when you open an account with us.</p>"
    "<h2>How long we keep it</h2><p>We keep these records for as long as the account is open and for two years after that.</p>"
    "<h2>Your choices</h2><p>You may ask for a copy of the records at any time and have wrong entries put right by us.</p>"
)


def text_of(markup: str, url: str = "https://shop.example/privacy") -> str:
    return render(read_html(markup.encode(), url=url).blocks)


def page(before: str = "", inside: str = CLAUSES, after: str = "") -> str:
    return f"<!doctype html><html><head><title>Privacy</title></head><body>{before}<div>{inside}</div>{after}</body></html>"


def assert_all_clauses(text: str) -> None:
    for words in ("We collect the name", "two years after that", "put right by us"):
        assert words in text


@pytest.mark.parametrize(
    "noise",
    [
        "<nav><a href='/'>Shop</a> <a href='/sale'>Sale NOISE</a></nav>",
        "<div role='navigation'>Menu NOISE</div>",
        "<footer><p>NOISE © 2024 Shop Ltd.</p></footer>",
        "<div class='site'><ul><li><a href='/a'>NOISE Gifts</a></li><li><a href='/b'>Outlet for all</a></li></ul></div>",
        "<div role='dialog'><p>NOISE Join our club today and get ten percent off on the first order you make.</p></div>",
        "<div class='cookie-banner'><p>NOISE We use cookies to make this site better and for ads that suit you.</p><button>Fine</button></div>",
        "<div><p>NOISE This shop uses cookies.</p><button>Accept all</button><button>Settings</button></div>",
        "<div><p>NOISE Ce site utilise des cookies.</p><a href='#'>Tout refuser</a></div>",
        "<div hidden>NOISE out of stock</div>",
        "<div style='display: none'>NOISE sign in first</div>",
        "<div aria-hidden='true'>NOISE menu</div>",
        "<div class='breadcrumbs'><a href='/'>NOISE Home</a> / Privacy</div>",
        "<div class='share'><span>Tell others NOISE</span></div>",
        "<form><label>NOISE e-mail</label><input><p>Get the letter that we send to our friends each month.</p></form>",
        "<div class='modal'><p>NOISE Forgot your password? Enter the address that you opened the account with.</p><button>Close</button></div>",
        "<button>NOISE Open menu</button>",
        "<select><option>NOISE English</option></select>",
        "<script>NOISE</script><style>NOISE</style><noscript>NOISE</noscript><template>NOISE</template>",
        "<textarea>NOISE</textarea><svg><text>NOISE</text></svg>",
    ],
)
def test_the_noise_of_a_page_is_not_in_the_document(noise):
    for markup in (page(before=noise), page(after=noise)):
        text = text_of(markup)
        assert "NOISE" not in text
        assert_all_clauses(text)


def test_related_articles_below_the_policy_are_not_in_the_document():
    related = "<h3>Related articles</h3><ul><li><a href='/1'>How to open an account</a></li><li><a href='/2'>Pay later</a></li></ul>"
    for markup in (page(after=f"<div>{related}</div>"), page(inside=CLAUSES + related)):
        text = text_of(markup)
        assert "How to open" not in text
        assert_all_clauses(text)


def test_a_section_after_a_heading_like_related_articles_is_kept_when_it_is_running_text():
    clause = (
        "<p>"
        + "Other laws may give you further rights that this text does not take away from you in any way. " * 3
        + "</p>"
    )
    assert "further rights" in text_of(page(inside=f"{CLAUSES}<h2>See also</h2>{clause}"))


@pytest.mark.parametrize(
    "name", ["cookie-policy", "footer", "modal-content", "sidebar", "popup banner", "related nav menu"]
)
def test_no_class_name_can_hide_the_policy(name):
    assert_all_clauses(text_of(f"<body><div class='{name}' id='{name}'>{CLAUSES}</div></body>"))


@pytest.mark.parametrize("wrapper", ["nav", "footer", "aside", "form", "dialog", "header"])
def test_no_landmark_can_hide_the_policy(wrapper):
    assert_all_clauses(text_of(f"<body><{wrapper}>{CLAUSES}</{wrapper}></body>"))


def test_sections_that_are_named_like_a_banner_are_kept():
    sections = "".join(f"<div class='cookie-notice__section modal-part'>{CLAUSES}</div>" for _ in range(6))
    text = text_of(f"<body><div class='page'>{sections}</div></body>")
    assert text.count("We collect the name") == 6


def test_what_the_container_of_the_policy_is_called_speaks_against_nothing_in_it():
    inside = f"<div class='popup-text'>{CLAUSES}</div><div class='popup-text'>Write to us with any question that you have.<button>Print</button></div>"
    assert "with any question" in text_of(f"<body><div class='popup'>{inside}</div></body>")


def test_a_short_section_of_the_same_make_as_the_long_one_is_kept():
    contact = "<section class='s'><h2>Contact</h2><p>Write to the shop at law@shop.example with it.</p></section>"
    assert "law@shop.example" in text_of(f"<body><div><section class='s'>{CLAUSES}</section>{contact}</div></body>")


def test_the_closing_question_with_an_address_is_kept():
    closing = "<h2>Have more questions?</h2><p>Send them to law@shop.example and we answer within the same week.</p>"
    assert "law@shop.example" in text_of(page(inside=CLAUSES + closing))


def test_the_head_of_a_section_and_a_note_beside_it_are_kept():
    section = (
        "<article><section><header>Scope of it all</header>"
        + CLAUSES
        + "<aside>In short: you may leave.</aside></section></article>"
    )
    text = text_of(f"<body>{section}</body>")
    assert "Scope of it all" in text
    assert "In short: you may leave." in text


def test_a_closed_panel_of_short_items_is_policy_text():
    panel = "<div><h3>Data</h3><div style='display:none'><ul><li>Your name</li><li>Your address</li></ul></div></div>"
    assert "Your address" in text_of(page(inside=CLAUSES + panel))


def test_a_heading_or_paragraph_is_never_dropped_for_its_class():
    clause = "<h2 class='cookie banner'>Cookies</h2><p class='share social'>None.</p><ul><li class='ad'>Ads</li></ul>"
    text = text_of(page(inside=CLAUSES + clause))
    assert "## Cookies" in text
    assert "None." in text
    assert "- Ads" in text


def test_a_closed_accordion_is_policy_text():
    closed = (
        "<h3><button aria-expanded='false'>Recipients</button></h3>"
        "<div style='display:none'><p>We pass your address on to the carrier that brings the parcel and to nobody else at all.</p></div>"
        "<details><summary>Storage abroad</summary><p>We store nothing abroad.</p></details>"
    )
    text = text_of(page(inside=CLAUSES + closed))
    for words in ("### Recipients", "to the carrier that brings", "Storage abroad", "We store nothing abroad."):
        assert words in text


def test_a_list_of_links_that_the_policy_gives_is_kept():
    links = "<p>Our partners are bound by their own rules, which you find here:</p><ul><li><a href='/x'>Carrier One rules</a></li><li><a href='/y'>Bank Two rules</a></li></ul>"
    assert "Bank Two rules" in text_of(page(inside=CLAUSES + links))


def test_a_table_of_contents_is_not_a_menu():
    contents = "<div><ul><li><a href='#a'>What we collect</a></li><li><a href='https://shop.example/privacy#b'>Your choices here</a></li></ul></div>"
    assert "Your choices here" in text_of(page(inside=contents + CLAUSES))


def test_the_title_and_the_date_above_the_text_are_kept():
    head = "<header><h1>Privacy notice</h1></header><div><span>Last updated: 4 May 2023</span></div>"
    text = text_of(page(before=head))
    assert "# Privacy notice" in text
    assert "Last updated: 4 May 2023" in text


def test_a_date_below_the_text_is_kept_and_a_copyright_line_is_not():
    text = text_of(page(after="<div>Version of 1 June 2022</div><div>Copyright 2024 Shop Ltd.</div>"))
    assert "Version of 1 June 2022" in text
    assert "Copyright" not in text


def test_a_tail_clause_beside_the_container_is_kept():
    assert "Write to us" in text_of(page(after="<p>Write to us with any question.</p>"))


def test_a_promotion_beside_the_policy_is_left_out():
    assert "summer" not in text_of(f"<body><main><div>{CLAUSES}</div><div>Our summer sale is on</div></main></body>")


def test_a_page_with_little_text_is_left_whole():
    text = text_of(
        "<body><div><h1>Imprint</h1><div>Shop Ltd.</div><div>1 Main Street</div></div><div>Springfield</div></body>"
    )
    assert "Shop Ltd." in text
    assert "Springfield" in text


def test_a_hidden_address_is_decoded_where_it_stands():
    code = "1d" + "".join(f"{byte ^ 0x1D:02x}" for byte in b"law@shop.example")
    clause = f"<p>Write to <a href='/cdn-cgi/l/email-protection' data-cfemail='{code}'>[email protected]</a>, or call us any day.</p>"
    assert "Write to law@shop.example, or call" in text_of(page(inside=CLAUSES + clause))


def test_text_in_a_declarative_shadow_root_is_read():
    shadow = f"<policy-text><template shadowrootmode='open'><div>{CLAUSES}</div></template></policy-text>"
    assert_all_clauses(text_of(f"<body>{shadow}</body>"))


def test_a_second_copy_for_another_screen_is_left_out():
    clause = "<p>We tell the court only what the court has ordered us to tell.</p>"
    copies = f"<div class='hidden-desktop'>{clause}</div><div class='hidden-mobile'>{clause}</div>"
    assert text_of(page(inside=CLAUSES + copies)).count("only what the court") == 1


def test_tokens_that_change_at_every_fetch_are_no_text():
    def at(token: str) -> str:
        noise = f"<input type='hidden' value='{token}'><script>var t='{token}'</script><div id='{token}' data-x='{token}'></div>"
        return text_of(page(before=noise, inside=CLAUSES + f"<!-- {token} -->", after=noise))

    assert at("f00d1234") == at("beef5678")


def test_the_order_of_attributes_and_the_white_space_of_the_markup_do_not_count():
    one = page(inside=f"<section class='a' id='b'>{CLAUSES}</section>")
    other = page(
        inside=f"<section id='b'   class='a'>\n{CLAUSES}\n</section>".replace("<h2>", "\n  <h2>\n  ").replace(
            "</p>", "\n</p>\n"
        )
    )
    assert text_of(one) == text_of(other)


def test_a_page_reads_the_same_when_all_its_names_are_gone():
    noisy = page(
        before="<nav class='n'><a href='/'>Shop of all</a></nav>", inside=f"<div class='policy' id='p'>{CLAUSES}</div>"
    )
    bare = noisy.replace(" class='policy' id='p'", "").replace("nav class='n'", "div").replace("/nav", "/div")
    assert text_of(noisy) == text_of(bare)


def test_text_below_two_hundred_and_fifty_levels_is_not_lost():
    deep = "<div>" * 1_500 + CLAUSES + "</div>" * 1_500 + "<p>Tail clause after the nesting.</p>"
    text = text_of(f"<body>{deep}</body>")
    assert_all_clauses(text)
    assert "Tail clause" in text


@pytest.mark.parametrize("hostile", ["<div>" * 100_000, "<div></x>" * 50_000, "<ul><li>" * 9_000])
def test_a_page_that_nests_too_deep_is_refused_and_never_read_in_part(hostile):
    with pytest.raises(ReadingError, match="nested elements"):
        read_html(f"<body>{hostile}".encode())


@pytest.mark.parametrize("flat", ["<p>one<p>two" * 5_000, "<li>x" * 5_000, "<br>x" * 5_000, "<!-- <div> -->" * 5_000])
def test_a_long_flat_page_is_not_called_deep(flat):
    assert read_html(f"<body>{flat} end".encode()) is not None


def test_an_empty_answer_has_no_blocks():
    assert read_html(b"").blocks == ()
