"""Where alerts go: `channels list`, `channels test`."""

import uuid
from typing import Annotated

import typer

from monitor.cli.app import app, place
from monitor.cli.console import out, print_json, print_table
from monitor.errors import UsageError
from monitor.home import utc_now
from notifier.channels import check, masked, send
from notifier.render import render
from notifier.sample import sample_letter

channels = typer.Typer(help="Where alerts go.", no_args_is_help=True)
app.add_typer(channels, name="channels")


@channels.command("list")
def list_channels(context: typer.Context, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """The channels declared, their secrets masked."""
    declared = place(context).settings().channels
    rows = [(name, masked(channel.url), check(channel.url) or "ok") for name, channel in sorted(declared.items())]
    if as_json:
        print_json({"channel": name, "url": url, "state": state} for name, url, state in rows)
    else:
        print_table(
            ("channel", "address", "state"),
            rows,
            empty="No channel is declared. Add [channels.NAME] with a url to smallprint.toml.",
        )


@channels.command("test")
def test_channel(context: typer.Context, name: Annotated[str, typer.Argument(help="The channel's name.")]) -> None:
    """Send a sample message to a channel."""
    declared = place(context).settings().channels
    if name not in declared:
        raise UsageError(f"no channel is called {name!r}; declared: {', '.join(sorted(declared)) or 'none'}.")
    send(name, declared[name].url, render(str(uuid.uuid4()), [sample_letter()], at=utc_now()))
    out.print(f"{name}: the sample was accepted.", markup=False)
