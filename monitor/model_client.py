"""One question to a language model by the OpenAI form of HTTP, and its answer. The only file that connects to a model.

The gate is that of everything that connects (`monitor.addresses`): the name is looked up once, and the very address that was
judged is connected to. TLS is verified, no redirect is followed, no proxy of the environment is used. A question ends by its
deadline however the other side behaves. No error says anything of the key, nor of what the other side answered.
"""

import json
import socket
import ssl
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, Field, ValidationError

from monitor import addresses
from monitor.config import MachineTextSettings
from monitor.errors import ModelError

CONNECT_SECONDS = 10.0
ANSWER_BYTES = 64 * 1024
OK = 200
REDIRECTS = range(300, 400)

ChatMessage = dict[str, str]


class _ChatMessage(BaseModel):
    content: str


class _Choice(BaseModel):
    message: _ChatMessage


class _Answer(BaseModel):
    """What is needed of the form of the answer; the rest of it is ignored."""

    choices: list[_Choice] = Field(min_length=1)


def ask(settings: MachineTextSettings, messages: Sequence[ChatMessage], *, seconds: float) -> str:
    """What the model answers to the messages, as it came, within `seconds` in all. Raises ModelError, which says why not."""
    connection = _Connection(urlsplit(settings.endpoint), settings, seconds)
    outcome: Future[str] = Future()
    threading.Thread(target=_fulfil, args=(outcome, connection, messages), daemon=True, name="model").start()
    try:
        return outcome.result(seconds)
    except TimeoutError:
        raise ModelError(f"{connection.shown} did not answer within {seconds:.3g} seconds") from None
    finally:
        connection.hang_up()


def refusal(settings: MachineTextSettings) -> str | None:
    """Why the endpoint may not be connected to, judged by its spelling; None when it may. Asks nobody."""
    return addresses.url_refusal(settings.endpoint, allow_private=settings.allow_private)


def shown(settings: MachineTextSettings) -> str:
    """The endpoint's host and port: all of it that may be printed."""
    return urlsplit(settings.endpoint).netloc


class _Connection(HTTPConnection):
    """A connection to the first address of the endpoint that the gate lets pass."""

    def __init__(self, endpoint: SplitResult, settings: MachineTextSettings, seconds: float) -> None:
        port = endpoint.port or addresses.PORTS[endpoint.scheme]
        super().__init__(endpoint.hostname or "", port, timeout=seconds)
        self.settings, self.endpoint, self.shown = settings, endpoint, shown(settings)
        self._opened: socket.socket | None = None
        self._given_up = threading.Event()

    def connect(self) -> None:
        opened = _open(self.host, self.port, self.settings, self.timeout or CONNECT_SECONDS)
        if self.endpoint.scheme == "https":
            opened = ssl.create_default_context().wrap_socket(opened, server_hostname=self.host)
        self.sock = self._opened = opened
        if self._given_up.is_set():
            opened.close()
            raise TimeoutError

    def post(self, messages: Sequence[ChatMessage]) -> HTTPResponse:
        """Send the question. Only what every server of the form knows is in it: some refuse limits and temperatures."""
        key = self.settings.key.get_secret_value()
        headers = {"Host": self.shown, "Content-Type": "application/json", "Accept": "application/json"}
        headers |= {"Connection": "close", "User-Agent": "smallprint"}
        headers |= {"Authorization": f"Bearer {key}"} if key else {}
        body = json.dumps({"model": self.settings.model, "messages": list(messages), "stream": False})
        self.request("POST", f"{self.endpoint.path.rstrip('/')}/chat/completions", body.encode(), headers)
        return self.getresponse()

    def hang_up(self) -> None:
        """End whatever is still going on, from any thread."""
        self._given_up.set()
        if self._opened is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._opened, socket.SHUT_RDWR)  # TLS itself would wait for the other side


def _fulfil(outcome: "Future[str]", connection: _Connection, messages: Sequence[ChatMessage]) -> None:
    try:
        with closing(connection):
            outcome.set_result(_exchange(connection, messages))
    except ModelError as error:
        outcome.set_exception(error)
    except Exception as error:  # a library's words may repeat a header, and with it the key
        outcome.set_exception(ModelError(f"{connection.shown}: {_reason(error)}"))


def _exchange(connection: _Connection, messages: Sequence[ChatMessage]) -> str:
    refused = refusal(connection.settings)
    if refused:
        raise ModelError(refused)
    with connection.post(messages) as response:
        if response.status != OK:
            note = ", a redirect, which is not followed" if response.status in REDIRECTS else ""
            raise ModelError(f"{connection.shown} answered {response.status}{note}")
        body = response.read(ANSWER_BYTES + 1)
    if len(body) > ANSWER_BYTES:
        raise ModelError(f"{connection.shown} answered more than {ANSWER_BYTES // 1024} KB")
    return _content(connection, body)


def _content(connection: _Connection, body: bytes) -> str:
    try:
        answer = _Answer.model_validate_json(body)
    except ValidationError:
        raise ModelError(f"{connection.shown}: a chat completion as JSON was wanted, something else came") from None
    content = answer.choices[0].message.content
    key = connection.settings.key.get_secret_value()
    if key and key in content:
        raise ModelError(f"{connection.shown} repeated the key in its answer")
    return content


def _open(host: str, port: int, settings: MachineTextSettings, seconds: float) -> socket.socket:
    """A socket to the first of the host's addresses that may be connected to and takes the connection."""
    failure: Exception = ModelError(f"refused: {host} leads to no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        refused = addresses.address_refusal(host, str(address[0]), allow_private=settings.allow_private)
        if refused is not None:
            failure = ModelError(refused)
            continue
        try:
            return _connected(socket.socket(family, kind, protocol), address, seconds)
        except OSError as error:
            failure = error
    raise failure


def _connected(opened: socket.socket, address: tuple[Any, ...], seconds: float) -> socket.socket:
    """The socket, connected to this very address, so that no name is looked up again."""
    try:
        opened.settimeout(min(seconds, CONNECT_SECONDS))
        opened.connect(address)
        opened.settimeout(seconds)
    except BaseException:
        opened.close()
        raise
    return opened


def _reason(error: Exception) -> str:
    """Why it failed: the system's words, or the kind of the error."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, HTTPException):
        return f"an HTTP answer was wanted, something else came ({type(error).__name__})"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
