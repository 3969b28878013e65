"""What colour a level of significance has in the terminal, as `rich` names them. Pure."""

COLOURS = {
    "substantive": "bold red",
    "minor": "yellow",
    "date": "cyan",
    "editorial": "blue",
    "cosmetic": "dim",
    "none": "dim",
}
