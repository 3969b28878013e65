"""Channels: where messages go. The only file that knows Apprise, and the only one that connects to a channel.

A channel is an Apprise URL, kept as a secret: nothing of it but its kind, a mail's addresses and a webhook's host comes
into a log, an error or a table. Four ways lead out:

- `mailto://` and `mailtos://`: one e-mail of our own making, sent with the URL's server, login and addresses;
- `slack://TokenA/TokenB/TokenC` (or `https://hooks.slack.com/services/...`): Block Kit blocks to Slack's webhook;
- `slackhook://HOST[:PORT]/PATH` (http) and `slackhooks://` (https): the same blocks to any other host that takes them;
- every other Apprise URL: Markdown within the channel's own limit, through Apprise.
"""

import json
import logging
import re
import smtplib
import ssl
import urllib.request
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from email.message import EmailMessage
from http.client import HTTPException
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from apprise import Apprise, AppriseAsset, NotificationManager, NotifyFormat, OverflowMode
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.email.common import SecureMailMode
from apprise.plugins.slack import NotifySlack, SlackMode
from pydantic import SecretStr

from monitor.errors import DeliveryError
from notifier.mail import Envelope, Mailbox, compose
from notifier.markdown import fit
from notifier.render import RenderedMessage
from notifier.slack import escape as slack_escape

TIMEOUT_SECONDS = 10
HOOK_SCHEMES = {"slackhook": "http", "slackhooks": "https"}
SPOKEN_ANSWER = re.compile(r"[a-z][a-z_ ]{0,60}")  # Slack's reasons: no_service, invalid_token ...
TRY_AGAIN = frozenset({408, 425, 429})
_APPRISE: Any = NotificationManager
_ASSET = AppriseAsset(app_id="smallprint", async_mode=False, http_redirects=False)
_ANSWERED = re.compile(r"\berror=(\d{3})\b")


def _withhold(record: logging.LogRecord) -> bool:
    """Leave of a record the code that a service answered; drop it when it has none."""
    codes = _ANSWERED.findall(record.getMessage())
    record.msg, record.args, record.exc_info, record.stack_info = f"error={' '.join(codes)}", None, None, None
    return bool(codes)


# Apprise and its HTTP library log URLs with their secrets, at ERROR as at DEBUG: no handler whatever may see them.
for _name in ("apprise", "urllib3.connectionpool", "urllib3.poolmanager", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_withhold)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mail is handed in, and the envelope."""

    host: str
    port: int
    mode: str
    user: str
    password: SecretStr
    verify: bool
    envelope: Envelope

    @property
    def shown(self) -> str:
        return f"mailto://{self.host}:{self.port} to {', '.join(self.envelope.recipients)}"


@dataclass(frozen=True, slots=True)
class BlocksHook:
    """A webhook that takes Slack's blocks."""

    url: SecretStr
    shown: str


@dataclass(frozen=True, slots=True)
class AppriseService:
    """Any other service, through Apprise."""

    plugin: Any
    shown: str


Destination = MailServer | BlocksHook | AppriseService


def send(channel: str, url: SecretStr, message: RenderedMessage) -> str:
    """Hand the message over; what the channel said about it, in a few words.

    Raises DeliveryError: permanent when the same attempt cannot succeed later. Its text holds nothing secret.
    """
    try:
        destination = parse(url)
        if isinstance(destination, MailServer):
            return _send_mail(destination, message)
        if isinstance(destination, BlocksHook):
            return _send_blocks(destination, message)
        return _send_by_apprise(destination, message)
    except DeliveryError as error:
        raise DeliveryError(f"channel {channel}: {error}", permanent=error.permanent) from None
    except Exception as error:
        raise DeliveryError(f"channel {channel}: {type(error).__name__} while sending") from None


def check(url: SecretStr) -> str | None:
    """Why the URL is not usable, in words without secrets; None when it is."""
    try:
        parse(url)
    except DeliveryError as error:
        return str(error)
    return None


def masked(url: SecretStr) -> str:
    """The URL for showing: its kind, and for e-mail the server and the addresses, for a webhook the host."""
    try:
        return parse(url).shown
    except DeliveryError:
        return f"{_scheme(url) or '?'}://****"


def parse(url: SecretStr) -> Destination:
    """What a channel's URL means; a permanent DeliveryError when it means nothing."""
    scheme = _scheme(url)
    if scheme in HOOK_SCHEMES:
        return _hook(url, scheme)
    plugin = _plugin(url, scheme)
    if type(plugin) is NotifyEmail:
        return _mail_server(plugin)
    if isinstance(plugin, NotifySlack) and plugin.mode in (SlackMode.WEBHOOK, SlackMode.WEBHOOK_GOV):
        base = plugin.webhook_url if plugin.mode == SlackMode.WEBHOOK else plugin.webhook_gov_url
        return BlocksHook(SecretStr(f"{base}/{plugin.token_a}/{plugin.token_b}/{plugin.token_c}"), "slack://****")
    return AppriseService(plugin, f"{scheme}://****")


def _scheme(url: SecretStr) -> str:
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://", url.get_secret_value())
    return found[1].lower() if found else ""


def _plugin(url: SecretStr, scheme: str) -> Any:
    if not scheme:
        raise _unusable("text without `://` came")
    known = [*_APPRISE().schemas(), *HOOK_SCHEMES]
    if scheme not in {*known, "https", "http"}:
        near = get_close_matches(scheme, known, n=1)
        raise _unusable(f"the unknown `{scheme}://` came" + (f"; did you mean `{near[0]}://`?" if near else ""))
    plugin = Apprise.instantiate(url.get_secret_value(), asset=_ASSET)
    if plugin is None:
        raise _unusable(
            f"a `{scheme}://` URL came that lacks a part or has a wrong one. Compare it with https://appriseit.com/services/"
        )
    return plugin


def _unusable(came: str) -> DeliveryError:
    wanted = "a channel URL such as mailtos://user:password@mail.example.com?to=you@example.com was wanted"
    return DeliveryError(f"{wanted}, {came}", permanent=True)


def _hook(url: SecretStr, scheme: str) -> BlocksHook:
    rest = url.get_secret_value().partition("://")[2]
    try:
        parts = urlsplit(f"{HOOK_SCHEMES[scheme]}://{rest}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or re.search(r"[\s\\]", rest) or "@" in parts.netloc:
        raise DeliveryError(
            f"`{scheme}://HOST[:PORT]/PATH` was wanted, a host or port of another form came", permanent=True
        )
    shown = f"{scheme}://{host}:{port}/****" if port else f"{scheme}://{host}/****"
    return BlocksHook(SecretStr(parts.geturl()), shown)


def _mail_server(plugin: Any) -> MailServer:
    if not plugin.targets:
        raise _unusable("a mail URL without a valid recipient came; add ?to=you@example.com")
    if plugin.pgp_mode != "no":
        raise _unusable("a mail URL with pgp= came, and messages are not encrypted here; leave pgp= out")
    envelope = Envelope(
        sender=Mailbox(plugin.from_addr[0] or "smallprint", plugin.from_addr[1]),
        to=tuple(Mailbox(name or "", address) for name, address in plugin.targets),
        copies=_mailboxes(plugin.cc),
        blind_copies=_mailboxes(plugin.bcc),
        reply_to=_mailboxes(plugin.reply_to),
    )
    return MailServer(
        host=plugin.smtp_host,
        port=plugin.port,
        mode=plugin.secure_mode,
        user=plugin.user or "",
        password=SecretStr(plugin.password or ""),
        verify=plugin.verify_certificate,
        envelope=envelope,
    )


def _mailboxes(addresses: Iterable[str]) -> tuple[Mailbox, ...]:
    return tuple(Mailbox("", address) for address in sorted(addresses))


def _send_mail(server: MailServer, message: RenderedMessage) -> str:
    mail = compose(message, server.envelope)
    try:
        refused = _hand_in(server, mail)
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError(
            f"{server.host} refused the login ({error.smtp_code})", permanent=error.smtp_code >= 500
        ) from None
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(f"{server.host} answered {error.smtp_code}", permanent=error.smtp_code >= 500) from None
    except smtplib.SMTPNotSupportedError:
        lacks = "lacks what the URL asks for (STARTTLS, a login, addresses in UTF-8)"
        raise DeliveryError(f"{server.host} {lacks}", permanent=True) from None
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(f"{server.host}:{server.port}: {_reason(error)}") from None
    return _judge_recipients(server, refused)


def _hand_in(server: MailServer, mail: EmailMessage) -> dict[str, tuple[int, bytes]]:
    """Send, and give back the recipients that were refused while others were not."""
    smtp = _connect(server)
    try:
        return smtp.send_message(mail, server.envelope.sender.address, server.envelope.recipients)
    finally:
        with suppress(OSError, smtplib.SMTPException):  # a bad farewell does not undo what was accepted
            smtp.quit()


def _connect(server: MailServer) -> smtplib.SMTP:
    if server.mode == SecureMailMode.SSL:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_SECONDS, context=_tls(verify=server.verify)
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        if server.mode == SecureMailMode.STARTTLS:
            smtp.starttls(context=_tls(verify=server.verify))
        if server.user and server.password:
            smtp.login(server.user, server.password.get_secret_value())
    except BaseException:
        smtp.close()
        raise
    return smtp


def _tls(*, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verify:  # the URL says verify=no
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _judge_recipients(server: MailServer, refused: dict[str, tuple[int, bytes]]) -> str:
    """One recipient refused for now makes the message be sent again to all: a repeat is better than a miss."""
    named = ", ".join(f"{address} ({answer[0]})" for address, answer in sorted(refused.items()))
    if any(answer[0] < 500 for answer in refused.values()):
        raise DeliveryError(f"{server.host} refused for now {named}")
    if len(refused) == len(set(server.envelope.recipients)):
        raise DeliveryError(f"{server.host} refused {named}", permanent=True)
    return f"accepted, but refused for {named}" if refused else "accepted"


def _http() -> urllib.request.OpenerDirector:
    """An opener that follows no redirect: a webhook that moved is to be told, not followed."""
    opener = urllib.request.OpenerDirector()
    opener.add_handler(urllib.request.ProxyHandler())
    opener.add_handler(urllib.request.HTTPHandler())
    opener.add_handler(urllib.request.HTTPSHandler())
    opener.add_handler(urllib.request.HTTPErrorProcessor())
    opener.add_handler(urllib.request.HTTPDefaultErrorHandler())
    return opener


def _send_blocks(hook: BlocksHook, message: RenderedMessage) -> str:
    payload = {"text": slack_escape(message.subject), "blocks": message.slack_blocks}
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "smallprint",
        "Idempotency-Key": message.id,
        "webhook-id": message.id,
    }
    request = urllib.request.Request(hook.url.get_secret_value(), json.dumps(payload).encode(), headers)  # noqa: S310 - http(s) by parse()
    try:
        with _http().open(request, timeout=TIMEOUT_SECONDS) as response:
            return _spoken(response) or f"{response.status}"
    except HTTPError as error:
        with error:
            said = " ".join(filter(None, (str(error.code), _spoken(error))))
        raise DeliveryError(f"{hook.shown} answered {said}", permanent=_is_permanent(error.code)) from None
    except URLError as error:
        raise DeliveryError(f"{hook.shown}: {_reason(error.reason)}") from None
    except (OSError, HTTPException) as error:
        raise DeliveryError(f"{hook.shown}: {_reason(error)}") from None


def _spoken(response: IO[bytes]) -> str:
    """The channel's own short reason; nothing else of its answer, which may repeat what it was sent."""
    said = response.read(100).decode("utf-8", "replace").strip()
    return said if SPOKEN_ANSWER.fullmatch(said) else ""


def _send_by_apprise(service: AppriseService, message: RenderedMessage) -> str:
    plugin = service.plugin
    plugin.overflow_mode = OverflowMode.TRUNCATE
    apprise = Apprise(asset=_ASSET)
    apprise.add(plugin)
    room = plugin.body_maxlen - (0 if plugin.title_maxlen else len(message.subject) + 10)
    result = apprise.notify(fit(message.markdown, room), title=message.subject, body_format=NotifyFormat.MARKDOWN)
    if result:
        return "accepted"
    codes = [int(found[1]) for entry in result.logs() for found in _ANSWERED.finditer(entry.message)]
    said = f"answered {codes[-1]}" if codes else "did not take the message"
    raise DeliveryError(f"{service.shown} {said}", permanent=bool(codes) and _is_permanent(codes[-1]))


def _is_permanent(status: int) -> bool:
    return 400 <= status < 500 and status not in TRY_AGAIN


def _reason(error: object) -> str:
    """Why a connection failed: the system's words, or the kind of the error; never a library's text."""
    if isinstance(error, TimeoutError):
        return f"no answer within {TIMEOUT_SECONDS} seconds"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return f"it closed the connection or did not answer within {TIMEOUT_SECONDS} seconds"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
