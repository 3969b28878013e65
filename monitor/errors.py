"""The errors of smallprint, one tree.

SmallprintError
├── UsageError          what was asked for cannot be done as asked; exit code 1
│   ├── DamageError          what was to be taken is torn or damaged
│   └── ConfigurationError   a setting or a declaration is wrong; names the place and the nearest right name
├── ReadingError        the bytes could not be read as text; the check is `failed`
├── ReaderGoneError     the children that read were ended from outside; the check stays open
├── ArchiveError        the archive does not give back the bytes that it was given
├── ModelError          a language model gave no text that can be used; the change is told without one
└── DeliveryError       a channel did not take a message; `permanent` says whether trying again helps

Messages say what was wanted, what came and what to do.
"""


class SmallprintError(Exception):
    """Something smallprint can explain."""


class UsageError(SmallprintError):
    """What was asked for cannot be done as asked."""


class DamageError(UsageError):
    """What was to be taken is torn or damaged; a whole copy of it may be taken."""


class ConfigurationError(UsageError):
    """A setting or a declaration is wrong."""


class ReadingError(SmallprintError):
    """The bytes could not be read as text."""


class ReaderGoneError(SmallprintError):
    """The children that read were ended from outside, as when the whole process group is told to stop."""


class ArchiveError(SmallprintError):
    """The archive does not give back the bytes that it was given."""


class ModelError(SmallprintError):
    """A language model gave no text that can be used."""


class DeliveryError(SmallprintError):
    """A channel did not take a message."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
