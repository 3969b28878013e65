"""The settings in a backup, for a home that is another one than they were written for."""

import re
import tomllib

from monitor.config import SETTINGS_FILE
from monitor.errors import UsageError

NAMED = re.compile(r"""^(?=[ \t]*["']?database["']?[ \t]*=)""", re.MULTILINE)


def without_database(settings: bytes) -> bytes:
    """The settings with the line that names a database as a comment, for it would lead to that of the old home, or to
    anybody's. UsageError when they cannot be read, or that line cannot be told.
    """
    try:
        text = settings.decode()
        named = tomllib.loads(text)
        if "database" not in named:
            return settings
        own = NAMED.sub("# ", text, count=1)
        if tomllib.loads(own) == {key: value for key, value in named.items() if key != "database"}:
            return own.encode()
    except (ValueError, RecursionError):
        pass
    raise UsageError(
        f"the backup's {SETTINGS_FILE}: settings whose line `database = ...` can be told were wanted, others came. "
        f"Put a {SETTINGS_FILE} of your own into the new home (an empty file will do), and restore again."
    )
