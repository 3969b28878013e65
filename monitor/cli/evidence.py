"""`evidence`: a change as a zip that a court can read."""

from hashlib import file_digest
from pathlib import Path
from typing import Annotated

import typer

from monitor import history
from monitor.archive import manifest
from monitor.cli.app import app, place
from monitor.cli.console import out
from monitor.cli.contracts import change_json
from monitor.cli.redlines import comparison_of
from monitor.exporting.evidence import unsealed, write_evidence
from monitor.exporting.whole_file import whole_file
from monitor.home import utc_now


@app.command()
def evidence(
    context: typer.Context,
    change: Annotated[int, typer.Argument(help="The change's number.")],
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.zip]", help="Where to write it; evidence-CHANGE.zip when not given.")
    ] = None,
) -> None:
    """Write what is archived of a change into a zip: captures, redline, manifests, how to verify them without smallprint."""
    database, file = place(context).read(), file or Path(f"evidence-{change}.zip")
    with database.writing() as session:
        if unsealed(session, history.change(session, change)):
            manifest.seal(session, utc_now())
    with database.reading() as session, whole_file(file) as zipped:
        found = history.change(session, change)
        form = {**change_json(found), "not_read": history.not_read(session, found)}
        write_evidence(zipped, session, found, comparison_of(found), form)
    with file.open("rb") as written:
        digest = file_digest(written, "sha256").hexdigest()
    out.print(f"Written: {file}\nIts SHA-256 is {digest}", markup=False)
    out.print("Keep that number apart from the file, or send it to somebody: it shows later that the file is the same.")
