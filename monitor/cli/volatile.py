"""`history POLICY --volatile`: the blocks learned to differ again and again, and taking one back into the watch."""

from monitor.checks import STATE
from monitor.cli.app import Place
from monitor.cli.console import day, out, print_json, print_table, stamp
from monitor.decide.state import Slot
from monitor.errors import UsageError
from monitor.models import Policy
from monitor.policies import find


def print_volatile(policy: Policy, *, as_json: bool) -> None:
    """All places that differed lately, those set apart first."""
    slots = sorted(_slots(policy), key=lambda slot: (not slot.apart, slot.since))
    if as_json:
        print_json(_slot_json(policy, slot) for slot in slots)
        return
    print_table(
        ("block", "state", "under", "differed", "since", "it read last"),
        (
            (slot.id, _state(policy, slot), slot.section, f"{slot.changes} times", day(slot.since), slot.sample)
            for slot in slots
        ),
        empty="No block of this policy differs again and again.",
    )
    if any(slot.apart for slot in slots):
        out.print(f"To be told of one again: smallprint history {policy.slug} --watch BLOCK", markup=False)


def watch_again(place: Place, name: str, *, watch: str, set_apart: str) -> None:
    """Take a block back into the watch, or set it apart again; UsageError when there is no such block."""
    with place.open() as home, home.database.writing() as session:
        policy = find(session, name)
        known = {slot.id: slot for slot in _slots(policy) if slot.apart}
        for block in filter(None, (watch, set_apart)):
            if block not in known:
                raise UsageError(
                    f"a volatile block of {policy.slug} was wanted, {block!r} came; see `smallprint history {policy.slug} --volatile`."
                )
        watched = {*policy.watched_blocks, watch} - {set_apart, ""}
        policy.watched_blocks = sorted(watched)
        lines = [f"{block}: {_state(policy, known[block])}" for block in filter(None, (watch, set_apart))]
    for line in lines:
        out.print(f"{policy.slug}  block {line}", markup=False)


def _slots(policy: Policy) -> tuple[Slot, ...]:
    return STATE.validate_python(policy.state).slots


def _state(policy: Policy, slot: Slot) -> str:
    if not slot.apart:
        return "looked at"
    return "watched, by your word" if slot.id in policy.watched_blocks else "set apart"


def _slot_json(policy: Policy, slot: Slot) -> dict[str, object]:
    return {
        "policy": policy.slug,
        "block": slot.id,
        "state": _state(policy, slot),
        "section": slot.section,
        "changes": slot.changes,
        "since": stamp(slot.since),
        "text": slot.sample,
    }
