"""Policies -> declarations in the form of Open Terms Archive. Pure.

A page that is read automatically has no `select`; their own engine wants one for each page that is no PDF.
"""

from collections.abc import Sequence
from typing import Any

from monitor.exporting.ota_names import Names
from monitor.interchange.carried import written_selector
from monitor.models import Policy, Source
from monitor.types import Range

_SCRIPTS = {"always": {"executeClientScripts": True}, "never": {"executeClientScripts": False}}


def declarations(policies: Sequence[Policy], names: Names) -> dict[str, dict[str, Any]]:
    """Service id -> its declaration, of all that is read today."""
    services: dict[str, dict[str, Any]] = {}
    for policy in policies:
        place = names.of_policy(policy.id)
        service = services.setdefault(place.service, {"name": policy.service.name, "terms": {}})
        service["terms"][place.terms_type] = _terms(policy)
    return services


def _terms(policy: Policy) -> dict[str, Any]:
    pages = [_page(source) for source in policy.sources if source.retired_at is None]
    return (pages[0] if len(pages) == 1 else {"combine": pages}) | _SCRIPTS.get(policy.browser, {})


def _page(source: Source) -> dict[str, Any]:
    page: dict[str, Any] = {"fetch": source.url}
    if source.selection is not None:
        wanted = {"select": source.selection.select, "remove": source.selection.remove}
        page |= {key: _selectors(selectors) for key, selectors in wanted.items() if selectors}
    return page


def _selectors(selectors: Sequence[str | Range]) -> Any:
    written = [written_selector(one) for one in selectors]
    return written[0] if len(written) == 1 else written
