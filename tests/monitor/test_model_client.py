"""The connection to a model: where it may lead, and how it ends whatever the other side does."""

import socket
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from monitor import addresses
from monitor.errors import ModelError
from monitor.model_client import ANSWER_BYTES, ask
from tests.certificates import self_signed
from tests.monitor.chats import KEY, TEXT, completion, model_settings
from tests.notifier.servers import Hook

QUESTION = ({"role": "user", "content": "what changed?"},)


@pytest.fixture
def model() -> Iterator[Hook]:
    with Hook(answer=completion()).running() as hook:
        yield hook


def _why_not(hook: Hook, *, seconds: float = 5, **others: Any) -> str:
    """Why a question got no answer; never with the key."""
    began = time.monotonic()
    with pytest.raises(ModelError) as raised:
        ask(model_settings(hook, **others), QUESTION, seconds=seconds)
    assert time.monotonic() - began < seconds + 2
    assert KEY not in repr(raised.value)
    assert raised.value.__cause__ is None
    return str(raised.value)


def _resolve(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Let every name lead to these addresses, one look-up after the other; the names that were looked up."""
    left, names = list(answers), []

    def look_up(host: str, port: int, *_rest: Any, **_more: Any) -> list[Any]:
        names.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (left.pop(0), port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return names


@pytest.mark.parametrize("end", ["", "/"])
def test_the_question_is_posted_in_the_openai_form(model: Hook, end: str) -> None:
    settings = model_settings(model)
    settings = settings.model_copy(update={"endpoint": settings.endpoint + end})
    assert ask(settings, QUESTION, seconds=5) == TEXT
    [post] = model.posts
    assert post.path == "/v1/chat/completions"
    assert post.headers["authorization"] == f"Bearer {KEY}"
    assert post.headers["host"] == f"127.0.0.1:{model.port}"
    assert post.json == {"model": "kite-7b", "messages": list(QUESTION), "stream": False}


def test_without_a_key_nothing_is_authorized(model: Hook) -> None:
    assert ask(model_settings(model, key=""), QUESTION, seconds=5) == TEXT
    assert "authorization" not in model.posts[0].headers


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "[::1]"])
def test_a_private_address_is_refused_and_sees_nothing(model: Hook, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setattr(addresses, "PORTS", {"http": 80, "https": model.port})
    endpoint = f"https://{host}:{model.port}/v1"
    assert "is not a public address" in _why_not(model, endpoint=endpoint, allow_private=False)
    assert model.posts == []


def test_a_port_that_is_not_the_webs_is_refused_and_sees_nothing(model: Hook) -> None:
    endpoint = f"https://localhost:{model.port}/v1"
    assert "neither 80 nor 443" in _why_not(model, endpoint=endpoint, allow_private=False)
    assert model.posts == []


def test_a_name_that_changes_its_address_gains_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """127.0.0.1 plays a public address. The one that was judged is the one that is connected to: there is one look-up."""
    with Hook(answer=completion(), tls=self_signed(tmp_path / "a.pem")).running() as model:
        monkeypatch.setattr(addresses, "PORTS", {"http": 80, "https": model.port})
        monkeypatch.setattr(addresses, "is_public", lambda address: address == ip_address("127.0.0.1"))
        names = _resolve(monkeypatch, "127.0.0.1", "127.0.0.2")
        endpoint = f"https://model.example:{model.port}/v1"
        assert "its certificate is not trusted" in _why_not(model, endpoint=endpoint, allow_private=False)
        assert names == ["model.example"]
        _resolve(monkeypatch, "127.0.0.2", "127.0.0.1")
        said = _why_not(model, endpoint=endpoint, allow_private=False)
        assert said == "refused: model.example (127.0.0.2) is not a public address (allow_private is off)"


def test_a_certificate_counts_only_when_it_is_vouched_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Hook(answer=completion(), tls=self_signed(tmp_path / "a.pem")).running() as model:
        assert "its certificate is not trusted" in _why_not(model)
        assert model.posts == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "a.pem"))
        assert ask(model_settings(model), QUESTION, seconds=5) == TEXT


def test_a_certificate_of_another_host_is_not_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "a.pem"))
    with Hook(answer=completion(), tls=self_signed(tmp_path / "a.pem", "192.0.2.1")).running() as model:
        assert "its certificate is not trusted" in _why_not(model)
        assert model.posts == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(model: Hook, status: int) -> None:
    with Hook(answer=completion()).running() as other:
        model.status, model.location = status, f"http://127.0.0.1:{other.port}/v1/chat/completions"
        assert f"answered {status}, a redirect" in _why_not(model)
        assert (len(model.posts), other.posts) == (1, [])


def test_a_proxy_of_the_environment_is_not_used(model: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask(model_settings(model), QUESTION, seconds=5) == TEXT


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
def test_an_error_is_told_by_its_number_alone(model: Hook, status: int) -> None:
    model.status, model.answer = status, f"Incorrect API key provided: {KEY}"
    assert _why_not(model) == f"127.0.0.1:{model.port} answered {status}"


def test_a_model_that_never_answers_is_left_at_the_deadline(model: Hook) -> None:
    model.delay_seconds = 60
    assert "did not answer within 0.5 seconds" in _why_not(model, seconds=0.5)


def test_an_answer_that_never_ends_is_left_at_the_deadline(model: Hook) -> None:
    model.drip = True
    assert "did not answer within 0.5 seconds" in _why_not(model, seconds=0.5)


def test_a_huge_answer_is_not_read_to_its_end(model: Hook) -> None:
    model.answer = completion("word " * ANSWER_BYTES)
    assert "answered more than 64 KB" in _why_not(model)


@pytest.mark.parametrize(
    "answer",
    [
        *("", "not JSON", "{}", "null", "[]", '{"choices": []}', '{"choices": [{}]}', completion()[:-1]),
        *('{"choices": [{"message": {"content": null}}]}', '{"choices": [{"message": {"content": ["a"]}}]}'),
        *('{"choices": [{"message": {"content": "\\ud800"}}]}', "[" * 60_000, "1" * 60_000),
    ],
)
def test_an_answer_of_another_form_is_refused(model: Hook, answer: str) -> None:
    model.answer = answer
    assert "a chat completion as JSON was wanted" in _why_not(model)


def test_an_answer_that_repeats_the_key_is_refused(model: Hook) -> None:
    model.answer = completion(f"You sent {KEY}.")
    assert "repeated the key" in _why_not(model)


def test_nobody_there_is_told_in_the_systems_words(model: Hook) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert "Connection refused" in _why_not(model, endpoint=f"http://127.0.0.1:{free.getsockname()[1]}")
