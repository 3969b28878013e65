"""What is known of a version at a moment, in words: the sightings beside it, and whether it is taken for the policy's at all."""

from datetime import datetime

from sqlalchemy.orm import Session

from monitor import history
from monitor.cli.console import day
from monitor.models import Version

STATES = {
    "confirmed": "",
    "pending": "not confirmed: it may be another page in the policy's place",
    "withdrawn": "withdrawn: taken for another page in the policy's place",
}


def seen_beside(session: Session, version: Version, moment: datetime) -> str:
    """What the page showed at a moment was seen only where a sighting was made then; else, what lies on either side of it."""
    beside = history.sightings_beside(session, version, moment)
    if beside.before == moment:
        return f"It was seen with this wording at {day(moment)}."
    seen, unseen = f"seen with this wording at {day(beside.before)}", f"What the page showed at {day(moment)}"
    if beside.next_version is None:
        return f"Last {seen}; no newer wording is confirmed. {unseen} is not known."
    if beside.next_version is version:
        return f"S{seen[1:]}, and next at {day(beside.after)}. {unseen}, in between, was not seen."
    how = "the page is read in another way from then on" if beside.next_version.technical else "it changed in between"
    following = f"version {beside.next_version.number} was first seen at {day(beside.after)}: {how}"
    return f"Last {seen}; {following}. {unseen} was not seen."
