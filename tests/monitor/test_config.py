"""The settings: defaults, secrets, and errors that say what to do."""

from pathlib import Path

import pytest

from monitor.config import load, seconds
from monitor.errors import ConfigurationError

SECRET = "slack://T0KEN-A/T0KEN-B/T0KEN-C"
MODEL = "[machine_text]\nmodel = 'a'\nendpoint = "


def _load(folder: Path, text: str, **environment: str):
    (folder / "smallprint.toml").write_text(text, encoding="utf-8")
    return load(folder, environment)


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, {})
    assert (settings.interval, settings.crawl.allow_private, settings.channels) == (86400, False, {})
    assert settings.database_url(tmp_path).startswith("sqlite:///")


@pytest.mark.parametrize(("text", "wanted"), [("90", 90), ("30m", 1800), ("24h", 86400), ("7d", 604800), (5, 5)])
def test_durations_are_read(text: object, wanted: int) -> None:
    assert seconds(text) == wanted


@pytest.mark.parametrize("text", ["367d", "999999999w", "9" * 5000, 366 * 86400 + 1])
def test_a_duration_of_more_than_a_year_is_refused(text: object) -> None:
    assert seconds("366d") == 366 * 86400
    with pytest.raises(ValueError, match="a duration of at most 366 days was wanted"):
        seconds(text)


@pytest.mark.parametrize("text", ["", "soon", "-1h", "0", "1.5h", True, None])
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="was wanted"):
        seconds(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('intervall = "1h"', "intervall: unknown setting; did you mean `interval`?"),
        ("[crawl]\nallow_privat = true", "crawl.allow_privat: unknown setting; did you mean `allow_private`?"),
        ("[channels.x]\nurl = 'json://x'\ncolour = 1", "channels.x.colour: unknown setting; known here: url"),
        ("[crawl]\ndelay_seconds = -1", "crawl.delay_seconds: Input should be greater than or equal to 0"),
        ('interval = "soon"', 'a duration such as "30m", "24h" or "7d" was wanted'),
        ("interval =", "not valid TOML"),
        ('[[rules]]\nchannels = ["nobody"]', "the channel 'nobody' is not declared"),
        ('[channels.x]\nurl = "env:NOT_SET"', "the environment variable NOT_SET was wanted"),
        ('[channels.x]\nurl = "file:/nowhere"', "the secret file /nowhere cannot be read"),
        ("[machine_text]\nmodle = 'a'", "machine_text.modle: unknown setting; did you mean `model`?"),
        ("[machine_text]\nmodel = 'a'", "machine_text.endpoint: Field required"),
        (f"{MODEL}'http://models.example'", "machine_text: Value error, endpoint: https was wanted, http came"),
        (f"{MODEL}'https://u:p@models.example'", "endpoint: refused: a URL with a user name or password"),
        (f"{MODEL}'https://models.example/v1?a=b'", "endpoint: an ASCII address without ? and # was wanted"),
        (f"{MODEL}'https://models.example'\nleast = 'big'", "machine_text.least: Input should be 'cosmetic'"),
        (f"{MODEL}'https://models.example'\nkey = 'env:NOT_SET'", "the environment variable NOT_SET was wanted"),
    ],
)
def test_a_wrong_setting_is_named_with_the_file_and_the_way_out(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        _load(tmp_path, text)
    assert message in str(raised.value)
    assert "smallprint.toml" in str(raised.value)


def test_secrets_come_from_environment_and_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET + "\n", encoding="utf-8")
    settings = _load(
        tmp_path,
        f'[channels.a]\nurl = "env:A_URL"\n[channels.b]\nurl = "file:{tmp_path / "secret"}"\n',
        A_URL=SECRET,
        SMALLPRINT_CHANNEL_LEGAL=SECRET,
    )
    assert {name: channel.url.get_secret_value() for name, channel in settings.channels.items()} == dict.fromkeys(
        ("a", "b", "legal"), SECRET
    )


def test_secrets_do_not_show(tmp_path: Path) -> None:
    settings = _load(tmp_path, f'[channels.a]\nurl = "{SECRET}"')
    assert "T0KEN" not in repr(settings)
    assert "T0KEN" not in str(settings.model_dump())


def test_an_error_does_not_show_a_secret(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        _load(tmp_path, f'[channels.a]\nurl = ["{SECRET}"]\n[crawl]\ntimeout_seconds = "x"')
    assert "T0KEN" not in str(raised.value)


def test_a_models_key_is_a_secret_like_a_channels_url(tmp_path: Path) -> None:
    settings = _load(tmp_path, f"{MODEL}'https://models.example/v1'\nkey = 'env:MODEL_KEY'", MODEL_KEY="T0KEN")
    assert settings.machine_text is not None
    assert settings.machine_text.key.get_secret_value() == "T0KEN"
    assert (settings.machine_text.least, settings.machine_text.timeout_seconds) == ("substantive", 30)
    assert "T0KEN" not in repr(settings)


@pytest.mark.parametrize("key", ["'T0KEN T0KEN'", '"T0KEN\\r\\nHost: x"', "['T0KEN']"])
def test_a_key_that_fits_no_header_is_refused_unseen(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        _load(tmp_path, f"{MODEL}'https://models.example/v1'\nkey = {key}")
    assert "machine_text.key" in str(raised.value)
    assert "T0KEN" not in str(raised.value)
