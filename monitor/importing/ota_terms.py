"""One service's one kind of terms, as Open Terms Archive declares it -> a PolicyDeclaration. Pure, and lenient: its older
forms are taken as well.

Of its built-in filters there is one, `removeQueryParams`, and it has nothing to do here: where a link leads is no part of a
policy's wording. Any other filter is JavaScript, which is not run.
"""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from monitor.declarations import PolicyDeclaration, faults_in

PAGE_KEYS = ("fetch", "select", "remove", "filter", "executeClientScripts")
BUILT_IN = "removeQueryParams"
_OUR_WORDS = re.compile(r"sources\.\d+\.(url|select|remove)")
_THEIR_WORDS = {"url": "fetch"}
_LONGEST_FAULT = 500  # characters: a declaration may quote a whole page


@dataclass(frozen=True, slots=True)
class Terms:
    """A policy as declared, and the JavaScript filters that its pages want."""

    policy: PolicyDeclaration
    filters: tuple[str, ...] = ()


def read_terms(terms_type: str, raw: Any) -> Terms:
    """The terms; ValueError in words when they cannot be watched as they are declared."""
    pages = read_pages(raw)
    filters = [name for page in pages for name in _filters(page.get("filter"))]
    sources = [{"url": page["fetch"], **_selectors(page)} for page in pages]
    urls = [source["url"].partition("#")[0] for source in sources]
    twice = next((url for number, url in enumerate(urls) if url in urls[:number]), None)
    if twice is not None:
        raise ValueError(f"the page {twice} is combined with itself (what follows a # does not count)")
    declared = {"type": terms_type, "sources": sources, "browser": _browser(pages)}
    try:
        policy = PolicyDeclaration.model_validate(declared)
    except ValidationError as error:
        ours = "; ".join(faults_in(error))[:_LONGEST_FAULT]
        raise ValueError(_OUR_WORDS.sub(lambda found: f"`{_THEIR_WORDS.get(found[1], found[1])}`", ours)) from None
    return Terms(policy, tuple(dict.fromkeys(name for name in filters if name != BUILT_IN)))


def read_pages(raw: Any) -> list[dict[str, Any]]:
    """The pages that terms are read from, each with all that holds for it; ValueError in words otherwise.

    What a page of combined terms does not say, the terms say for all of them.
    """
    if not isinstance(raw, dict):
        raise fault("an object with `fetch`, or with `combine`,", raw)
    combined = raw.get("combine")
    if combined is None:
        return [_page(raw, {})]
    if not isinstance(combined, list) or not combined:
        raise fault("`combine`: a list of pages", combined)
    return [_page(page, raw) for page in combined]


def fault(wanted: str, came: Any) -> ValueError:
    return ValueError(f"{wanted} was wanted, {came!r:.100} came")


def _page(raw: Any, usual: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise fault("`combine`: a page with `fetch`", raw)
    said = {key: usual[key] for key in PAGE_KEYS if usual.get(key) is not None}
    said |= {key: raw[key] for key in PAGE_KEYS if raw.get(key) is not None}
    if not isinstance(said.get("fetch"), str):
        raise fault("`fetch`: the address of a page", said.get("fetch"))
    return said


def _selectors(page: dict[str, Any]) -> dict[str, Any]:
    return {key: page[key] for key in ("select", "remove") if key in page}


def _filters(raw: Any) -> list[str]:
    """The names of filters, each of which may stand as the one key of an object, before its parameters."""
    if raw is None:
        return []
    names = []
    for one in raw if isinstance(raw, list) else [raw]:
        name = next(iter(one)) if isinstance(one, dict) and len(one) == 1 else one
        if not isinstance(name, str):
            raise fault("`filter`: the name of a filter", one)
        names.append(name)
    return names


def _browser(pages: list[dict[str, Any]]) -> str:
    """One page that always needs the browser has all of them fetched by it; only if none may, none is."""
    wishes = [page.get("executeClientScripts") for page in pages]
    for wish in wishes:
        if wish is not None and not isinstance(wish, bool):
            raise fault("`executeClientScripts`: true or false", wish)
    if True in wishes:
        return "always"
    return "never" if all(wish is False for wish in wishes) else "auto"
