"""`export`: what is known, in forms that other tools read."""

import typer

from monitor.cli.app import app

export = typer.Typer(help="Give out what is known, in forms that other tools read.", no_args_is_help=True)
app.add_typer(export, name="export")


@export.callback()
def forms() -> None:
    """Each form is a command of its own."""
