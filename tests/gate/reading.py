"""Detection and coverage, measured in this process: each run of captures is read and folded once.

The figures mean what the scorers' figures mean: a reported change is one above cosmetic, dated at its first sighting; a
failure is recognised when its check is inaccessible in the end; kept and pure compare the words read with those that
people selected by hand.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context

from cssselect import SelectorError
from lxml import html

from monitor.errors import ReadingError
from monitor.extract.document import extract
from monitor.types import Document, Outcome, PageState, Significance
from tests.gate.captures import Step, bodies, plain_selectors, runs
from tests.monitor.histories import PageHistory

ENOUGH_WORDS = 100  # selected by hand, for a share to mean anything
LONG = 400
LEAST_KEPT = 0.95
_WORD = re.compile(r"[^\W_]+")


@dataclass
class RunFigures:
    """What one run came to. `kept` and `pure` are None when its hand selection cannot be used."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    kept: float | None = None
    pure: float | None = None
    long: bool = False


def measure() -> tuple[dict[str, dict[str, float]], list[str]]:
    """(scorer -> figure -> value, what went wrong, a line each)."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(_run, runs().values()))
    counts = sum((figures.counts for figures in found), Counter())
    wrong = [line for figures in found for line in figures.wrong]
    return {"detection": _detection(counts), "coverage": _coverage(found)}, wrong


def _detection(counts: Counter[str]) -> dict[str, float]:
    unchanged = counts["quiet"] + counts["false alert"]
    return {
        "precision": counts["hit"] / (counts["hit"] + counts["false alert"]),
        "recall": counts["hit"] / (counts["hit"] + counts["miss"]),
        "false-alerts-per-100": 100 * counts["false alert"] / unchanged,
        "page-failures-alerted": counts["failure alerted"],
        "page-failures-recognised": counts["failure seen"] / counts["failure"],
        "false-inaccessible-per-100": 100 * counts["good called inaccessible"] / counts["good"],
    }


def _coverage(found: Iterable[RunFigures]) -> dict[str, float]:
    usable = [figures for figures in found if figures.kept is not None and figures.pure is not None]
    return {
        "kept-mean": sum(figures.kept or 0 for figures in usable) / len(usable),
        "pure-mean": sum(figures.pure or 0 for figures in usable) / len(usable),
        "below": sum(figures.long and (figures.kept or 0) < LEAST_KEPT for figures in usable),
    }


def _run(steps: Sequence[Step]) -> RunFigures:
    captured = bodies(steps[0])
    figures, history = RunFigures(), PageHistory()
    url = steps[0]["source_url"] or "https://example.org/policy"
    newest_good: tuple[Step, Document] | None = None
    for step in steps:
        kind = "application/pdf" if step["file"].endswith(".pdf") else "text/html; charset=utf-8"
        history.at = datetime.fromisoformat(step["time"])
        try:
            document = extract(captured[step["file"]], content_type=kind, url=url)
        except ReadingError as error:
            document = Document("", None, (), "", page_state=PageState.EMPTY, page_evidence=str(error))
        history.decide(document)
        if step.get("page_ok") and kind != "application/pdf":
            newest_good = step, document
    for place, step in enumerate(steps[1:], 1):
        _count(figures, step, history, place)
    if newest_good is not None:
        step, document = newest_good
        _cover(figures, step, captured[step["file"]], document)
    return figures


def _count(figures: RunFigures, step: Step, history: PageHistory, place: int) -> None:
    """Count one labelled capture, as the scorer does."""
    told = history.told_at(place) > Significance.COSMETIC
    away = history.outcome_at(place) is Outcome.INACCESSIBLE
    label, good = step["label"], bool(step.get("page_ok"))
    if label == "page_failure" and good:
        label = step.get("vs_last_good") or "none"
    if label == "page_failure" and not step.get("ambiguous"):
        figures.counts.update({"failure": 1, "failure alerted": told, "failure seen": away})
    elif good:
        figures.counts.update({"good": 1, "good called inaccessible": away})
    if label != "page_failure" and not step.get("ambiguous"):
        wanted = label in {"policy_text", "date_only"}
        figures.counts["hit" if wanted and told else "miss" if wanted else "false alert" if told else "quiet"] += 1
        if wanted is not told:
            figures.wrong.append(f"{step['run']} {step['i']}: {label}, {'told' if told else 'not told'}")


def _cover(figures: RunFigures, step: Step, body: bytes, document: Document) -> None:
    select, remove = plain_selectors(step["ota_select"]), plain_selectors(step["ota_remove"])
    if select is None or remove is None:
        return
    try:
        truth = _selected(body, select, remove)
    except SelectorError:
        return
    words, read = sum(truth.values()), _counted(document.text)
    if words < ENOUGH_WORDS:
        return
    common = sum((truth & read).values())
    figures.kept, figures.pure, figures.long = common / words, common / max(1, sum(read.values())), words >= LONG
    if figures.long and figures.kept < LEAST_KEPT:
        figures.wrong.append(f"{step['run']}: only {figures.kept:.3f} of the policy's words kept")


def _selected(body: bytes, select: Iterable[str], remove: Iterable[str]) -> Counter[str]:
    """The words that people selected by hand."""
    tree = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    never = [*tree.iter("script", "style", "noscript", "template", "nav"), *tree.cssselect("[role=navigation]")]
    for element in [*never, *(element for selector in remove for element in tree.cssselect(selector))]:
        if element.getparent() is not None:
            element.drop_tree()
    found = list(dict.fromkeys(element for selector in select for element in tree.cssselect(selector)))
    outer = [element for element in found if not any(parent in found for parent in element.iterancestors())]
    return _counted(" ".join(" ".join(element.itertext()) for element in outer))


def _counted(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))
