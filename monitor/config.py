"""The settings: `smallprint.toml` in the home folder, then the environment. Unknown keys are errors.

The home folder (`--home`, or SMALLPRINT_HOME, by default `./smallprint-data`) holds the database and the settings.
Secrets may stay out of the file: `url = "env:NAME"` reads the environment, `url = "file:/run/secrets/name"` a file.
A channel may also come from the environment alone: SMALLPRINT_CHANNEL_LEGAL=slack://... makes the channel `legal`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from monitor.addresses import url_refusal
from monitor.errors import ConfigurationError
from monitor.tags import tag_name
from monitor.timing import UTC_NAME, time_zone_fault

HOME_VARIABLE = "SMALLPRINT_HOME"
DEFAULT_HOME = Path("smallprint-data")
SETTINGS_FILE = "smallprint.toml"
DATABASE_FILE = "smallprint.db"
CHANNEL_PREFIX = "SMALLPRINT_CHANNEL_"
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
LONGEST_SECONDS = 366 * UNITS["d"]  # what is rarer is not watched, and far moments overflow the calendar
MOST_DIGITS = 9
Level = Literal["cosmetic", "date", "editorial", "minor", "substantive"]
TOLD: tuple[Level, ...] = ("substantive", "minor", "date")


def seconds(text: object) -> int:
    """`90`, `"30m"`, `"24h"`, `"7d"` -> seconds; from 1 second to 366 days."""
    if isinstance(text, int) and not isinstance(text, bool):
        number = text
    else:
        word = str(text).strip().lower()
        amount, unit = (word[:-1], word[-1]) if word[-1:] in UNITS else (word, "s")
        if not amount.isdecimal():
            raise ValueError(f'a duration such as "30m", "24h" or "7d" was wanted, {text!r} came')
        number = int(amount) * UNITS[unit] if len(amount) <= MOST_DIGITS else LONGEST_SECONDS + 1
    if number < 1:
        raise ValueError(f"a duration of at least one second was wanted, {text!r} came")
    if number > LONGEST_SECONDS:
        raise ValueError(f"a duration of at most 366 days was wanted, {str(text)[:40]!r} came")
    return number


Duration = Annotated[int, BeforeValidator(seconds)]


def time_zone(name: str) -> str:
    """The name when there is a time zone of that name; ValueError in words otherwise."""
    fault = time_zone_fault(name)
    if fault:
        raise ValueError(fault)
    return name


TimeZone = Annotated[str, AfterValidator(time_zone)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CrawlSettings(_Section):
    """`[crawl]`: how pages are asked for."""

    contact: str = ""
    delay_seconds: float = Field(default=2.0, ge=0)
    timeout_seconds: float = Field(default=30.0, gt=0)
    concurrent_requests: int = Field(default=16, ge=1)
    allow_private: bool = False
    browser: bool = True
    browser_executable: str = "/usr/bin/chromium"
    browser_timeout_seconds: float = Field(default=20.0, gt=0)


class ChannelSettings(_Section):
    """`[channels.NAME]`: a destination, as an Apprise URL. The URL is a secret."""

    url: SecretStr


class RuleSettings(_Section):
    """`[[rules]]`: which changes of which policies go to which channels.

    `policies` are patterns over slugs (`acme/*`); `silent` tells a wording that moved while the stated date did not,
    whatever its significance from editorial on.
    """

    channels: tuple[str, ...] = ()
    policies: tuple[str, ...] = ("*",)
    significance: tuple[Level, ...] = TOLD
    silent: bool = True


class RetentionSettings(_Section):
    """`[[retention]]`: for how long the bytes of captures are kept. Without one, and where none fits a policy, for ever.

    It fits the policies that have all of its `tags` and whose slug one of the patterns `policies` fits.
    """

    keep_days: int = Field(ge=1, le=36_500)
    policies: tuple[str, ...] = ("*",)
    tags: tuple[Annotated[str, BeforeValidator(tag_name)], ...] = ()


class MachineTextSettings(_Section):
    """`[machine_text]`: the language model that writes a text about a change. Without the table no model is ever asked.

    `endpoint` is the address before `/chat/completions`; the key is a secret, empty for a model that wants none.
    """

    endpoint: str
    model: str = Field(min_length=1, max_length=200)
    key: SecretStr = SecretStr("")
    least: Level = "substantive"
    timeout_seconds: float = Field(default=30.0, gt=0, le=120)
    allow_private: bool = False

    @field_validator("key")
    @classmethod
    def _fits_a_header(cls, key: SecretStr) -> SecretStr:
        if not all("!" <= sign <= "~" for sign in key.get_secret_value()):
            raise ValueError("a key of printable ASCII without spaces was wanted, another one came")
        return key

    @model_validator(mode="after")
    def _is_an_endpoint(self) -> Self:
        """Only its form: where it leads is judged when it is connected to."""
        refused = url_refusal(self.endpoint, allow_private=True)
        if refused:
            raise ValueError(f"endpoint: {refused}")
        parts = urlsplit(self.endpoint)
        if parts.query or parts.fragment or not self.endpoint.isascii():
            raise ValueError("endpoint: an ASCII address without ? and # was wanted, such as https://models.example/v1")
        if parts.scheme != "https" and not self.allow_private:
            raise ValueError(
                "endpoint: https was wanted, http came. http is only for a model of your own: allow_private = true"
            )
        return self


class Settings(_Section):
    """All of `smallprint.toml`."""

    database: str = ""
    interval: Duration = 86400
    adaptive: bool = False
    time_zone: TimeZone = UTC_NAME
    lease: Duration = 3600
    crawl: CrawlSettings = CrawlSettings()
    channels: dict[str, ChannelSettings] = Field(default_factory=dict)
    rules: tuple[RuleSettings, ...] = (RuleSettings(),)
    retention: tuple[RetentionSettings, ...] = ()
    machine_text: MachineTextSettings | None = None

    def database_url(self, home: Path) -> str:
        return self.database or f"sqlite:///{home.resolve() / DATABASE_FILE}"


def load(home: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of a home folder; the defaults when it has no `smallprint.toml`."""
    path = home / SETTINGS_FILE
    raw = _read(path) if path.exists() else {}
    channels = raw.setdefault("channels", {})
    if isinstance(channels, dict):
        channels.update(_environment_channels(environment))
        for name, channel in channels.items():
            if isinstance(channel, dict) and isinstance(channel.get("url"), str):
                channel["url"] = _secret(channel["url"], environment, f"{path}: channels.{name}.url")
    model = raw.get("machine_text")
    if isinstance(model, dict) and isinstance(model.get("key"), str):
        model["key"] = _secret(model["key"], environment, f"{path}: machine_text.key")
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        raise ConfigurationError("\n".join(_explain(path, error))) from None
    _check_rules(path, settings)
    return settings


def database_url(home: Path) -> str:
    """The URL of a home's database, whatever else its settings say: secrets that are not at hand are no matter."""
    path = home / SETTINGS_FILE
    named = _read(path).get("database", "") if path.exists() else ""
    if not isinstance(named, str):
        raise ConfigurationError(f"{path}: database: a URL was wanted, {named!r} came")
    return Settings(database=named).database_url(home)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"{path}: the settings cannot be read: {error.strerror}. Check the file's owner and mode."
        ) from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: UTF-8 text was wanted, other bytes came. Save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}. Mend that line.") from None


def _environment_channels(environment: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {
        name.removeprefix(CHANNEL_PREFIX).lower(): {"url": value}
        for name, value in environment.items()
        if name.startswith(CHANNEL_PREFIX) and value
    }


def _secret(text: str, environment: Mapping[str, str], place: str) -> str:
    """The secret itself, or what `env:NAME` or `file:PATH` points at."""
    if text.startswith("env:"):
        value = environment.get(text.removeprefix("env:"), "")
        if not value:
            raise ConfigurationError(
                f"{place}: the environment variable {text.removeprefix('env:')} was wanted, it is not set. Set it, or write the secret itself."
            )
        return value
    if text.startswith("file:"):
        try:
            return Path(text.removeprefix("file:")).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigurationError(
                f"{place}: the secret file {text.removeprefix('file:')} cannot be read. Check its path and mode."
            ) from None
    return text


def _explain(path: Path, error: ValidationError) -> Iterator[str]:
    """One line a fault, never with the value of a secret."""
    for fault in error.errors(include_input=False, include_url=False):
        place = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            yield f"{path}: {place}: unknown setting{_nearest(fault['loc'])}"
        else:
            yield f"{path}: {place}: {fault['msg']}"


def _nearest(location: tuple[int | str, ...]) -> str:
    """The nearest right name, or all that are known there."""
    known = _known_keys(location[:-1])
    near = get_close_matches(str(location[-1]), known, n=1)
    return f"; did you mean `{near[0]}`?" if near else f"; known here: {', '.join(sorted(known))}"


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    sections: dict[str, type[BaseModel]] = {
        "crawl": CrawlSettings,
        "channels": ChannelSettings,
        "rules": RuleSettings,
        "retention": RetentionSettings,
        "machine_text": MachineTextSettings,
    }
    model = sections.get(str(location[0]), Settings) if location else Settings
    return list(model.model_fields)


def _check_rules(path: Path, settings: Settings) -> None:
    for rule in settings.rules:
        for name in rule.channels:
            if name not in settings.channels:
                known = ", ".join(sorted(settings.channels)) or "none"
                raise ConfigurationError(
                    f"{path}: rules: the channel {name!r} is not declared (declared: {known}). Add [channels.{name}] or correct the name."
                )
