"""`smallprint`: the command line's frame. Each command stands in the file named after its work."""

import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError
from typer.exceptions import TyperException

from monitor.cli.console import err, out
from monitor.config import DEFAULT_HOME, HOME_VARIABLE, Settings, database_url, load
from monitor.database import Database, reason
from monitor.diff.own_rules import take_rules_of
from monitor.errors import SmallprintError, UsageError
from monitor.log_lines import OneLine

if TYPE_CHECKING:
    from monitor.home import Home

log = logging.getLogger(__name__)

USAGE_ERROR = 1
INTERRUPTED = 130

app = typer.Typer(
    name="smallprint",
    help="Watches the small print: archives policy pages, finds their dates, tells which words changed and which matter.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command works: the home folder, and the environment it was started in."""

    home: Path
    environment: dict[str, str]

    def open(self) -> "Home":
        """For commands that write: the home is made when missing, and that is said: the path may be mistyped."""
        if not self.home.exists():
            err.print(f"Making a new home: {self.home.resolve()}", markup=False)
        from monitor.home import open_home  # noqa: PLC0415  commands that only read do without all that checks pages

        return open_home(self.home, self.environment)

    def settings(self) -> Settings:
        return load(self.home, self.environment)

    def read(self) -> Database:
        """For commands that only read: an existing home, whose own rules say why a change weighs what it weighs."""
        take_rules_of(self.home)
        return self.database()

    def database(self) -> Database:
        """The database of an existing home, whatever its rules say."""
        return self._existing(self.settings().database_url(self.home))

    def database_alone(self) -> Database:
        """The same, whatever else the settings say: a secret that is not at hand is no matter."""
        return self._existing(database_url(self.home))

    def _existing(self, url: str) -> Database:
        database = Database(url)
        if database.file is not None and not database.file.is_file():
            raise UsageError(
                f"{self.home} is no smallprint home: there is no {database.file}. Make one with `smallprint --home {self.home} init`, or name another."
            )
        database.upgrade()
        return database


def place(context: typer.Context) -> Place:
    found = context.find_object(Place)
    assert found is not None
    return found


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(f"smallprint {version('smallprint')}")
        raise typer.Exit


@app.callback()
def start(
    context: typer.Context,
    home: Annotated[
        Path, typer.Option(envvar=HOME_VARIABLE, help="The folder of the database and the settings.")
    ] = DEFAULT_HOME,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the log on standard error: a line for each fetch and check.")
    ] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    _log_to_stderr(logging.INFO if verbose else logging.WARNING)
    context.obj = Place(home, dict(os.environ))


def _log_to_stderr(level: int) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)


COMMANDS = {  # the file of each command; only what was asked for is loaded, for the crawler and Apprise take their time
    "monitor.cli.declaring": ("init", "add", "list", "pause"),
    "monitor.cli.editing": ("edit",),
    "monitor.cli.running": ("run", "watch", "crawl", "process", "deliver"),
    "monitor.cli.reports": ("checks", "changes", "show"),
    "monitor.cli.histories": ("history", "at"),
    "monitor.cli.searching": ("search",),
    "monitor.cli.evidence": ("evidence",),
    "monitor.cli.documents": ("extract",),
    "monitor.cli.comparing": ("diff",),
    "monitor.cli.importing": ("import",),
    "monitor.cli.exporting": ("export",),
    "monitor.cli.tables": ("export",),
    "monitor.cli.reprocessing": ("reprocess",),
    "monitor.cli.archiving": ("archive",),
    "monitor.cli.backing_up": ("backup", "restore"),
    "monitor.cli.pruning": ("archive",),
    "monitor.cli.channels": ("channels",),
    "monitor.cli.doctor": ("doctor",),
    "monitor.cli.runs": ("runs",),
    "monitor.cli.demo.story": ("demo",),
}


def _load_commands(arguments: Sequence[str]) -> None:
    asked = [module for module, commands in COMMANDS.items() if set(commands) & set(arguments)]
    for module in COMMANDS if not asked or "--help" in arguments else asked:
        import_module(module)


def main() -> None:
    """Run the command line. An error that can be explained is one message on standard error and exit code 1."""
    _load_commands(sys.argv[1:])
    try:
        code = app(standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:  # the reader of our output left, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except (SmallprintError, TyperException, SQLAlchemyError, OSError) as error:
        if str(error):  # a command that only shows its help has nothing to explain
            err.print(f"smallprint: {_explain(error)}", style="red", markup=False)
        log.info("where it happened", exc_info=not isinstance(error, SmallprintError | TyperException))
        code = USAGE_ERROR
    raise SystemExit(code)


def _explain(error: Exception) -> str:
    if isinstance(error, TyperException):
        return f"{error.format_message().rstrip('.')}. `smallprint --help` lists what there is."
    if isinstance(error, SQLAlchemyError):
        return f"the database failed: {reason(error)}. Check its disk, its rights and that it runs, then try again; `smallprint --verbose` shows where."
    if isinstance(error, OSError):
        what = ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)
        return f"{what}. Check the place, its rights and the room on the disk, then try again; `smallprint --verbose` shows where."
    return str(error)
