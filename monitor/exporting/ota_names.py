"""What services, policies and their pages are called among the files of an Open Terms Archive collection. Pure.

Each name is one that every file system takes, and is told from the others without regard to case.
"""

from collections.abc import Iterable, Sequence
from itertools import count

from monitor.interchange.ota_layout import Place, document_id, safe_name
from monitor.models import Policy, Source


class Names:
    def __init__(self, policies: Sequence[Policy]) -> None:
        self._policies: dict[int, Place] = {}
        self._sources: dict[int, Place] = {}
        services: dict[int, str] = {}
        taken: set[str] = set()
        for policy in policies:
            if policy.service_id not in services:
                services[policy.service_id] = _free(safe_name(policy.service.name), taken)
            service = services[policy.service_id]
            terms_type = _free(safe_name(policy.terms_type).replace(" #", " _"), taken, within=service)
            self._policies[policy.id] = Place(service, terms_type)
            self._sources |= _pages(policy.sources, service, terms_type)

    def of_policy(self, policy_id: int) -> Place:
        return self._policies[policy_id]

    def of_source(self, source_id: int) -> Place:
        return self._sources[source_id]


def _pages(sources: Iterable[Source], service: str, terms_type: str) -> dict[int, Place]:
    """A place for each page; those of a policy that has, or had, several are told apart by their document. Of two that
    have one name, it is that of the page that is read today.
    """
    known = sorted(sources, key=lambda source: source.retired_at is not None)
    if len(known) == 1:
        return {known[0].id: Place(service, terms_type)}
    taken: set[str] = set()
    names = {source.id: _document(source.url) for source in known}
    return {source_id: Place(service, terms_type, _free(name, taken)) for source_id, name in names.items()}


def _document(url: str) -> str:
    name = document_id(url)
    return safe_name(name) if name else ""


def _free(name: str, taken: set[str], *, within: str = "") -> str:
    """The name, or with a number behind it the first one that is not taken."""
    names = (name if number == 1 else f"{name} {number}".strip() for number in count(1))
    free = next(name for name in names if f"{within}/{name}".casefold() not in taken)
    taken.add(f"{within}/{free}".casefold())
    return free
