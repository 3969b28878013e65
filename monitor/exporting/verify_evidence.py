"""Checks that nothing in this folder was altered. Needs Python 3.8 or newer and nothing else: python3 verify.py

It reads SHA256SUMS and compares each file with it; compares each capture with its record, and sees that its manifest lists
that one's SHA-256; and sees that each manifest names the one before it by its own. It says what it found, and ends with 0 when all is as it
was, else with 1.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

SUMS = "SHA256SUMS"
FORMAT = "smallprint manifest 1"
HEAD = (
    "number",
    "day",
    "sealed_at",
    "snapshots",
    "previous",
)  # the lines of a manifest between its FORMAT and its list
FIELDS = ("captured_at", "sha256", "size_bytes", "status", "via", "url", "final_url", "headers_sha256")  # of a record


class Manifest:
    """A manifest's file, read; ValueError when it has not the form of one."""

    def __init__(self, file: Path) -> None:
        content = file.read_bytes()
        self.name = file.name
        self.sha256 = sha256(content).hexdigest()
        lines = content.decode("utf-8").split("\n")
        head, self.digests = lines[1 : len(HEAD) + 1], frozenset(lines[len(HEAD) + 1 : -1])
        if lines[0] != FORMAT or lines[-1] != "" or [line.partition(" ")[0] for line in head] != list(HEAD):
            raise ValueError("it is no manifest")
        values = dict(line.split(" ", 1) for line in head)
        self.number, self.previous = int(values["number"]), values["previous"]
        listed = len(lines) - len(HEAD) - 2
        if int(values["snapshots"]) != listed:
            raise ValueError(f"it says that it lists {values['snapshots']} captures, it lists {listed}")


def digest(file: Path) -> str:
    found = sha256()
    with file.open("rb") as content:
        for part in iter(lambda: content.read(1 << 20), b""):
            found.update(part)
    return found.hexdigest()


def check_sums(folder: Path) -> list[str]:
    """The files that are not as SHA256SUMS lists them."""
    faults = []
    listed = set()
    for line in (folder / SUMS).read_text(encoding="utf-8").splitlines():
        wanted, _, name = line.partition("  ")
        listed.add(name)
        file = folder / name
        if not name or not file.is_file():
            faults.append(f"{name or repr(line)}: listed in {SUMS}, and missing")
        elif digest(file) != wanted:
            faults.append(f"{name}: its SHA-256 is not the one in {SUMS}")
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    strange = sorted(name for name in there - listed if name != SUMS and not name.split("/")[-1].startswith("."))
    return faults + [f"{name}: it is not listed in {SUMS}" for name in strange]


def check_manifests(folder: Path) -> tuple[dict[str, Manifest], list[str]]:
    """The manifests by their names, and what is wrong with them."""
    manifests, faults = {}, []
    for file in sorted((folder / "manifests").glob("*.txt")):
        try:
            manifests[file.name] = Manifest(file)
        except (ValueError, KeyError, IndexError) as error:
            faults.append(f"manifests/{file.name}: {error}")
    chain = sorted(manifests.values(), key=lambda manifest: manifest.number)
    for place, manifest in enumerate(chain[1:]):
        before = chain[place]
        if manifest.number != before.number + 1:
            faults.append(f"manifests: number {before.number + 1} is missing")
        elif manifest.previous != before.sha256:
            faults.append(f"manifests/{manifest.name}: it names another SHA-256 than that of {before.name}")
    return manifests, faults if chain else [*faults, "manifests: there is none"]


def check_captures(folder: Path, manifests: dict[str, Manifest]) -> tuple[int, list[str]]:
    """How many captures there are, and what is wrong with them."""
    records = sorted((folder / "captures").glob("*.json"))
    faults = []
    for file in records:
        try:
            faults += [f"captures/{file.name}: {fault}" for fault in check_capture(file, manifests)]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            faults.append(f"captures/{file.name}: it cannot be read: {error}")
    return len(records), faults if records else ["captures: there is none"]


def check_capture(file: Path, manifests: dict[str, Manifest]) -> list[str]:
    """What is wrong with one capture: its bytes, its headers, its record, the manifest's list."""
    record = json.loads(file.read_text(encoding="utf-8"))
    headers = json.dumps(record["headers"], sort_keys=True, separators=(",", ":"))
    found = dict(
        record, sha256=digest(file.with_name(record["file"])), headers_sha256=sha256(headers.encode()).hexdigest()
    )
    faults = [] if found["sha256"] == record["sha256"] else [f"the bytes of {record['file']} are others"]
    manifest = manifests.get(record["manifest"])
    if manifest is None:
        return [*faults, f"its manifest {record['manifest']} is missing"]
    line = json.dumps([found[name] for name in FIELDS], separators=(",", ":")).encode()
    if file.with_suffix(".record").read_bytes() != line:
        faults.append("its record says something else")
    if sha256(line).hexdigest() not in manifest.digests:
        faults.append(f"the manifest {manifest.name} does not list it as it is here")
    return faults


def main() -> int:
    folder = Path(__file__).resolve().parent
    try:
        faults = check_sums(folder)
    except (OSError, ValueError) as error:
        faults = [f"{SUMS}: it cannot be read: {error}"]
    manifests, wrong = check_manifests(folder)
    captures, strange = check_captures(folder, manifests)
    faults += wrong + strange
    if faults:
        print("THIS FOLDER IS NOT AS IT WAS MADE.")
        for fault in faults:
            print("- " + fault)
        return 1
    last = max(manifests.values(), key=lambda manifest: manifest.number)
    print("All files are as SHA256SUMS lists them.")
    print(f"Each of the {captures} captures is as its manifest lists it: bytes, headers, address, time.")
    print(f"The manifests, {len(manifests)} of them, form a chain: each names the one before it by its SHA-256.")
    print(f"The last one is {last.name}, with the SHA-256")
    print("  " + last.sha256)
    print(
        "Compare it with the one that you were told, or that was deposited, at the time: it stands for all before it."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
